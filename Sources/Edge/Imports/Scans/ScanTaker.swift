internal import Capture
internal import Net

/// Makes facts of a scanner's XML.
protocol ScanTaker: XMLTaker {
    var account: ImportAccount { get set }
    /// Those that are ready; whoever reads takes them away.
    var facts: [Fact] { get set }
    /// Whether the file's first element is the scanner's.
    var isRecognised: Bool { get }
    /// The file is over, however it ended.
    func finish()
}

/// Drives a scanner's XML through its taker.
enum ScanFile {
    static func read(
        _ stream: ByteStream, _ taker: any ScanTaker, root: String, goesOn: () -> Bool,
        into sink: inout some FactSink
    ) throws(CaptureError) -> ImportAccount {
        let reader = XMLReader(taker)
        var failure: XMLReader.Failure?
        reading: while failure == nil {
            let isLast = try !stream.fill()
            stream.withBytes { bytes in
                do throws(XMLReader.Failure) { try reader.read(bytes, isLast: isLast) } catch {
                    failure = error
                }
            }
            stream.dropFirst(stream.count)
            drain(taker, &sink)
            if isLast || !goesOn() { break reading }
        }
        taker.finish()
        drain(taker, &sink)
        var account = taker.account
        if let failure {
            account.complain(stream.name, failure.line > 0 ? "line \(failure.line)" : nil, failure.text)
        } else if !taker.isRecognised {
            account.complain(stream.name, nil, "has no element <\(root)>: it is another kind of file")
        }
        if let fault = stream.fault { account.complain(stream.name, nil, "the gzip data \(fault)") }
        return account
    }

    private static func drain(_ taker: any ScanTaker, _ sink: inout some FactSink) {
        for fact in taker.facts { sink.take(fact) }
        taker.facts.removeAll(keepingCapacity: true)
    }
}

extension Timestamp {
    /// A possible time in seconds since 1970.
    init?(epoch text: String) {
        guard let seconds = Int64(text) else { return nil }
        self.init(possible: seconds, of: 1_000_000_000)
    }
}

/// Numbers that the same facts give every time (FNV-1a).
public enum FactIdentity {
    /// The number of some texts in an order.
    public static func of(_ texts: String...) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for text in texts {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = (hash ^ 0xff) &* 0x100_0000_01b3
        }
        return hash
    }
}

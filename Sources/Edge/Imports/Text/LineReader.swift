internal import Capture
internal import Net

/// The lines of a file, whatever its size: one buffer, which grows to the longest line that is taken.
struct LineReader {
    let stream: ByteStream
    /// The number of the last line, from 1.
    private(set) var number = 0

    /// A longer line is told of and passed over.
    static let longest = 1 << 20

    init(_ stream: ByteStream) { self.stream = stream }

    /// Gives `body` each line without its end, and its number, until `goesOn` says no.
    ///
    /// - Parameter complain: takes what is wrong with a line, by its number.
    mutating func forEachLine(
        goesOn: () -> Bool, complain: (_ line: Int, _ text: String) -> Void,
        _ body: (_ line: RawSpan, _ number: Int) -> Void
    ) throws(CaptureError) {
        var isPassingOver = false
        var isAtEnd = false
        while !isAtEnd {
            isAtEnd = try !stream.fill()
            if number == 0, !isPassingOver, let marked = skipByteOrderMark() {
                complain(1, marked)
                return
            }
            var last = number
            let used = stream.withBytes { bytes in
                var start = 0
                while let end = bytes.firstOffset(of: 10, from: start, before: bytes.byteCount) {
                    last += 1
                    if isPassingOver {
                        isPassingOver = false
                    } else {
                        body(bytes.extracting(start..<Self.end(bytes, start, end)), last)
                    }
                    start = end + 1
                }
                return start
            }
            number = last
            stream.dropFirst(used)
            if isPassingOver {
                stream.dropFirst(stream.count)
            } else if isAtEnd, stream.count > 0 {
                number += 1
                let last = number
                stream.withBytes { body($0.extracting(0..<Self.end($0, 0, $0.byteCount)), last) }
            } else if stream.count == stream.capacity {
                if stream.capacity < Self.longest {
                    stream.grow(to: min(stream.capacity * 2, Self.longest))
                } else {
                    complain(number + 1, "is longer than 1 MB and is passed over")
                    isPassingOver = true
                    stream.dropFirst(stream.count)
                }
            }
            guard goesOn() else { return }
        }
        if isPassingOver { number += 1 }
        if let fault = stream.fault { complain(number + 1, "the gzip data \(fault)") }
    }

    /// Without a carriage return.
    private static func end(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Int {
        end > start && bytes.u8(end - 1) == 13 ? end - 1 : end
    }

    /// What is wrong with the encoding that a mark at the file's beginning tells of.
    private func skipByteOrderMark() -> String? {
        let mark = stream.withBytes { $0.byteCount >= 3 ? $0.u24(0) : 0 }
        if mark == 0xef_bbbf { stream.dropFirst(3) }
        guard mark >> 8 == 0xfffe || mark >> 8 == 0xfeff else { return nil }
        return "is UTF-16, which is not read: convert the file first (iconv -f UTF-16 -t UTF-8)"
    }
}

import Capture
import Foundation
import Net
import Testing

@Suite struct CaptureErrorTests {
    static let refused: [([UInt8], String)] = [
        ([], "not a capture file: it is empty"),
        (gzipped([]), "not a capture file: it is empty"),
        (
            Array("Hi".utf8),
            "not a capture file: it begins with 'Hi' (pcap, pcapng and gzip of both are read)"
        ),
        (
            Array("notes\nof a meeting".utf8),
            "not a capture file: it begins with 'notes\\x0aof a m' (pcap, pcapng and gzip of both are read)"
        ),
        (
            gzipped(Array("a packed log".utf8)),
            "not a capture file: it begins with 'a packed log' (pcap, pcapng and gzip of both are read)"
        ),
        (
            [0x28, 0xb5, 0x2f, 0xfd] + [UInt8](repeating: 0, count: 20),
            "packed by zstd, which is not read: unpack it first, or pipe it in (zstd -dc @ | offport run -r -)"
        ),
    ]

    @Test(arguments: refused)
    func whatIsNoCapture(bytes: [UInt8], text: String) throws {
        let scratch = try Scratch()
        let path = try scratch.write(bytes)
        let error = read(try CaptureReader(path: path)).error
        #expect(error?.description == "\(path): " + text.replacingOccurrences(of: "@", with: path))
    }

    @Test func whatCannotBeOpened() throws {
        let scratch = try Scratch()
        let missing = #expect(throws: CaptureError.self) { try CaptureReader(path: scratch.path + "/x.pcap") }
        #expect(missing?.description == "\(scratch.path)/x.pcap: no such file")
        let folder = #expect(throws: CaptureError.self) { try CaptureReader(path: scratch.path) }
        #expect(folder?.description == "\(scratch.path): is a folder, not a capture file")
    }

    @Test func whatCannotBeRead() throws {
        let reader = CaptureReader(fileDescriptor: -1, name: "nothing")
        #expect(read(reader).error == .cannotRead(name: "nothing", reason: "Bad file descriptor"))
        #expect(read(reader).error == nil)
    }
}

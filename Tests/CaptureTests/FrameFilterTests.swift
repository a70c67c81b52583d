import Capture
import Net
import Testing

@Suite struct FrameFilterTests {
    /// An IPv4 packet without payload.
    static func ip(_ transport: UInt8, to port: UInt8) -> [UInt8] {
        [0x45, 0, 0, 40, 0, 0, 0, 0, 64, transport, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 200, 0, 0, port]
            + [UInt8](repeating: 0, count: 16)
    }

    static func ethernet(_ packet: [UInt8]) -> Seen {
        let bytes = [UInt8](repeating: 2, count: 12) + [8, 0] + packet
        return Seen(bytes: bytes, originalLength: bytes.count, nanoseconds: 0)
    }

    static var frames: [Seen] {
        [ethernet(ip(6, to: 22)), ethernet(ip(6, to: 80)), ethernet(ip(17, to: 22))]
    }

    @Test(arguments: [
        ("", [1, 2, 3]), ("tcp", [1, 2]), ("udp port 22", [3]), ("port 22", [1, 3]), ("ip6", []),
    ])
    func expression(text: String, numbers: [Int]) throws {
        for capacity in [8, 100_000] {
            let result = try read(pcap(Self.frames), chunkCapacity: capacity, filter: text)
            #expect(result.numbers == numbers)
            #expect(result.frames == numbers.map { Self.frames[$0 - 1] })
            #expect(result.filtered == 3 - numbers.count)
        }
    }

    @Test func eachLinkTypeHasItsOwnProgram() throws {
        let raw = Self.ip(17, to: 53)
        var file = Pcapng()
        file.interface(linkType: 1)
        file.interface(linkType: 101)
        file.interface(linkType: 220)
        let packet = Seen(bytes: raw, originalLength: raw.count, nanoseconds: 0, linkType: 101)
        file.packet(Self.frames[0], interface: 0)
        file.packet(packet, interface: 1)
        file.packet(packet, interface: 2)
        file.packet(Self.ethernet(raw), interface: 0)
        let result = try read(file.bytes, filter: "udp port 53")
        #expect(result.frames == [packet, Self.ethernet(raw)])
        #expect(result.numbers == [2, 4])
        #expect(result.filtered == 1 && result.unfilterable == 1 && result.skipped == 0)
    }

    @Test func aLinkTypeThatTheExpressionDoesNotSuitIsToldOnce() throws {
        var file = Pcapng()
        file.interface(linkType: 1)
        file.interface(linkType: 101)
        let raw = Self.ip(6, to: 22)
        let packet = Seen(bytes: raw, originalLength: raw.count, nanoseconds: 0, linkType: 101)
        file.packet(Self.frames[0], interface: 0)
        for _ in 0..<2 { file.packet(packet, interface: 1) }
        let scratch = try Scratch()
        let reader = try CaptureReader(
            path: try scratch.write(file.bytes), filter: "ether src 02:02:02:02:02:02")
        let result = read(reader)
        #expect(result.numbers == [1] && result.unfilterable == 2 && result.filtered == 0)
        let problems = reader.takeFilterProblems().map(\.description)
        #expect(problems.count == 1 && problems.first?.contains("for link type 101: ") == true)
        #expect(reader.takeFilterProblems().isEmpty)
    }

    @Test func wrongExpression() throws {
        let result = try read(pcap(Self.frames), filter: "tcp prot 80")
        #expect(result.frames.isEmpty)
        let text = result.error?.description ?? ""
        #expect(text.hasPrefix("filter 'tcp prot 80' for link type 1: ") && text.hasSuffix("syntax error"))
        #expect(throws: CaptureError.self) {
            try FrameFilter(expression: "host", linkType: LinkType(number: 1))
        }
    }
}

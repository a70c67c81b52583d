import Capture
import Net
import Testing

@Suite struct PcapTests {
    @Test(arguments: [0xa1b2_c3d4, 0xa1b2_3c4d, 0xa1b2_cd34] as [UInt32], [false, true])
    func everyVariant(magic: UInt32, isBig: Bool) throws {
        let frames = someFrames(20)
        let result = try read(pcap(frames, magic: magic, isBig: isBig))
        #expect(result.frames == frames)
        #expect(result.numbers == Array(1...20))
        #expect(result.damage == nil && result.error == nil)
    }

    @Test func nanosecondsAreKept() throws {
        let frame = Seen(bytes: [1], originalLength: 1, nanoseconds: 1_000_000_007)
        #expect(try read(pcap([frame], magic: 0xa1b2_3c4d)).frames == [frame])
    }

    /// The frame check sequence's length and reserved bits share the field with the link type.
    @Test(
        arguments: [(1, 1), (0x1400_0001, 1), (0xffff_0071, 0x71), (0x0000_ffff, 0xffff)]
            as [(UInt32, UInt16)])
    func linkTypeField(field: UInt32, linkType: UInt16) throws {
        let frames = someFrames(2, linkType: linkType)
        #expect(try read(pcap(frames, linkField: field)).frames == frames)
    }

    @Test func largestTimesDoNotOverflow() throws {
        var bytes = pcap([Seen(bytes: [7], originalLength: 1, nanoseconds: 0)])
        bytes.replaceSubrange(24..<32, with: repeatElement(0xff, count: 8))
        let result = try read(bytes)
        #expect(result.frames.map(\.nanoseconds) == [4_294_967_295_000_000_000 + 4_294_967_295_000])
    }

    @Test func moreCapturedThanThereWas() throws {
        var frame = Seen(bytes: [1, 2, 3], originalLength: 2, nanoseconds: 0)
        let bytes = pcap([frame])
        frame.originalLength = 3
        #expect(try read(bytes).frames == [frame])
    }

    /// Version 2.2 and older wrote the original length first.
    @Test func swappedLengthsOfOldVersions() throws {
        let frame = Seen(bytes: [1, 2, 3], originalLength: 60, nanoseconds: 0)
        var bytes = pcap([frame], minor: 2)
        bytes[32] = 60
        bytes[36] = 3
        #expect(try read(bytes).frames == [frame])
    }

    @Test(arguments: [(262_144, 65_535, true), (262_145, 65_535, false), (300_000, 300_000, true)])
    func largestFrame(length: Int, announced: Int, isTaken: Bool) throws {
        let frames =
            someFrames(1) + [Seen(bytes: payload(length, seed: 3), originalLength: length, nanoseconds: 0)]
        let result = try read(pcap(frames, snapshotLength: UInt32(announced)), chunkCapacity: 4096)
        #expect(result.frames == (isTaken ? frames : Array(frames.prefix(1))))
        #expect(
            result.damage?.description
                == (isTaken ? nil : "record at byte 100 says \(length) bytes: damaged"))
    }

    /// However large the frames that a header announces, 16 MB is the end of it.
    @Test(arguments: [(1 << 24, CaptureDamage.Kind.cutOff), (1 << 24 + 1, .length)])
    func largestAnnouncedFrame(length: UInt32, kind: CaptureDamage.Kind) throws {
        var record = Writer(isBig: false)
        record.put(UInt64(0))
        record.put(length)
        record.put(length)
        let result = try read(pcap([], snapshotLength: .max) + record.bytes)
        #expect(result.damage?.kind == kind && result.damage?.offset == 24)
    }

    @Test func absurdLength() throws {
        var bytes = pcap(someFrames(1))
        bytes += pcap(someFrames(1)).dropFirst(24)
        bytes.replaceSubrange(108..<112, with: repeatElement(0xff, count: 4))
        let result = try read(bytes)
        #expect(result.frames.count == 1)
        #expect(result.damage?.kind == .length)
        #expect(result.damage?.description == "record at byte 100 says 4294967295 bytes: damaged")
    }

    @Test func foreignVersion() throws {
        var bytes = pcap(someFrames(1))
        bytes[4] = 3
        let result = try read(bytes)
        #expect(result.frames.isEmpty)
        #expect(result.damage?.description == "file header at byte 0 says version 3.4, not 2.4")
    }
}

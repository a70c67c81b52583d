import Capture
import Net
import Testing

@Suite struct PcapngTests {
    @Test(arguments: [false, true])
    func everyPacketBlock(isBig: Bool) throws {
        let frames = someFrames(9)
        var file = Pcapng(isBig: isBig)
        file.interface()
        for (index, frame) in frames.enumerated() {
            index % 2 == 0 ? file.packet(frame) : file.oldPacket(frame)
        }
        file.simplePacket([1, 2, 3], originalLength: 3)
        let result = try read(file.bytes)
        let simple = Seen(bytes: [1, 2, 3], originalLength: 3, nanoseconds: frames[8].nanoseconds)
        #expect(result.frames == frames + [simple])
        #expect(result.damage == nil && result.error == nil)
    }

    @Test func simplePacketsObeyTheSnapshotLength() throws {
        var file = Pcapng()
        file.interface(snapshotLength: 4)
        file.simplePacket([1, 2, 3, 4], originalLength: 99)
        file.simplePacket([1, 2], originalLength: 2)
        #expect(
            try read(file.bytes).frames == [
                Seen(bytes: [1, 2, 3, 4], originalLength: 99, nanoseconds: 0),
                Seen(bytes: [1, 2], originalLength: 2, nanoseconds: 0),
            ])
    }

    @Test func simplePacketThatSaysMoreThanItHolds() throws {
        var file = Pcapng()
        file.interface()
        file.simplePacket([1, 2, 3, 4], originalLength: 99)
        #expect(try read(file.bytes).frames.map(\.bytes) == [[1, 2, 3, 4]])
    }

    @Test func sectionsHaveTheirOwnOrderAndInterfaces() throws {
        let frames = (0..<4).map {
            Seen(bytes: payload(5 + $0, seed: $0), originalLength: 9, nanoseconds: 5000)
        }
        var file = Pcapng(isBig: false)
        file.interface(linkType: 1)
        file.interface(linkType: 113)
        file.packet(frames[0], interface: 0)
        file.packet(frames[1], interface: 1)
        file.section(isBig: true)
        file.interface(linkType: 101)
        file.packet(frames[2], interface: 0)
        file.packet(frames[2], interface: 1)
        file.section(isBig: false)
        file.packet(frames[2], interface: 0)
        file.simplePacket([1], originalLength: 1)
        file.interface(linkType: 276)
        file.packet(frames[3], interface: 0)
        let result = try read(file.bytes)
        #expect(result.frames.map(\.linkType) == [1, 113, 101, 276])
        #expect(result.frames.map(\.bytes) == frames.map(\.bytes))
        #expect(result.skipped == 3)
        #expect(result.numbers == [1, 2, 3, 4])
    }

    static let clocks: [(UInt8?, Int64?, UInt64, Int64)] = [
        (nil, nil, 1_500_000, 1_500_000_000),
        (6, nil, 1_500_000, 1_500_000_000),
        (9, nil, 1_500_000_001, 1_500_000_001),
        (0, nil, 12, 12_000_000_000),
        (3, nil, 12, 12_000_000),
        (12, nil, 1_999_999, 1999),
        (30, nil, .max, 0),
        (127, nil, .max, 0),
        (0x80, nil, 3, 3_000_000_000),
        (0x8a, nil, 1536, 1_500_000_000),
        (0xa0, nil, 3 << 31, 1_500_000_000),
        (0xbf, nil, 3 << 62, 1_500_000_000),
        (0xc0, nil, 1 << 63, 500_000_000),
        (0xff, nil, .max, 0),
        (6, 100, 1_000_000, 101_000_000_000),
        (6, -100, 1_000_000, -99_000_000_000),
        // Nonsense is clamped to half the range.
        (0, nil, .max, .max / 2),
        (6, nil, .max, .max / 2),
        (9, nil, .max, .max / 2),
        (0x80, nil, .max, .max / 2),
        (6, .max, .max, .max / 2),
        (6, .max, 0, .max / 2),
        (6, .min, 0, -(.max / 2)),
        (6, .min, .max, 0),
    ]

    @Test(arguments: clocks)
    func clock(resolution: UInt8?, offset: Int64?, ticks: UInt64, nanoseconds: Int64) throws {
        for isBig in [false, true] {
            var file = Pcapng(isBig: isBig)
            file.interface(resolution: resolution, offset: offset)
            file.packet(Seen(bytes: [1], originalLength: 1, nanoseconds: 0), ticks: ticks)
            #expect(try read(file.bytes).frames.map(\.nanoseconds) == [nanoseconds])
        }
    }

    /// What had to be clamped is counted, also where it comes out as a time of our days.
    @Test(
        arguments: [
            (6, nil, 1_500_000, 0), (6, -100, 1_000_000, 0), (0, nil, .max, 1), (0x80, nil, .max, 1),
            (6, .max, 0, 1), (6, 4_600_000_000, 20_000_000_000_000, 1), (6, -4_700_000_000, 0, 1),
            (6, .min, .max, 1),
        ] as [(UInt8, Int64?, UInt64, Int)])
    func impossibleTimes(resolution: UInt8, offset: Int64?, ticks: UInt64, count: Int) throws {
        var file = Pcapng()
        file.interface(resolution: resolution, offset: offset)
        file.packet(Seen(bytes: [1], originalLength: 1, nanoseconds: 0), ticks: ticks)
        let result = try read(file.bytes)
        #expect(result.frames.count == 1 && result.ofNoTime == count)
    }

    @Test(arguments: [4, 5, 9, 10, 0xbad, 0x8000_0001, 0xffff_ffff] as [UInt32], [0, 4, 300_000])
    func unknownBlocksAreSkipped(type: UInt32, size: Int) throws {
        let frames = someFrames(3)
        var file = Pcapng()
        file.interface()
        file.packet(frames[0])
        file.block(type) { $0.put([UInt8](repeating: 0x6e, count: size)) }
        file.packet(frames[1])
        file.block(type) { $0.put([UInt8](repeating: 0x6e, count: size)) }
        file.packet(frames[2])
        let result = try read(file.bytes, chunkCapacity: 100)
        #expect(result.frames == frames)
        #expect(result.damage == nil)
    }

    @Test(arguments: [0, 8, 11, 13, 30, 0x7fff_fffc, 0xffff_ffff] as [UInt32])
    func brokenLength(length: UInt32) throws {
        for type in [6, 77] as [UInt32] {
            var file = Pcapng()
            file.interface()
            file.packet(someFrames(1)[0])
            let offset = file.bytes.count
            var block = Writer(isBig: false)
            block.put(type)
            block.put(length)
            block.put([UInt8](repeating: 0, count: 40))
            let result = try read(file.bytes + block.bytes)
            #expect(result.frames == someFrames(1))
            #expect(result.damage?.offset == offset)
        }
    }

    @Test(arguments: [6, 77] as [UInt32])
    func lengthsThatDiffer(type: UInt32) throws {
        var file = Pcapng()
        file.interface()
        file.packet(someFrames(1)[0])
        let offset = file.bytes.count
        file.block(type) { $0.put([UInt8](repeating: 0, count: 20)) }
        file.bytes[file.bytes.count - 4] = 36
        file.packet(someFrames(1)[0])
        let result = try read(file.bytes)
        #expect(result.frames == someFrames(1))
        #expect(
            result.damage?.description == "block at byte \(offset) says 32 bytes and at its end 36: damaged")
    }

    @Test func moreCapturedThanTheBlockHolds() throws {
        var file = Pcapng()
        file.interface()
        let offset = file.bytes.count
        file.packet(Seen(bytes: [1, 2, 3, 4], originalLength: 4, nanoseconds: 0))
        file.bytes.replaceSubrange(offset + 20..<offset + 24, with: repeatElement(0xff, count: 4))
        let result = try read(file.bytes)
        #expect(result.frames.isEmpty)
        #expect(result.damage?.offset == offset)
        #expect(result.damage?.description.contains("says 4294967295 captured bytes") == true)
    }

    @Test func interfacesAreBounded() throws {
        var file = Pcapng()
        var one = Pcapng()
        one.bytes = []
        one.interface()
        for _ in 0..<70_000 { file.bytes += one.bytes }
        let result = try read(file.bytes)
        #expect(result.damage?.description.hasSuffix("describes too many interfaces") == true)
    }

    @Test func optionsThatOverrunAreLeftOut() throws {
        var file = Pcapng()
        file.block(1) { body in
            body.put(UInt32(1))
            body.put(UInt32(0))
            body.put(UInt16(9))
            body.put(UInt16.max)
        }
        file.packet(someFrames(1)[0])
        #expect(try read(file.bytes).frames == someFrames(1))
    }
}

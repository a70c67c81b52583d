import Net
import Testing
import Wire

@Suite struct CountersTests {
    /// The last case's count is reached: the inline arrays are large enough.
    @Test func haveRoomForEveryReason() {
        let counters = DecodeCounters()
        for reason in Malformed.allCases { #expect(counters[reason] == 0) }
        for reason in Undecoded.allCases { #expect(counters[reason] == 0) }
    }

    @Test func namesAreDifferent() {
        let names = Malformed.allCases.map(\.name) + Undecoded.allCases.map(\.name)
        #expect(Set(names).count == names.count)
    }

    /// What is counted for frames over Ethernet.
    private func counters(_ frames: [UInt8]...) -> DecodeCounters {
        var decoder = Decoder()
        for frame in frames { frame.withBytes { #expect(decoder.link($0, type: .ethernet) == nil) } }
        return decoder.counters
    }

    @Test func add() {
        let arp = ethernet(0x0806, [])
        var sum = counters(arp)
        sum += counters(arp, hex("0102"))
        #expect(sum[.arp] == 2 && sum[.linkShort] == 1)
        #expect(sum.undecoded == 2 && sum.malformed == 1)
    }

    /// Every reason is one that some situation shows.
    @Test func everyReasonHasASituation() {
        var counters = DecodeCounters()
        for situation in Situation.all {
            for length in 0...situation.frame.count {
                var describer = Describer()
                let frame = Array(situation.frame[..<length])
                _ = describer.describe(frame, situation.linkType)
                counters += describer.decoder.counters
            }
        }
        // A fragment in a fragment takes a reassembled datagram (`decodesReassembledPayload`).
        #expect(Malformed.allCases.filter { counters[$0] == 0 } == [.fragmentNested])
        #expect(Undecoded.allCases.filter { counters[$0] == 0 }.isEmpty)
    }

    @Test(
        arguments: [
            (1, "LINKTYPE 1 (ETHERNET)", true), (147, "LINKTYPE 147 (USER0)", false),
            (162, "LINKTYPE 162 (USER15)", false), (276, "LINKTYPE 276 (LINUX_SLL2)", true),
            (4711, "LINKTYPE 4711", false),
        ] as [(UInt16, String, Bool)])
    func linkTypesHaveNames(_ number: UInt16, _ name: String, _ isSupported: Bool) {
        #expect(LinkType(number: number).name == name)
        #expect(LinkType(number: number).isSupported == isSupported)
    }

    @Test func supportedLinkTypesAreDecoded() {
        for type in LinkType.supported {
            var describer = Describer()
            #expect(describer.describe([], type.number) != "passed: unsupported link type", "\(type.name)")
            #expect(type.name.hasSuffix(")"))
        }
    }
}

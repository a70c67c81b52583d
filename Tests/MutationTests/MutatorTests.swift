import Mutations
import Net
import Replays
import Testing

/// The mutations themselves: the same frames in, the same frames out, and no frame breaks them.
@Suite struct MutatorTests {
    private static func capture(_ name: String) throws -> RecordedCapture {
        try #require(try RecordedCapture.all.get().first { $0.name == name })
    }

    @Test(arguments: MutationCase.all)
    func theSameFramesGiveTheSame(mutation: MutationCase) throws {
        for name in ["campus.pcap", "ipv4-fragments.pcap"] {
            let capture = try Self.capture(name)
            let once = mutation.make(capture).apply(to: capture.frames)
            #expect(once == mutation.make(capture).apply(to: capture.frames))
            #expect(!once.isEmpty && (once != capture.frames || name != "campus.pcap"))
        }
    }

    /// Every frame of every kind, cut off everywhere, and with every byte of its headers spoilt.
    @Test(arguments: MutationCase.all)
    func brokenFramesBreakNothing(mutation: MutationCase) throws {
        for capture in try RecordedCapture.all.get() where capture.frames.count < 40 {
            let sound = mutation.make(capture)
            for frame in capture.frames.prefix(4) {
                let broken = (0..<min(frame.bytes.count, 100)).flatMap { place in
                    var (cut, spoilt) = (frame, frame)
                    cut.bytes.removeSubrange(place...)
                    spoilt.bytes[place] ^= 0xff
                    return [cut, spoilt]
                }
                #expect(sound.apply(to: broken).allSatisfy { $0.originalLength >= $0.bytes.count })
            }
        }
    }

    @Test func losingLosesSome() throws {
        let frames = try Self.capture("campus.pcap").frames
        let left = Loss(percent: 5, seed: 1).apply(to: frames).count
        #expect((90...98).contains(left * 100 / frames.count))
    }

    @Test func repeatingRepeatsSome() throws {
        let frames = try Self.capture("campus.pcap").frames
        let more = Duplication(percent: 10, seed: 1).apply(to: frames)
        #expect((107...113).contains(more.count * 100 / frames.count))
        #expect(Set(more.map(\.number)).count == frames.count)
    }

    @Test func reorderingKeepsAllFramesNearTheirPlace() throws {
        let capture = try Self.capture("ssh-plain.pcap")
        let result = Reordering(window: 4, seed: 1).apply(to: capture.frames)
        #expect(Set(result.map(\.number)) == Set(capture.frames.map(\.number)))
        #expect(result.map(\.time) == capture.frames.map(\.time))
        for places in capture.places.values {
            let order = places.map { result[$0].number }
            for (rank, place) in places.enumerated() {
                #expect(abs((order.firstIndex(of: place + 1) ?? -9) - rank) < 4)
            }
        }
    }

    @Test func aCutHandshakeLeavesWhatIsSaid() throws {
        let capture = try Self.capture("campus.pcap")
        let cut = Conversations(HandshakeCut().apply(to: capture.frames))
        func saying(_ conversations: Conversations) -> Int {
            conversations.parts.count { $0?.hasPayload == true }
        }
        #expect(saying(cut) == saying(capture.conversations))
        #expect(!cut.parts.contains { ($0?.flags ?? 0) & 2 != 0 })
    }

    @Test func splitSegmentsSayTheSame() throws {
        let capture = try Self.capture("ssh-plain.pcap")
        let split = SegmentSplit(after: 6).apply(to: capture.frames)
        let added = split.count - capture.frames.count
        #expect(added == 2 * capture.conversations.clients.keys.count { $0.transport == .tcp })
        let parts = zip(split, split.dropFirst()).filter { $0.number == $1.number }
        for (first, second) in parts {
            let whole = try #require(capture.frames.first { $0.number == first.number })
            // Ethernet, IPv4 and TCP without options before it.
            let headers = first.bytes.count - 6
            #expect(first.bytes[headers...] + second.bytes[headers...] == whole.bytes[headers...])
            #expect(second.bytes.withBytes { $0.u32(38) } == whole.bytes.withBytes { $0.u32(38) } &+ 6)
        }
    }

    @Test func bothDirectionsAreTheWhole() throws {
        let capture = try Self.capture("campus.pcap")
        let sides = [OneDirection(of: .client), OneDirection(of: .server)].map {
            Set($0.apply(to: capture.frames).map(\.number))
        }
        #expect(sides[0].union(sides[1]).count == capture.frames.count)
        let both = sides[0].intersection(sides[1])
        #expect(both.allSatisfy { capture.conversations.parts[$0 - 1] == nil })
    }

    /// Every part of a fragmented datagram goes to IPv6, and belongs to the same conversation.
    @Test func fragmentsBecomeFragments() throws {
        let capture = try Self.capture("ipv4-fragments.pcap")
        let mapped = Conversations(IPv6Mapping().apply(to: capture.frames))
        #expect(mapped.parts.allSatisfy { $0 != nil && $0?.key.low.address.isV4 == false })
        #expect(mapped.places.count == capture.conversations.places.count)
    }

    @Test func aServiceMovesForAllItsClients() throws {
        let capture = try Self.capture("100-ftp-servers.pcap.gz")
        let server = TransportEnd(.tcp, Endpoint(try #require(IPAddress("10.1.0.42")), 2100))
        let relocation = Relocation(of: [server], to: 50_000...50_000, seed: 1)
        let moved = Conversations(relocation.apply(to: capture.frames))
        func sessions(_ conversations: Conversations, _ end: TransportEnd) -> Int {
            conversations.places.keys.count { $0.low == end.endpoint || $0.high == end.endpoint }
        }
        let place = relocation.place(of: server, isEnclosed: false)
        #expect(place.endpoint.port == 50_000)
        #expect(sessions(moved, place) == sessions(capture.conversations, server))
        #expect(sessions(moved, server) == 0 && sessions(moved, place) > 1)
    }
}

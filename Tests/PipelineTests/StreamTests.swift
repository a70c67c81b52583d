import Net
import Pipeline
import TestSupport
import Testing
import Wire

/// A capture, and what must come of it.
struct Situation: Sendable, CustomTestStringConvertible {
    var name: String
    var frames: [Captured]
    var recognised: [String]
    var flows: [String]

    init(_ name: String, _ frames: [Captured], recognised: [String], flows: [String]) {
        (self.name, self.frames, self.recognised, self.flows) = (name, frames, recognised, flows)
    }

    var testDescription: String { name }
}

private let ssh = Talk.whole("10.0.0.1:4000", "10.0.0.2:22", sshTalk)
private let http = Talk.whole("10.0.0.1:4000", "10.0.0.2:8080", httpTalk)
private let sshFound = "ssh 10.0.0.1:4000 > 10.0.0.2:22 certain"
private let httpFound = "http 10.0.0.1:4000 > 10.0.0.2:8080 certain"

/// A segment that opens, instead of one that answers.
private func syn(of segment: Talk.Segment) -> Talk.Segment {
    var open = segment
    (open.flags, open.acknowledgement) = (.syn, 0)
    return open
}

extension Talk {
    /// Its segments with each replaced by several.
    fileprivate func changing(_ change: (Segment) -> [Segment]) -> Talk { rearranged { $0.flatMap(change) } }

    /// A segment whose bytes are others, further on in the stream.
    fileprivate static func forged(_ segment: Segment, from start: Int) -> Segment {
        var forged = segment
        forged.sequence = segment.sequence &+ UInt32(start)
        forged.payload = segment.payload.map { _ in UInt8(ascii: "#") }
        return forged
    }
}

@Suite struct StreamTests {
    static let orders = [
        Situation(
            "whole", ssh.frames(), recognised: [sshFound],
            flows: ["ssh 10.0.0.1:4000 > 10.0.0.2:22 established 5/4"]),
        Situation(
            "off its port", Talk.whole("10.0.0.1:4000", "10.0.0.2:443", sshTalk).frames(),
            recognised: ["ssh 10.0.0.1:4000 > 10.0.0.2:443 certain"],
            flows: ["ssh 10.0.0.1:4000 > 10.0.0.2:443 established 5/4"]),
        Situation(
            "over IPv6", Talk.whole("[2001:db8::1]:4000", "[2001:db8::2]:22", sshTalk).frames(),
            recognised: ["ssh [2001:db8::1]:4000 > [2001:db8::2]:22 certain"],
            flows: ["ssh [2001:db8::1]:4000 > [2001:db8::2]:22 established 5/4"]),
        Situation(
            "the client has the larger address",
            Talk.whole("10.0.0.9:4000", "10.0.0.2:80", httpTalk).frames(),
            recognised: ["http 10.0.0.9:4000 > 10.0.0.2:80 certain"],
            flows: ["http 10.0.0.9:4000 > 10.0.0.2:80 established 4/3"]),
        Situation(
            "midstream", http.rearranged { Array($0.dropFirst(3)) }.frames(), recognised: [httpFound],
            flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 midstream 2/2"]),
        Situation(
            "the SYN was lost", http.rearranged { Array($0.dropFirst()) }.frames(), recognised: [httpFound],
            flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 established 3/3"]),
        Situation(
            "the SYN-ACK was lost", http.rearranged { [$0[0]] + $0[2...] }.frames(), recognised: [httpFound],
            flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 established 4/2"]),
        Situation(
            "the SYN comes twice", http.changing { $0.flags == .syn ? [$0, $0] : [$0] }.frames(),
            recognised: [httpFound], flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 established 5/3"]),
        Situation(
            "the SYN comes again at the end",
            http.rearranged { $0 + [$0[0]] }.rearranged { $0.filter { !$0.flags.contains(.fin) } }
                .frames(),
            recognised: [httpFound], flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 established 4/2"]),
        Situation(
            "the SYN comes after the first bytes",
            http.rearranged { [$0[3], $0[0], $0[1], $0[2]] + $0[4...] }.frames(),
            recognised: [httpFound], flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 established 4/3"]),
        Situation(
            "only the server's packets", ssh.rearranged { $0.filter { !$0.isClients } }.frames(),
            recognised: ["ssh 10.0.0.1:4000 > 10.0.0.2:22 likely"],
            flows: ["ssh 10.0.0.1:4000 > 10.0.0.2:22 one-way 0/4"]),
        Situation(
            "only the client's packets", http.rearranged { $0.filter { $0.isClients } }.frames(),
            recognised: [],
            flows: ["? 10.0.0.1:4000 > 10.0.0.2:8080 one-way 4/0"]),
        Situation(
            "nobody answers", http.rearranged { Array($0.prefix(1)) }.frames(), recognised: [],
            flows: ["? 10.0.0.1:4000 > 10.0.0.2:8080 attempted 1/0"]),
        Situation(
            "refused",
            [
                Captured(1, http.packet(http.segments[0])),
                Captured(2, http.packet(Talk.Segment(isClients: false, flags: [.rst, .ack], sequence: 0))),
            ], recognised: [], flows: ["? 10.0.0.1:4000 > 10.0.0.2:8080 rejected 1/1"]),
        Situation(
            "bytes in the SYN",
            http.rearranged { segments in
                var first = segments[0]
                first.payload = segments[3].payload
                return [first] + segments[1...].filter { $0.payload != first.payload }
            }.frames(), recognised: [httpFound], flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 established 3/3"]
        ),
    ]

    static let pieces = [
        Situation(
            "segments of one byte", ssh.split(1).frames(), recognised: [sshFound],
            flows: ["ssh 10.0.0.1:4000 > 10.0.0.2:22 established 24/27"]),
        Situation(
            "every two segments exchanged",
            http.split(7).rearranged { segments in
                var result = segments
                for index in stride(from: 3, to: segments.count - 4, by: 2) {
                    result.swapAt(index, index + 1)
                }
                return result
            }.frames(), recognised: [httpFound], flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 established 7/6"]
        ),
        Situation(
            "retransmitted", http.changing { [$0, $0, $0] }.frames(), recognised: [httpFound],
            flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 established 12/9"]),
        Situation(
            "retransmitted with other bytes",
            http.split(6).changing { [$0, Talk.forged($0, from: 0)] }.frames(),
            recognised: [httpFound], flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 established 16/12"]),
        Situation(
            "forged bytes come before those they overlap",
            http.split(6).changing { segment in
                segment.payload.count == 6 ? [segment, Talk.forged(segment, from: 6)] : [segment]
            }.frames(), recognised: [], flows: ["? 10.0.0.1:4000 > 10.0.0.2:8080 established 12/10"]),
        Situation(
            "sequence numbers wrap",
            Talk.whole(
                "10.0.0.1:4000", "10.0.0.2:8080", httpTalk, clientStart: 0xffff_fff8, serverStart: 0xffff_ffff
            ).split(5).frames(), recognised: [httpFound],
            flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 established 9/7"]),
        Situation(
            "the first segment was lost",
            http.split(10).rearranged { segments in
                segments.filter { $0.sequence != segments[3].sequence || $0.payload.isEmpty }
            }.frames(), recognised: ["http 10.0.0.1:4000 > 10.0.0.2:8080 likely"],
            flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 established 5/5"]),
        Situation(
            "keep-alives of one byte",
            http.changing { segment in
                guard !segment.payload.isEmpty else { return [segment] }
                var alive = segment
                alive.sequence &-= 1
                alive.payload = [0]
                return [alive, segment]
            }.frames(), recognised: [httpFound], flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 established 5/4"]
        ),
    ]

    /// Without a handshake the first segment captured need not be the first one sent.
    static let guessed = [
        Situation(
            "midstream, last to first",
            http.split(9).rearranged { Array($0[3..<7].reversed() + $0[7..<10].reversed()) }.frames(),
            recognised: [httpFound], flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 midstream 4/3"]),
        Situation(
            "midstream, full segments",
            Talk.whole(
                "10.0.0.1:4000", "10.0.0.2:8080",
                [(.client, httpTalk[0].1 + String(repeating: "x", count: 3000)), httpTalk[1]]
            )
            .split(1460).rearranged { [$0[4], $0[3], $0[5]] + $0[6...] }.frames(),
            recognised: [httpFound], flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 midstream 4/2"]),
        Situation(
            "midstream, a segment from before comes again",
            http.rearranged { [$0[3], before($0[3])] + $0[4...] }.frames(),
            recognised: [httpFound], flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 midstream 3/2"]),
        Situation(
            "midstream, the server first: the ports tell two apart that say the same",
            ssh.rearranged { Array($0[3...]) }.frames(),
            recognised: ["ssh 10.0.0.1:4000 > 10.0.0.2:22 likely"],
            flows: ["ssh 10.0.0.1:4000 > 10.0.0.2:22 midstream 3/3"]),
        Situation(
            "midstream, only the server's packets",
            ssh.rearranged { $0[3...].filter { !$0.isClients } }.frames(),
            recognised: ["ssh 10.0.0.1:4000 > 10.0.0.2:22 likely"],
            flows: ["ssh 10.0.0.1:4000 > 10.0.0.2:22 one-way 0/3"]),
        Situation(
            "midstream, the server first: one port is none that clients are given",
            Talk.whole("10.0.0.1:49152", "10.0.0.2:443", sshTalk).rearranged { Array($0[3...]) }.frames(),
            recognised: ["ssh 10.0.0.1:49152 > 10.0.0.2:443 likely"],
            flows: ["ssh 10.0.0.1:49152 > 10.0.0.2:443 midstream 3/3"]),
        Situation(
            "midstream, the server first, and no port tells anything",
            Talk.whole("10.0.0.1:4000", "10.0.0.2:8080", sshTalk).rearranged { Array($0[3...]) }.frames(),
            recognised: ["ssh 10.0.0.2:8080 > 10.0.0.1:4000 certain"],
            flows: ["ssh 10.0.0.2:8080 > 10.0.0.1:4000 midstream 3/3"]),
        Situation(
            "midstream, another protocol on the client's home port",
            Talk.whole("10.0.0.1:22", "10.0.0.2:8080", httpTalk).rearranged { Array($0[3...]) }.frames(),
            recognised: ["http 10.0.0.1:22 > 10.0.0.2:8080 certain"],
            flows: ["http 10.0.0.1:22 > 10.0.0.2:8080 midstream 2/2"]),
        Situation(
            "midstream, one of two that say alike is understood: the protocol's own port is the server's",
            Talk.whole("10.0.0.1:49152", "10.0.0.2:22", [(.server, "rest\r\n"), sshTalk[1]])
                .rearranged { Array($0[3...]) }.frames(),
            recognised: ["ssh 10.0.0.1:49152 > 10.0.0.2:22 likely"],
            flows: ["ssh 10.0.0.1:49152 > 10.0.0.2:22 midstream 2/2"]),
        Situation(
            "midstream, one of two that say alike is understood: on another port nothing is known of the server",
            Talk.whole("10.0.0.1:49152", "10.0.0.2:25", [(.server, "220 go ahead\r\n"), sshTalk[1]])
                .rearranged { Array($0[3...]) }.frames(),
            recognised: [], flows: ["? 10.0.0.2:25 > 10.0.0.1:49152 midstream 2/2"]),
        Situation(
            "midstream, the server first: its protocol holds in another way with the ports",
            Talk.whole("10.0.0.1:49152", "10.0.0.2:445", [(.server, "FS1\r\n"), (.client, "FS2\r\n")])
                .rearranged { Array($0[3...]) }.frames(),
            recognised: ["files 10.0.0.1:49152 > 10.0.0.2:445 likely"],
            flows: ["files 10.0.0.1:49152 > 10.0.0.2:445 midstream 2/2"]),
        Situation(
            "midstream, a client says what servers greet with: the protocol's own port is the server's",
            Talk.whole("10.0.0.1:49152", "10.0.0.2:5900", [(.server, "rest\r\n"), (.client, "SC1\r\n")])
                .rearranged { Array($0[3...]) }.frames(),
            recognised: ["screen 10.0.0.1:49152 > 10.0.0.2:5900 likely"],
            flows: ["screen 10.0.0.1:49152 > 10.0.0.2:5900 midstream 2/2"]),
        Situation(
            "midstream, one says what servers greet with, on the likelier client's port: there is no telling",
            Talk.whole("10.0.0.1:49152", "10.0.0.2:2022", [(.server, "rest\r\n"), (.client, "SC1\r\n")])
                .rearranged { Array($0[3...]) }.frames(),
            recognised: [], flows: ["? 10.0.0.2:2022 > 10.0.0.1:49152 midstream 2/2"]),
        Situation(
            "midstream, one says what servers greet with, and no port tells anything",
            Talk.whole("10.0.0.1:4000", "10.0.0.2:8080", [(.server, "rest\r\n"), (.client, "SC1\r\n")])
                .rearranged { Array($0[3...]) }.frames(),
            recognised: ["screen 10.0.0.2:8080 > 10.0.0.1:4000 certain"],
            flows: ["screen 10.0.0.2:8080 > 10.0.0.1:4000 midstream 2/2"]),
        Situation(
            "byte by byte",
            Talk.whole(
                "10.0.0.1:4000", "10.0.0.2:8080",
                [(.client, "SLOW?"), (.server, String(repeating: "slow ", count: 8))]
            ).split(1).frames(),
            recognised: ["slow 10.0.0.1:4000 > 10.0.0.2:8080 certain"],
            flows: ["slow 10.0.0.1:4000 > 10.0.0.2:8080 established 8/42"]),
        Situation(
            "both open at once, the server first",
            http.rearranged { [syn(of: $0[1]), $0[0], $0[1]] + $0[2...] }.frames(),
            recognised: ["http 10.0.0.1:4000 > 10.0.0.2:8080 certain"],
            flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 established 4/4"]),
        Situation(
            "the answers come first, then the SYN",
            ssh.rearranged { [$0[1], $0[3], $0[0], $0[2]] + $0[4...] }.frames(),
            recognised: [sshFound], flows: ["ssh 10.0.0.1:4000 > 10.0.0.2:22 established 5/4"]),
        Situation(
            "what the server says comes first, then the SYN",
            ssh.rearranged { [$0[3], $0[0], $0[1], $0[2]] + $0[4...] }.frames(),
            recognised: [sshFound], flows: ["ssh 10.0.0.1:4000 > 10.0.0.2:22 established 5/4"]),
        Situation(
            "the SYN comes when all is said",
            ssh.rearranged { $0[1..<7] + [$0[0]] + $0[7...] }.frames(),
            recognised: [sshFound], flows: ["ssh 10.0.0.1:4000 > 10.0.0.2:22 established 5/4"]),
        Situation(
            "the handshake comes in the middle of the first line",
            http.split(9).rearranged { [$0[5], $0[4], $0[1], $0[3], $0[0], $0[2]] + $0[6...] }.frames(),
            recognised: [httpFound], flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 established 6/5"]),
        Situation(
            "bytes from before the handshake",
            http.rearranged { $0[..<3] + [before($0[3], by: 0)] + $0[3...] }.frames(),
            recognised: [httpFound], flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 established 5/3"]),
        Situation(
            "a SYN from before the handshake",
            http.rearranged { segments in
                var other = segments[0]
                other.sequence &-= 9
                return segments[..<4] + [other] + segments[4...]
            }.frames(),
            recognised: [httpFound], flows: ["http 10.0.0.1:4000 > 10.0.0.2:8080 established 5/3"]),
        Situation(
            "midstream, then the port is used again",
            http.rearranged { Array($0[3..<5]) }.frames()
                + Talk.whole("10.0.0.1:4000", "10.0.0.2:8080", sshTalk, clientStart: 900_000).frames(at: 1001),
            recognised: [httpFound, "ssh 10.0.0.1:4000 > 10.0.0.2:8080 certain"],
            flows: [
                "http 10.0.0.1:4000 > 10.0.0.2:8080 midstream 1/1",
                "ssh 10.0.0.1:4000 > 10.0.0.2:8080 established 5/4",
            ]),
    ]

    /// What a segment's sender may have said before, with `gap` bytes between.
    private static func before(_ segment: Talk.Segment, by gap: UInt32 = 40) -> Talk.Segment {
        var earlier = segment
        earlier.payload = Array("the end of something else\n".utf8)
        earlier.sequence = segment.sequence &- UInt32(earlier.payload.count) &- gap
        return earlier
    }

    static let several = [
        Situation(
            "a port is used again",
            ssh.frames()
                + Talk.whole("10.0.0.1:4000", "10.0.0.2:22", httpTalk, clientStart: 77, serverStart: 5)
                .frames(at: 1001),
            recognised: [sshFound, "http 10.0.0.1:4000 > 10.0.0.2:22 certain"],
            flows: [
                "http 10.0.0.1:4000 > 10.0.0.2:22 established 4/3",
                "ssh 10.0.0.1:4000 > 10.0.0.2:22 established 5/4",
            ]),
        Situation(
            "a port is used again without an end",
            ssh.rearranged { $0.filter { !$0.flags.contains(.fin) } }.frames()
                + Talk.whole("10.0.0.1:4000", "10.0.0.2:22", httpTalk, clientStart: 900_000).frames(at: 1001),
            recognised: [sshFound, "http 10.0.0.1:4000 > 10.0.0.2:22 certain"],
            flows: [
                "http 10.0.0.1:4000 > 10.0.0.2:22 established 4/3",
                "ssh 10.0.0.1:4000 > 10.0.0.2:22 established 4/3",
            ]),
        Situation(
            "two at the same time",
            zip(ssh.frames(), http.frames()).flatMap { [$0, $1] } + ssh.frames().suffix(2),
            recognised: [sshFound, httpFound].sorted().reversed(),
            flows: [
                "http 10.0.0.1:4000 > 10.0.0.2:8080 established 4/3",
                "ssh 10.0.0.1:4000 > 10.0.0.2:22 established 5/4",
            ]),
    ]

    @Test(arguments: orders + pieces + guessed + several)
    func aConversationIsRecognised(_ situation: Situation) {
        for chunk in [1, 7, 1000] {
            let outcome = run(situation.frames, chunk: chunk)
            #expect(outcome.recognised == situation.recognised)
            #expect(outcome.flows == situation.flows)
            #expect(outcome.counters.packets == situation.frames.count)
            #expect(outcome.counters.flows == situation.flows.count)
            #expect(outcome.counters.recognised == situation.recognised.count)
        }
    }

    /// Segments cut anew, repeated, and shuffled within a window: the same is recognised.
    @Test(arguments: 0..<25)
    func aShuffledSplitAndDuplicatedReplayGivesTheSame(_ seed: UInt64) {
        var generator = Generator(seed: seed)
        var frames: [[Captured]] = []
        var expected: [String] = []
        for number in 0..<12 {
            let (client, server) = ("10.0.\(number).1:4000", "10.1.0.\(number % 3):\(1000 + number)")
            let start = UInt32.random(in: .min ... .max, using: &generator)
            let lines = number % 2 == 0 ? sshTalk : httpTalk
            let talk = Talk.whole(client, server, lines, clientStart: start, serverStart: ~start)
                .split(Int.random(in: 4...20, using: &generator))
            expected.append("\(number % 2 == 0 ? "ssh" : "http") \(client) > \(server) certain")
            let shuffled = talk.rearranged { segments in
                var said = segments[3..<segments.count - 2].flatMap { segment in
                    Int.random(in: 0..<3, using: &generator) == 0 ? [segment, segment] : [segment]
                }
                for group in stride(from: 0, to: said.count, by: 4) {
                    said[group..<min(group + 4, said.count)].shuffle(using: &generator)
                }
                return segments[..<3] + said + segments.suffix(2)
            }
            frames.append(shuffled.frames(at: 1000))
        }
        let all = frames.joined().enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }
        #expect(run(all.map(\.element)).recognised.sorted() == expected.sorted())
    }
}

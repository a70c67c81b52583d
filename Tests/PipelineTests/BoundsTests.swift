import Flows
import Net
import Pipeline
import Testing
import Wire

private let ssh = Talk.whole("10.0.0.1:4000", "10.0.0.2:22", sshTalk)
private let sshFound = "ssh 10.0.0.1:4000 > 10.0.0.2:22 certain"

/// A SYN of another sender each.
private func syn(_ number: Int, at time: Double) -> Captured {
    let source = IPAddress(v4: 0xac10_0000 + UInt32(number))
    return Captured(
        time, ip(source, endpoint("10.0.0.2:22").address, .tcp, tcp(1024, 22, .syn, sequence: UInt32(number)))
    )
}

@Suite struct BoundsTests {
    @Test func aFloodOfSYNsHidesNoService() {
        var options = testOptions
        options.maximumFlows = 320
        var frames: [Captured] = []
        let talk = ssh.frames(at: 1)
        for (number, frame) in talk.enumerated() {
            // The handshake is at the start; between what they say comes the flood.
            if number > 2 {
                for sender in 0..<700 {
                    frames.append(syn(number * 1000 + sender, at: 1 + Double(number) / 1000))
                }
            }
            frames.append(frame)
        }
        let outcome = run(frames, options)
        #expect(outcome.recognised == [sshFound])
        #expect(outcome.counters.flows == 6 * 700 + 1)
        #expect(outcome.counters.evicted >= 6 * 700 + 1 - 320)
        #expect(outcome.ended.count == outcome.counters.flows, "every flow ends once")
        #expect(outcome.counters.silent == 6 * 700)
    }

    @Test func flowsWaitingForAnAnswerMakeRoomForOthers() {
        let source = endpoint("10.0.0.1:1").address
        // The buffers of one pair of hosts: 2048. Each flow says a little and gets no answer.
        let waiting = (0..<2500).map { number in
            Captured(
                1,
                ip(
                    source, endpoint("10.0.0.2:80").address, .tcp,
                    tcp(UInt16(10_000 + number), 80, .ack, sequence: 1, Array("HTTP/1.".utf8))))
        }
        var options = testOptions
        options.maximumFlows = 100_000
        let outcome = run(waiting + ssh.frames(at: 2), options)
        #expect(outcome.recognised.contains(sshFound))
        // A buffer for the one who speaks first, and all beyond the bound.
        #expect(outcome.counters.headsEvicted == 2500 - 2048 + 1)
        #expect(outcome.counters.recognised == 1 + 2500, "who loses a buffer is judged by it before")
    }

    @Test func aStreamWithTooManyGapsIsCounted() {
        var talk = Talk("10.0.0.1:4000", "10.0.0.2:22")
        talk.handshake()
        for _ in 0..<40 { talk.say(.client, "x") }
        let holes = talk.rearranged {
            $0.enumerated().filter { $0.offset < 3 || $0.offset % 2 == 0 }.map(\.element)
        }
        #expect(run(holes.frames()).counters.brokenStreams == 20 - 4)
    }

    @Test func flowsEndByPacketTime() {
        let (client, server) = (endpoint("10.0.0.1:4000"), endpoint("10.0.0.2:53"))
        func exchange(_ time: Double) -> [Captured] {
            [
                Captured(time, datagram(client, server, dnsQuery)),
                Captured(time, datagram(server, client, dnsAnswer)),
            ]
        }
        let still = run(exchange(1000) + exchange(1119) + exchange(1238))
        #expect(still.flows == ["dns 10.0.0.1:4000 > 10.0.0.2:53 established 3/3"])
        let later = run(exchange(1000) + exchange(1120.5) + exchange(5000))
        #expect(later.flows == Array(repeating: "dns 10.0.0.1:4000 > 10.0.0.2:53 established 1/1", count: 3))
        #expect(
            later.observations.compactMap { observation in
                if case .ended = observation.event { observation.frame } else { nil }
            }.prefix(2) == [3, 5], "a flow ends with the packet that shows the time")
        #expect(Set(later.ended.map(\.number)).count == 3)
    }

    @Test func timeThatJumpsBackBreaksNothing() {
        let frames = [1000.0, 990, 5000, 10, 11, 12, 100_000, 50].enumerated().flatMap { number, time in
            Talk.whole("10.0.0.1:\(4000 + number)", "10.0.0.2:22", sshTalk).frames(at: time)
        }
        let outcome = run(frames)
        #expect(outcome.recognised.count == 8)
        #expect(outcome.ended.count == 8)
    }

    @Test func aCaptureEndsAllItsFlowsAndTheNextBeginsAnew() {
        let half = ssh.rearranged { $0.filter { !$0.isClients } }.frames()
        let outcome = run(half)
        // The verdict on one speaker is given at the end, before the flow's own.
        guard case .recognised = outcome.observations.first?.event,
            case .ended = outcome.observations.last?.event
        else {
            Issue.record("\(outcome.lines)")
            return
        }
        #expect(outcome.observations.allSatisfy { $0.frame > half.count })
        #expect(run([]).observations.isEmpty)
        #expect(run(half).lines == outcome.lines)
    }

    @Test func theSeedDoesNotShow() {
        var options = testOptions
        let frames = WorkerTests.mixture
        let lines = run(frames, options).lines
        options.seed = 0x1234_5678_9abc_def0
        #expect(run(frames, options).lines == lines)
    }

    @Test func firstBytesAreKeptOnRequest() {
        var options = testOptions
        options.keepsFirstBytes = true
        let said = run(ssh.frames(), options).observations.compactMap { observation -> [String]? in
            guard case .said(_, let client, let server) = observation.event else { return nil }
            return [String(decoding: client, as: UTF8.self), String(decoding: server, as: UTF8.self)]
        }
        #expect(said == [["SSH-2.0-libssh2\r\n", "SSH-2.0-OpenSSH_9.6\r\n"]])
    }

    @Test func vlansJoinTheKeyOnRequest() {
        func tagged(_ frame: Captured, _ vlan: UInt8) -> Captured {
            var tagged = frame
            tagged.bytes.insert(contentsOf: [0x81, 0, 0, vlan], at: 12)
            return tagged
        }
        let frames = ssh.frames().flatMap { [tagged($0, 10), tagged($0, 20)] }
        var options = testOptions
        #expect(run(frames, options).recognised == [sshFound])
        options.keysVLAN = true
        let outcome = run(frames, options)
        #expect(outcome.recognised == [sshFound, sshFound])
        #expect(outcome.ended.map(\.vlan).sorted() == [10, 20])
    }
}

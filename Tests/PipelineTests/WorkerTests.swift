import Net
import Pipeline
import Testing

@Suite struct WorkerTests {
    /// Many conversations between many hosts at once, with announced flows, datagrams and flows that expire.
    static let mixture: [Captured] = {
        var frames: [Captured] = []
        for number in 0..<120 {
            let (client, server) = (
                "10.0.\(number % 9).\(number % 31):\(4000 + number)", "10.1.0.\(number % 17):\(20 + number)"
            )
            let start = 1000 + Double(number * 37 % 101) * 9
            switch number % 4 {
            case 0: frames += Talk.whole(client, server, sshTalk).frames(at: start)
            case 1: frames += Talk.whole(client, server, httpTalk).split(5).frames(at: start)
            case 2:
                frames.append(Captured(start, datagram(endpoint(client), endpoint(server), dnsQuery)))
                frames.append(Captured(start + 1, datagram(endpoint(server), endpoint(client), dnsAnswer)))
            default:
                let passive = "227 (10,1,0,\(number % 17),100,\(number))\r\n"
                let lines: [(Talk.Side, String)] = [
                    (.server, "220 a\r\n"), (.client, "USER b\r\n"), (.server, passive),
                ]
                frames += Talk.whole(client, server, lines).frames(at: start)
                let address = endpoint(server).address
                let data = Talk.whole(
                    "\(endpoint(client).address):3000", "\(address):\(25_600 + number)", [(.server, "x")])
                frames += data.frames(at: start + 2)
            }
        }
        return frames.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(
            \.element)
    }()

    @Test(arguments: [1, 2, 3, 5, 16])
    func anyNumberOfWorkersNoticesTheSame(_ workers: Int) throws {
        let alone = run(Self.mixture)
        #expect(alone.recognised.count == 120)
        #expect(alone.counters.children == 30)
        let together = try run(Self.mixture, workers: workers)
        #expect(together.lines == alone.lines)
        #expect(together.counters.packets == Self.mixture.count)
        #expect(together.counters.flows == alone.counters.flows)
        #expect(together.counters.children == alone.counters.children)
    }

    /// More than a chunk of the reader, so that several chunks are under way at once.
    @Test func aLongCaptureIsTheSameToo() throws {
        let long = (0..<12).flatMap { round in
            Self.mixture.map { frame in
                var later = frame
                later.time.nanoseconds += Int64(round) * 10_000_000_000_000
                return later
            }
        }
        let alone = try run(long, workers: 1)
        #expect(alone.recognised.count == 12 * 120)
        #expect(try run(long, workers: 3).lines == alone.lines)
    }
}

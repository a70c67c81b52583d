/// Datagrams of an exporter, by RFC 7011.
enum Exports {
    static func big(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(value >> UInt64(8 * (count - 1 - $0)) & 255) }
    }

    static func set(_ number: Int, _ body: [UInt8]) -> [UInt8] {
        big(UInt64(number), 2) + big(UInt64(body.count + 4), 2) + body
    }

    static func ipfix(sets: [[UInt8]], domain: Int = 1) -> [UInt8] {
        let body = sets.flatMap { $0 }
        return big(10, 2) + big(UInt64(16 + body.count), 2) + big(1_795_604_400, 4) + big(1, 4)
            + big(UInt64(domain), 4) + body
    }

    /// Numbers one after the other, each with how many bytes it takes.
    static func row(_ numbers: [(UInt64, Int)]) -> [UInt8] { numbers.flatMap { big($0.0, $0.1) } }

    /// Of NetFlow 9 (RFC 3954), sent when the exporter had been up for 1,000 seconds.
    static func nine(sets: [[UInt8]]) -> [UInt8] {
        let head = row([(9, 2), (UInt64(sets.count), 2), (1_000_000, 4), (1_795_604_400, 4), (1, 4), (1, 4)])
        return head + sets.flatMap { $0 }
    }

    /// Of NetFlow 5, sent at the same time; `sampling` is the mode and the interval.
    static func five(_ packets: [Packet], sampling: UInt64 = 0) -> [UInt8] {
        var bytes = row([
            (5, 2), (UInt64(packets.count), 2), (1_000_000, 4), (1_795_604_400, 4), (0, 4), (1, 4), (0, 2),
            (sampling, 2),
        ])
        for packet in packets {
            bytes += packet.source + packet.destination
            bytes += row([(0, 8), (1, 4), (packet.bytes, 4), (packet.uptime, 4), (packet.uptime, 4)])
            bytes += packet.ports
            bytes += row([(0, 2), (17, 1), (0, 8), (0, 1)])
        }
        return bytes
    }

    /// A record of one packet over UDP, as exporters write those of a question and its answer.
    struct Packet {
        /// Milliseconds since the first one.
        var at: UInt64
        var bytes: UInt64
        /// Whether it is from the server.
        var isAnswer: Bool
        /// The client's port and the server's.
        var between: (UInt64, UInt64) = (40_000, 53)

        static func question(_ at: UInt64) -> Packet { Packet(at: at, bytes: 70, isAnswer: false) }
        static func answer(_ at: UInt64) -> Packet { Packet(at: at, bytes: 170, isAnswer: true) }

        fileprivate var source: [UInt8] { isAnswer ? [10, 0, 0, 53] : [10, 0, 0, 9] }
        fileprivate var destination: [UInt8] { isAnswer ? [10, 0, 0, 9] : [10, 0, 0, 53] }
        fileprivate var ports: [UInt8] {
            isAnswer ? row([(between.1, 2), (between.0, 2)]) : row([(between.0, 2), (between.1, 2)])
        }
        fileprivate var uptime: UInt64 { 900_000 + at }
    }

    /// Those of NetFlow 9, with their template.
    static func nine(_ packets: [Packet]) -> [UInt8] {
        let fields: [(UInt64, UInt64)] = [
            (8, 4), (12, 4), (2, 4), (1, 4), (22, 4), (21, 4), (7, 2), (11, 2), (4, 1),
        ]
        let template = row([(256, 2), (9, 2)]) + fields.flatMap { row([($0.0, 2), ($0.1, 2)]) }
        var records: [UInt8] = []
        for packet in packets {
            records += packet.source + packet.destination
            records += row([(1, 4), (packet.bytes, 4), (packet.uptime, 4), (packet.uptime, 4)])
            records += packet.ports + [17]
        }
        return nine(sets: [set(0, template), set(256, records)])
    }

    /// Template 256: addresses, ports, transport, packets, bytes, milliseconds.
    static let template = set(
        2,
        big(256, 2) + big(9, 2)
            + [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (2, 4), (1, 4), (152, 8), (153, 8)]
            .flatMap { big(UInt64($0.0), 2) + big(UInt64($0.1), 2) })

    static let record = set(
        256,
        [198, 51, 100, 7, 192, 0, 2, 10] + big(51_514, 2) + big(419, 2) + [6] + big(9, 4) + big(1203, 4)
            + big(1_795_604_400_123, 8) + big(1_795_604_490_623, 8))
}

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

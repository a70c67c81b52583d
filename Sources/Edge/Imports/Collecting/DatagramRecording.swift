public import Net

/// Writes datagrams down as a capture (pcap, raw IP), so that Offport and every other tool can read them again.
public enum DatagramRecording {
    /// What a file is called: `netflow-20261125T110000Z-0001.pcap`.
    public static func name(_ number: Int, begunAt time: Timestamp) -> String {
        let (stamp, digits) = (time.description.prefix(19).filter { $0 != "-" && $0 != ":" }, String(number))
        return "netflow-\(stamp)Z-\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits).pcap"
    }

    /// Whether a file is called so; what is in a folder may be somebody else's.
    public static func isName(_ name: String) -> Bool {
        let shape = String(decoding: name.utf8.map { (48...57).contains($0) ? 48 : $0 }, as: UTF8.self)
        let (head, tail) = ("netflow-00000000T000000Z-0000", ".pcap")
        return shape.hasPrefix(head) && shape.hasSuffix(tail)
            && shape.dropFirst(head.count).dropLast(tail.count).allSatisfy { $0 == "0" }
    }

    /// What a file begins with: times in nanoseconds, little-endian, link type 101.
    public static var header: [UInt8] {
        var bytes: [UInt8] = []
        little(0xa1b2_3c4d, &bytes)
        bytes += [2, 0, 4, 0]
        little(0, &bytes)
        little(0, &bytes)
        little(262_144, &bytes)
        little(101, &bytes)
        return bytes
    }

    /// The longest datagram that a frame takes: IP and UDP headers take the rest of 65,535 bytes.
    public static let longest = 65_535 - 48

    /// Adds a datagram as one record: an IP packet with it.
    public static func append(
        _ datagram: some Collection<UInt8>, from source: Endpoint, to destination: Endpoint,
        at time: Timestamp,
        to bytes: inout [UInt8]
    ) {
        let payload = datagram.prefix(longest)
        let isV4 = source.address.isV4
        let length = payload.count + 8 + (isV4 ? 20 : 40)
        let (seconds, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        little(UInt32(truncatingIfNeeded: seconds), &bytes)
        little(UInt32(truncatingIfNeeded: rest), &bytes)
        little(UInt32(length), &bytes)
        little(UInt32(length), &bytes)
        if isV4 {
            let target = destination.address.v4 ?? 0
            var header: [UInt8] = [
                0x45, 0, UInt8(length >> 8), UInt8(length & 255), 0, 0, 0x40, 0, 64, 17, 0, 0,
            ]
            for word in [source.address.v4 ?? 0, target] { big(UInt64(word), 4, &header) }
            var sum: UInt32 = 0
            for place in stride(from: 0, to: 20, by: 2) {
                sum += UInt32(header[place]) << 8 | UInt32(header[place + 1])
            }
            sum = (sum & 0xffff) + sum >> 16
            let check = ~UInt16(truncatingIfNeeded: (sum & 0xffff) + sum >> 16)
            (header[10], header[11]) = (UInt8(check >> 8), UInt8(check & 255))
            bytes += header
        } else {
            bytes += [0x60, 0, 0, 0]
            big(UInt64(payload.count + 8), 2, &bytes)
            bytes += [17, 64]
            for address in [source.address, destination.address] {
                big(address.high, 8, &bytes)
                big(address.low, 8, &bytes)
            }
        }
        big(UInt64(source.port), 2, &bytes)
        big(UInt64(destination.port), 2, &bytes)
        big(UInt64(payload.count + 8), 2, &bytes)
        bytes += [0, 0]
        bytes += payload
    }

    private static func little(_ value: UInt32, _ bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(value >> UInt32(shift) & 255)) }
    }

    private static func big(_ value: UInt64, _ count: Int, _ bytes: inout [UInt8]) {
        for shift in stride(from: 8 * (count - 1), through: 0, by: -8) {
            bytes.append(UInt8(value >> UInt64(shift) & 255))
        }
    }
}

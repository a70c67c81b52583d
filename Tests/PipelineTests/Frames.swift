import Net
import Wire

// Builders of frames; each gives a header with what it carries.

func be16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }

func be32(_ value: UInt32) -> [UInt8] { be16(Int(value >> 16)) + be16(Int(value & 0xffff)) }

func bytes(_ address: IPAddress) -> [UInt8] {
    if let v4 = address.v4 { return be32(v4) }
    return be32(UInt32(address.high >> 32)) + be32(UInt32(truncatingIfNeeded: address.high))
        + be32(UInt32(address.low >> 32)) + be32(UInt32(truncatingIfNeeded: address.low))
}

/// An Ethernet frame with an IP packet.
func ethernet(_ packet: [UInt8]) -> [UInt8] {
    [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1] + (packet[0] >> 4 == 4 ? [8, 0] : [0x86, 0xdd]) + packet
}

/// An IPv4 or IPv6 packet, as the addresses are.
func ip(
    _ source: IPAddress, _ destination: IPAddress, _ transport: TransportProtocol, _ payload: [UInt8]
) -> [UInt8] {
    guard source.isV4 else {
        return [0x60, 0, 0, 0] + be16(payload.count) + [transport.number, 64] + bytes(source)
            + bytes(destination)
            + payload
    }
    return ipv4(source, destination, transport, payload, identification: 0, fragment: 0)
}

/// An IPv4 packet; `fragment` is the flags and the offset as in the header.
func ipv4(
    _ source: IPAddress, _ destination: IPAddress, _ transport: TransportProtocol, _ payload: [UInt8],
    identification: Int, fragment: Int
) -> [UInt8] {
    [0x45, 0] + be16(20 + payload.count) + be16(identification) + be16(fragment) + [
        64, transport.number, 0, 0,
    ]
        + bytes(source) + bytes(destination) + payload
}

func tcp(
    _ source: UInt16, _ destination: UInt16, _ flags: TCPFlags, sequence: UInt32, acknowledgement: UInt32 = 0,
    _ payload: [UInt8] = []
) -> [UInt8] {
    be16(Int(source)) + be16(Int(destination)) + be32(sequence) + be32(acknowledgement)
        + [0x50, flags.rawValue, 0xff, 0xff, 0, 0, 0, 0] + payload
}

func udp(_ source: UInt16, _ destination: UInt16, _ payload: [UInt8]) -> [UInt8] {
    be16(Int(source)) + be16(Int(destination)) + be16(8 + payload.count) + [0, 0] + payload
}

/// A frame and when it was captured.
struct Captured: Sendable {
    var time: Timestamp
    var bytes: [UInt8]

    init(_ seconds: Double, _ packet: [UInt8]) {
        time = Timestamp(nanoseconds: Int64(seconds * 1_000_000) * 1000)
        bytes = ethernet(packet)
    }
}

/// A UDP datagram between two endpoints.
func datagram(_ source: Endpoint, _ destination: Endpoint, _ payload: [UInt8]) -> [UInt8] {
    ip(source.address, destination.address, .udp, udp(source.port, destination.port, payload))
}

func endpoint(_ text: String) -> Endpoint { Endpoint(text) ?? Endpoint(IPAddress(v4: 0), 0) }

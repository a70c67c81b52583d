import Net
import Wire

// Builders of frames. Every function gives a header with what it carries, so that a frame reads from the outside
// to the inside; `hex` writes what no builder is worth.

/// The bytes of hexadecimal digits; blanks are for the eye.
func hex(_ text: String) -> [UInt8] {
    let digits = text.utf8.compactMap { digit -> UInt8? in
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
    precondition(digits.count % 2 == 0, text)
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }

func be16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }

func be32(_ value: Int) -> [UInt8] { be16(value >> 16) + be16(value) }

func ethernet(_ type: Int, _ payload: [UInt8]) -> [UInt8] {
    hex("02 00 00 00 00 02  02 00 00 00 00 01") + be16(type) + payload
}

func vlan(_ identifier: Int, _ type: Int, _ payload: [UInt8]) -> [UInt8] {
    be16(0x6000 | identifier) + be16(type) + payload
}

/// 10.0.0.1 to 10.0.0.2.
func ipv4(
    _ proto: Int, _ payload: [UInt8], options: [UInt8] = [], totalLength: Int? = nil,
    headerLength: Int? = nil,
    version: Int = 4, identification: Int = 0x1234, fragment: Int = 0
) -> [UInt8] {
    let length = 20 + options.count
    let first = UInt8(version << 4 | (headerLength ?? length) / 4)
    return [first, 0] + be16(totalLength ?? length + payload.count) + be16(identification) + be16(fragment)
        + [64, UInt8(proto), 0, 0] + hex("0a000001 0a000002") + options + payload
}

/// 2001:db8::1 to 2001:db8::2.
func ipv6(_ next: Int, _ payload: [UInt8], payloadLength: Int? = nil, version: Int = 6) -> [UInt8] {
    [UInt8(version << 4), 0, 0, 0] + be16(payloadLength ?? payload.count) + [UInt8(next), 64]
        + hex("20010db8 00000000 00000000 00000001  20010db8 00000000 00000000 00000002") + payload
}

/// An extension header of `words` times eight bytes.
func ipv6Extension(_ next: Int, words: Int = 1, _ payload: [UInt8]) -> [UInt8] {
    [UInt8(next), UInt8(words - 1)] + [UInt8](repeating: 0, count: words * 8 - 2) + payload
}

func ipv6Fragment(_ next: Int, offset: Int, more: Bool, _ payload: [UInt8]) -> [UInt8] {
    [UInt8(next), 0] + be16(offset | (more ? 1 : 0)) + be32(0x8765_4321) + payload
}

func tcp(
    _ source: Int, _ destination: Int, _ payload: [UInt8] = [], flags: UInt8 = 0x18, options: [UInt8] = [],
    headerLength: Int? = nil
) -> [UInt8] {
    be16(source) + be16(destination) + be32(0x0102_0304) + be32(0x0506_0708)
        + [UInt8((headerLength ?? 20 + options.count) * 4), flags] + hex("ffff 0000 0000") + options + payload
}

func udp(_ source: Int, _ destination: Int, _ payload: [UInt8] = [], length: Int? = nil) -> [UInt8] {
    be16(source) + be16(destination) + be16(length ?? 8 + payload.count) + [0, 0] + payload
}

func sctp(_ source: Int, _ destination: Int, _ chunks: [UInt8]) -> [UInt8] {
    be16(source) + be16(destination) + hex("11223344 55667788") + chunks
}

/// A chunk with its padding.
func sctpChunk(_ type: UInt8, _ value: [UInt8], length: Int? = nil) -> [UInt8] {
    [type, 3] + be16(length ?? 4 + value.count) + value
        + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
}

/// An SSH greeting over TCP and IPv4: what most situations carry, reported as `ssh`.
let sshPacket = ipv4(6, tcp(40_000, 22, ascii("SSH-2.0-x")))
let ssh = "tcp 10.0.0.1:40000 > 10.0.0.2:22 [SSH-2.0-x]"

/// The same over IPv6.
let sshPacket6 = ipv6(6, tcp(40_000, 22, ascii("SSH-2.0-x")))
let ssh6 = "tcp [2001:db8::1]:40000 > [2001:db8::2]:22 [SSH-2.0-x]"

let snap = hex("aaaa03 000000")

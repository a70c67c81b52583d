import Handshakes
import Net

/// The bytes that hexadecimal digits stand for; what is no digit is passed over.
func hex(_ text: String) -> [UInt8] {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

func number(_ value: Int, bytes: Int) -> [UInt8] {
    (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// Bytes behind their length.
func counted(_ bytes: [UInt8], by width: Int) -> [UInt8] {
    number(bytes.count, bytes: width) + bytes
}

/// Numbers of two bytes.
func pairs(_ values: [Int]) -> [UInt8] { values.flatMap { number($0, bytes: 2) } }

/// The fields of both sides in one line each.
struct Words: Equatable, CustomStringConvertible {
    var client: [String: String] = [:]
    var server: [String: String] = [:]

    init(_ kind: HandshakeKind, client: [UInt8] = [], server: [UInt8] = []) {
        (self.client, self.server) = client.withBytes { client in
            server.withBytes { server in
                (
                    Self.words(kind.clientFields(client: client)),
                    Self.words(kind.serverFields(client: client, server: server))
                )
            }
        }
    }

    private static func words(_ fields: [HandshakeKind.Field]) -> [String: String] {
        Dictionary(fields.map { ($0.name, $0.value) }) { first, _ in first }
    }

    var description: String {
        (client.map { "client \($0): \($1)" } + server.map { "\($0): \($1)" }).sorted().joined(
            separator: "\n")
    }
}

/// Numbers that look random and are the same each time (splitmix64).
struct Generator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}

import Handshakes
import Net

/// What two speakers said, read as each kind of handshake.
///
/// Input: the kind's place (1 byte), the length of what the client said (2 bytes, big-endian), both speakers' bytes.
final class HandshakesTarget: FuzzTarget {
    func run(_ input: UnsafeRawBufferPointer) {
        guard input.count >= 3 else { return }
        let kind = HandshakeKind.allCases[Int(input[0]) % HandshakeKind.allCases.count]
        let said = UnsafeRawBufferPointer(rebasing: input.dropFirst(3))
        let length = min(Int(input[1]) << 8 | Int(input[2]), said.count)
        let client = UnsafeRawBufferPointer(rebasing: said.prefix(length)).bytes
        let server = UnsafeRawBufferPointer(rebasing: said.dropFirst(length)).bytes
        let fields = kind.fields(client: client, server: server)
        check(fields.client)
        check(fields.server)
        let alone = kind.clientFields(client: client).map { "\($0)" }
        precondition(
            alone == fields.client.map { "\($0)" }, "what a client says of itself depends on nobody else")
    }

    private func check(_ fields: [HandshakeKind.Field]) {
        for (before, after) in zip(fields, fields.dropFirst()) { precondition(before.name < after.name) }
        for field in fields {
            precondition(!field.value.isEmpty, "\(field.name) is empty")
            precondition(
                field.value.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f },
                "\(field.name) is printable")
        }
    }
}

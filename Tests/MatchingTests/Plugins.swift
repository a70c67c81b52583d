import Matching
import Net

/// Plugins' functions that answer what the test wants.
final class Scripts: ScriptRunner {
    var domain = 0
    var answer = CheckOutcome.holds
    var asked = 0

    func check(_: CheckReference, client: borrowing RawSpan, server: borrowing RawSpan) -> CheckOutcome {
        asked += 1
        return answer
    }

    func fields(
        _: CheckReference, client: borrowing RawSpan, server: borrowing RawSpan
    ) -> [(name: String, value: String)] { [] }
}

/// `starts`: the bytes of a text at an offset.
func starts(_ text: String, at offset: Int = 0) -> Matcher {
    .classes(text.utf8.map { ByteClass($0) }, offset: offset)
}

/// `line`: one of the lines begins with a text.
func line(_ text: String) -> Matcher { .line(text.utf8.map { ByteClass($0) }) }

/// `command`: one of the lines begins with one of these words.
func command(_ words: String...) -> Matcher { .command(words.map { Array($0.utf8) }) }

/// `contains`: a text somewhere.
func contains(_ text: String) -> Matcher { .contains(Array(text.utf8)) }

let here = SourceLocation(file: "test.lua", line: 1)

/// A signature; `either` stands for both speakers.
func signature(
    _ transport: TransportProtocol = .tcp, client: Matcher? = nil, server: Matcher? = nil,
    either: Matcher? = nil,
    alone: Set<Speaker> = [], check: Bool = false
) -> SignatureDefinition {
    SignatureDefinition(
        transport: transport, client: either ?? client, server: either ?? server, isSymmetric: either != nil,
        alone: alone, check: check ? CheckReference(source: 0, function: 0) : nil, origin: here)
}

/// A protocol of one's own for each signature, named `p0`, `p1` and so on.
func library(_ signatures: [SignatureDefinition]) throws -> SignatureIndex {
    try SignatureIndex(
        signatures.enumerated().map { number, signature in
            var definition = ProtocolDefinition(
                name: "p\(number)", title: "", category: "test", reference: "", plugin: "test/p\(number)",
                origin: here)
            definition.signatures = [signature]
            return definition
        })
}

extension Recogniser {
    /// What it decides, in words: `p0 first certain`, the second word telling who is the client.
    mutating func words(
        _ first: [UInt8], _ second: [UInt8], _ roles: Roles = .firstIsClient, isFinal: Bool = false,
        _ transport: TransportProtocol = .tcp
    ) -> String {
        let decision = first.withBytes { low in
            second.withBytes { high in
                decide(transport, first: low, second: high, roles: roles, isFinal: isFinal)
            }
        }
        return Self.words(decision)
    }

    mutating func words(
        _ first: String, _ second: String, _ roles: Roles = .firstIsClient, isFinal: Bool = false,
        _ transport: TransportProtocol = .tcp
    ) -> String {
        words(Array(first.utf8), Array(second.utf8), roles, isFinal: isFinal, transport)
    }

    static func words(_ decision: Decision) -> String {
        switch decision {
        case .none: "none"
        case .undecided: "undecided"
        case .verdict(let verdict):
            "p\(verdict.protocolIndex) \(verdict.firstIsClient ? "first" : "second") "
                + (verdict.isCertain ? "certain" : "likely")
        }
    }
}

extension Roles {
    /// The same with the views exchanged.
    var mirrored: Roles {
        switch self {
        case .firstIsClient: .secondIsClient
        case .secondIsClient: .firstIsClient
        case .firstSpokeFirst: .secondSpokeFirst
        case .secondSpokeFirst: .firstSpokeFirst
        }
    }
}

internal import Handshakes
internal import Net
internal import Regexes

/// Takes the fields of recognised flows out of their first bytes: once per flow, never per packet.
///
/// One per worker; the compiled expressions are the library's, shared.
public struct FieldExtractor: ~Copyable {
    /// A field's name and its text, with bytes that are no UTF-8 replaced.
    public typealias Field = (name: String, value: String)

    private let index: SignatureIndex
    private let scripts: any ScriptRunner
    private let matcher = RegexMatcher()
    private let descriptions = KnownDescriptions()
    private let memory = HandshakeMemory()
    private let rules = FoundRules()
    /// By protocol, whether its flows have fields.
    private let haveFields: [Bool]

    /// An extractor for a library.
    public init(index: SignatureIndex, scripts: any ScriptRunner) {
        self.index = index
        self.scripts = scripts
        haveFields = index.protocols.indices.map {
            !index.fieldSources[$0].isEmpty || index.identifications[$0] != nil
        }
    }

    /// The patterns that were given up because they reached their limit.
    public var givenUp: Set<String> { matcher.givenUp }

    /// Whether flows of a protocol have fields.
    public func hasFields(_ protocolIndex: Int) -> Bool { haveFields[protocolIndex] }

    /// Whether fields may come from a client's later datagram too, as it goes on with the first one.
    public static func isContinued(_ first: borrowing RawSpan, by datagram: borrowing RawSpan) -> Bool {
        HandshakeKind.isContinued(first, by: datagram)
    }

    /// The fields that both speakers' bytes give; the first value of a name wins.
    public func fields(
        of protocolIndex: Int, client: borrowing RawSpan, server: borrowing RawSpan
    ) -> (client: [Field], server: [Field]) {
        var handshake: (client: [Field], server: [Field])?
        return (
            fields(of: protocolIndex, .client, client, server, &handshake),
            fields(of: protocolIndex, .server, client, server, &handshake)
        )
    }

    /// - Parameter handshake: what the handshake says of both speakers, once it was read.
    private func fields(
        of protocolIndex: Int, _ speaker: Speaker, _ client: borrowing RawSpan, _ server: borrowing RawSpan,
        _ handshake: inout (client: [Field], server: [Field])?
    ) -> [Field] {
        var result: [Field] = []
        for number in index.fieldSources[protocolIndex].indices
        where index.fieldSources[protocolIndex][number].speaker == speaker {
            switch index.fieldSources[protocolIndex][number].extractor {
            case .pattern(let regex):
                if speaker == .client { match(regex, client, &result) } else { match(regex, server, &result) }
            case .function(let reference):
                // What was not heard is nil in Lua: a function that reads it would err.
                guard
                    index.fieldSources[protocolIndex][number].readsEither
                        || (speaker == .client ? client.byteCount : server.byteCount) > 0
                else { continue }
                Self.add(scripts.fields(reference, client: client, server: server), to: &result)
            case .handshake(let kind):
                let read = handshake ?? kind.fields(client: client, server: server, memory: memory)
                handshake = read
                Self.add(speaker == .client ? read.client : read.server, to: &result)
            }
        }
        let descriptions = index.protocols[protocolIndex].descriptions
        if !descriptions.isEmpty { describe(descriptions, of: protocolIndex, &result) }
        if speaker == .client {
            identify(protocolIndex, speaker, client, &result)
        } else {
            identify(protocolIndex, speaker, server, &result)
        }
        return result
    }

    /// Adds what is known of the fields' texts.
    private func describe(
        _ wanted: [FieldDescription], of protocolIndex: Int, _ result: inout [Field]
    ) {
        for (number, description) in wanted.enumerated() {
            guard let text = result.first(where: { $0.name == description.field })?.value else { continue }
            let question = KnownDescriptions.Question(protocolIndex, number, text)
            func ask() -> [Field] {
                Array(text.utf8).withBytes { scripts.describe(description.function, $0) }
            }
            // Once a function has failed, who is still asked depends on the shard, and others may not hear the answer.
            let found = scripts.hasFailed ? ask() : descriptions.answer(question, ask)
            Self.add(found, to: &result)
        }
    }

    /// Adds what the words say of the program.
    private func identify(
        _ protocolIndex: Int, _ speaker: Speaker, _ bytes: borrowing RawSpan, _ result: inout [Field]
    ) {
        guard bytes.byteCount > 0, let table = index.identifications[protocolIndex] else { return }
        for section in table.sections where section.speaker == speaker {
            guard let within = section.within else {
                identify(section, bytes, &result)
                continue
            }
            guard matcher.matches(within, bytes), let range = matcher.range(ofGroup: 1), !range.isEmpty else {
                continue
            }
            let text = bytes.copy(from: range.lowerBound, atMost: range.count)
            text.withBytes { identify(section, $0, &result) }
        }
    }

    /// Adds what the first rule gives that the bytes fit.
    private func identify(
        _ section: IdentificationTable.Section, _ bytes: borrowing RawSpan, _ result: inout [Field]
    ) {
        section.candidates(in: bytes, &rules.found)
        for number in rules.found {
            guard matcher.matches(section.rules[Int(number)].regex, bytes) else { continue }
            for (name, template) in section.rules[Int(number)].gives where !Self.has(name, result) {
                let value = template.text(matcher, bytes)
                if !value.isEmpty { result.append((name, value)) }
            }
            return
        }
    }

    /// - Parameter found: from a handshake or a function, which name no field twice.
    private static func add(_ found: [Field], to result: inout [Field]) {
        if result.isEmpty {
            result = found
            return
        }
        for field in found where !has(field.name, result) { result.append(field) }
    }

    private static func has(_ name: String, _ fields: [Field]) -> Bool {
        fields.contains { $0.name == name }
    }

    /// Adds the named groups that took part and are not empty.
    private func match(_ regex: Regex, _ bytes: borrowing RawSpan, _ result: inout [Field]) {
        guard bytes.byteCount > 0, matcher.matches(regex, bytes) else { return }
        for group in regex.groups {
            guard let range = matcher.range(ofGroup: group.number), !range.isEmpty,
                !Self.has(group.name, result)
            else { continue }
            result.append((group.name, bytes.text(in: range)))
        }
    }
}

/// A field source with its expression compiled.
struct CompiledFieldSource: Sendable {
    enum Extractor: Sendable {
        case pattern(Regex)
        case function(CheckReference)
        case handshake(HandshakeKind)
    }
    var speaker: Speaker
    var extractor: Extractor
    var readsEither = false
}

/// The rules that may fit: memory that is used again.
private final class FoundRules {
    var found: [Int32] = []
}

/// What functions said of texts: servers of one make say the same words again and again.
private final class KnownDescriptions {
    struct Question: Hashable {
        var protocolIndex: Int
        var number: Int
        var text: String

        init(_ protocolIndex: Int, _ number: Int, _ text: String) {
            (self.protocolIndex, self.number, self.text) = (protocolIndex, number, text)
        }
    }

    /// Texts that hold a date never come again: then all is forgotten from time to time.
    private static let capacity = 4096
    private var answers: [Question: [FieldExtractor.Field]] = [:]

    func answer(_ question: Question, _ ask: () -> [FieldExtractor.Field]) -> [FieldExtractor.Field] {
        if let known = answers[question] { return known }
        let answer = ask()
        if answers.count >= Self.capacity { answers.removeAll(keepingCapacity: true) }
        answers[question] = answer
        return answer
    }
}

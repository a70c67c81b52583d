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

    /// An extractor for a library.
    public init(index: SignatureIndex, scripts: any ScriptRunner) {
        self.index = index
        self.scripts = scripts
    }

    /// The fields that a speaker's bytes give; the first value of a name wins.
    public func fields(
        of protocolIndex: Int, speaker: Speaker, client: borrowing RawSpan, server: borrowing RawSpan
    ) -> [Field] {
        var result: [Field] = []
        for source in index.fieldSources[protocolIndex] where source.speaker == speaker {
            let found: [Field]
            switch source.extractor {
            case .pattern(let regex):
                found = speaker == .client ? match(regex, client) : match(regex, server)
            case .function(let reference):
                found = scripts.fields(reference, client: client, server: server)
            }
            for field in found where !result.contains(where: { $0.name == field.name }) {
                result.append(field)
            }
        }
        return result
    }

    private func match(_ regex: Regex, _ bytes: borrowing RawSpan) -> [Field] {
        guard bytes.byteCount > 0 else { return [] }
        return matcher.namedGroups(regex, bytes).map { group in
            (group.name, bytes.text(in: group.range))
        }
    }
}

/// A field source with its expression compiled.
struct CompiledFieldSource: Sendable {
    enum Extractor: Sendable {
        case pattern(Regex)
        case function(CheckReference)
    }
    var speaker: Speaker
    var extractor: Extractor
}

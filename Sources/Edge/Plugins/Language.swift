/// The words of the language, as editors show them and as the loader knows them: there is no other list.
public enum Language {
    /// What a word means.
    public struct Guide: Sendable {
        /// The word.
        public var name: String
        /// What kind of thing it makes.
        public var kind: Kind
        /// How it is written.
        public var usage: String
        /// What it means, in a sentence.
        public var summary: String
        /// The values that it is called with.
        public var parameters: [Parameter]
        /// The names that its table may have.
        public var keys: [Key]
    }

    /// What a word makes.
    public enum Kind: String, Sendable {
        /// Stands by itself in a plugin file.
        case declaration
        /// Stands by itself in a policy file.
        case policy
        /// Stands by itself in pack.lua.
        case pack
        /// Stands in a protocol's table, without `=`.
        case part
        /// Says what bytes must look like.
        case matcher
        /// Stands in `seq`.
        case step
        /// Gives fields.
        case source
        /// Names what is told of; it may stand alone.
        case event
    }

    /// A value that a word is called with.
    public struct Parameter: Sendable {
        /// Its name; with `?` it may be left out.
        public var name: String
        /// Its type as the Lua Language Server writes it.
        public var type: String
    }

    /// A name in a word's table.
    public struct Key: Sendable {
        /// The name.
        public var name: String
        /// Its type as the Lua Language Server writes it.
        public var type: String
        /// What it means.
        public var summary: String
    }

    /// All words, in the loader's order.
    public static let words: [Guide] = Word.allCases.map(\.guide)

    /// The names that the loader makes known to files of any kind, by the sandbox's own list.
    public static var loaderNames: [String] { LuaState.words().map(\.name) }

    /// The names that a word's table may have.
    static func keys(of word: Word) -> [String] { keys[Int(word.rawValue)] }

    private static let keys = words.map { $0.keys.map(\.name) }

    /// Whether some word of such files has that key.
    static func isKey(_ name: String, in file: LuaState.FileKind) -> Bool {
        zip(keys, LuaState.words()).contains { $1.files & file.rawValue != 0 && $0.contains(name) }
    }

    /// ` (did you mean 'ssh'?)`, or nothing when no word is near.
    public static func hint(for word: String, among words: [String]) -> String {
        Suggestion.text(for: word, among: words)
    }

    /// What a view of a speaker's bytes can be asked.
    public static let viewMethods: [Guide] = [
        method("size", [], "integer", "How many bytes are there."),
        method("u8", ["i"], "integer?", "The byte at offset i, or nil."),
        method("u16", ["i"], "integer?", "Two bytes in network order."),
        method("u24", ["i"], "integer?", "Three bytes in network order."),
        method("u32", ["i"], "integer?", "Four bytes in network order."),
        method("u16le", ["i"], "integer?", "Two bytes, little-endian."),
        method("u32le", ["i"], "integer?", "Four bytes, little-endian."),
        method("bytes", ["i", "n"], "string?", "A string of n bytes from offset i on."),
        method(
            "starts", ["i", "text"], "boolean?",
            "Whether the text stands at offset i; nil when too few bytes are there."),
        method(
            "find", ["i", "text"], "integer?", "The offset of the text from i on; a literal, no pattern."),
    ]

    private static func method(_ name: String, _ names: [String], _ gives: String, _ summary: String) -> Guide
    {
        Guide(
            name: name, kind: .source, usage: gives, summary: summary,
            parameters: names.map { Parameter(name: $0, type: $0 == "text" ? "string" : "integer") }, keys: []
        )
    }
}

extension Word {
    /// What the word means; a word without it does not compile.
    var guide: Language.Guide {
        switch self {
        case .protocol, .tcp, .udp, .sctp, .fields, .expectFlow, .example, .counterexample, .upgrade,
            .handshake, .probe, .extend, .identify:
            declarationGuide
        case .allow, .forbid, .expected, .servers, .site, .pack: policyGuide
        case .receiver, .alert, .finding, .service, .client, .host, .flow, .assets, .baseline, .keep, .detect,
            .count, .use:
            watchingGuide
        case .accept, .disable, .prefer, .severity: choiceGuide
        case .log: logGuide
        case .labels, .counted, .countedLE, .enter, .skip, .ends: stepGuide
        case .starts, .startsNocase, .line, .lineNocase, .command, .reply, .bytes, .at, .contains, .matches,
            .length, .any, .all, .none, .header, .sized, .sizedLE, .seq:
            matcherGuide
        }
    }

    func guide(
        _ kind: Language.Kind, _ usage: String, _ summary: String,
        _ parameters: KeyValuePairs<String, String> = [:],
        keys: [Language.Key] = []
    ) -> Language.Guide {
        Language.Guide(
            name: text, kind: kind, usage: usage, summary: summary,
            parameters: parameters.map { Language.Parameter(name: $0, type: $1) }, keys: keys)
    }

    func key(_ name: String, _ type: String, _ summary: String) -> Language.Key {
        Language.Key(name: name, type: type, summary: summary)
    }
}

public import Net

/// What certain words of a speaker say of its program: `identify { server = [[^220 ExampleD (\S+)]], gives = { ... } }`.
public struct Identification: Sendable {
    /// Whose words.
    public var speaker: Speaker
    /// The PCRE2 pattern that they fit.
    public var pattern: String
    /// The pattern whose first group is the text that `pattern` looks at; nil for all of the first bytes.
    public var within: String?
    /// The fields, with what they are.
    public var gives: [(name: String, template: FieldTemplate)]
    /// Texts that stand in everything that fits, as far as they are known.
    public var literals: [[UInt8]]
    /// The line of the declaration.
    public var origin: SourceLocation

    /// An identification.
    public init(
        speaker: Speaker, pattern: String, within: String?, gives: [(name: String, template: FieldTemplate)],
        origin: SourceLocation
    ) {
        self.speaker = speaker
        self.pattern = pattern
        self.within = within
        self.gives = gives
        self.origin = origin
        literals = PatternOutline(pattern.utf8)?.literals ?? []
    }
}

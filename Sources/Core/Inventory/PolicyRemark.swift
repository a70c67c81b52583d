public import Net

/// Something about a policy that its owner should look at.
public struct PolicyRemark: Sendable, Equatable {
    /// What kind of thing it is.
    public let rule: Rule
    /// Where it stands; nil when the message names its places itself.
    public let location: SourceLocation?
    /// What is the case.
    public let message: String
    /// What to do.
    public let advice: String
    /// The other declaration that it is about.
    public let related: SourceLocation?

    /// A remark.
    public init(
        _ rule: Rule, _ location: SourceLocation?, _ message: String, advice: String,
        related: SourceLocation? = nil
    ) {
        self.rule = rule
        self.location = location
        self.message = message
        self.advice = advice
        self.related = related
    }

    /// The kinds of remarks.
    public enum Rule: String, Sendable, CaseIterable {
        /// It cannot be read, names a protocol that no plugin declares, or errs when it is asked.
        case unusable
        /// It is used, perhaps not as intended: it names nothing that is here, or two things of one name.
        case doubtful
        /// Its last day is over.
        case expired
        /// Its last day is near.
        case expiresSoon = "expires-soon"
        /// One declaration takes back what another says.
        case contradiction
        /// Nothing can ever meet its conditions.
        case neverHolds = "never-holds"
        /// Another declaration, or the protocol's own port, covers it already.
        case shadowed
        /// It decided nothing in the captures, or nothing ever makes use of it.
        case unused
        /// It covers more than anybody can mean.
        case tooWide = "too-wide"
        /// It has no last day.
        case noExpiry = "no-expiry"
        /// Nobody answers for it, or nobody says why.
        case undocumented

        /// Whether the policy does not do what it says.
        public var isError: Bool {
            switch self {
            case .unusable, .expired, .contradiction, .neverHolds: true
            case .doubtful, .expiresSoon, .shadowed, .unused, .tooWide, .noExpiry, .undocumented: false
            }
        }

        /// One line on the rule, for tools that list rules.
        public var summary: String {
            switch self {
            case .unusable: "A declaration cannot be used"
            case .doubtful: "A declaration may not do what is meant"
            case .expired: "An allowance's last day is over"
            case .expiresSoon: "An allowance's last day is near"
            case .contradiction: "Two declarations contradict each other"
            case .neverHolds: "What a declaration asks for can never be"
            case .shadowed: "Another declaration, or the protocol's own port, covers it already"
            case .unused: "A declaration is of no use, or was of none in the captures"
            case .tooWide: "A declaration covers very much"
            case .noExpiry: "An allowance has no last day"
            case .undocumented: "Nobody answers for a declaration, or nobody says why"
            }
        }
    }
}

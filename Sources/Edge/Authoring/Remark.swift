public import Net
public import Plugins

/// Something that the linter has to say about a plugin: where, what, and what to do about it.
public struct Remark: Sendable, Equatable {
    /// What kind of thing it is.
    public enum Rule: String, Sendable, CaseIterable {
        case declaration
        case duplicate
        case example
        case weakSignature = "weak-signature"
        case overlap
        case takenExample = "taken-example"
        case takesExample = "takes-example"
        case slowSignature = "slow-signature"
        case slowPattern = "slow-pattern"
        case untestedSignature = "untested-signature"
        case shadowedSignature = "shadowed-signature"
        case untestedPattern = "untested-pattern"
        case noCounterexample = "no-counterexample"
        case portClaimed = "port-claimed"
        case noReference = "no-reference"
        case noCategory = "no-category"

        /// What the rule is about, in a sentence.
        public var summary: String {
            switch self {
            case .declaration: "The file cannot be loaded as it is written."
            case .duplicate: "Two plugins declare the same name, or two files have one."
            case .example: "An example or counterexample does not hold."
            case .weakSignature: "Random bytes would be recognised too often."
            case .overlap: "A signature of another plugin fits an example of this one too."
            case .takenExample: "An example is recognised as another protocol."
            case .takesExample: "An example of another plugin is recognised as this protocol."
            case .slowSignature:
                "No speaker has a known beginning, so the signature is tried on every unknown flow."
            case .slowPattern: "A pattern reaches its limit of steps on some inputs."
            case .untestedSignature: "No example needs the signature."
            case .shadowedSignature: "Another signature of the same protocol decides every example of it."
            case .untestedPattern: "No example gives a field by the pattern."
            case .noCounterexample: "Nothing says what must not be recognised."
            case .portClaimed: "The port belongs to another protocol already."
            case .noReference: "The specification is not named."
            case .noCategory: "The protocol is in no group."
            }
        }
    }

    /// The rule.
    public var rule: Rule
    /// How bad it is.
    public var severity: PluginProblem.Severity
    /// Where.
    public var location: SourceLocation?
    /// What is wrong.
    public var message: String
    /// What to do; empty where the message says it.
    public var advice: String

    /// A remark.
    public init(
        _ rule: Rule, _ severity: PluginProblem.Severity, _ location: SourceLocation?, _ message: String,
        advice: String = ""
    ) {
        self.rule = rule
        self.severity = severity
        self.location = location
        self.message = message
        self.advice = advice
    }
}

extension PluginProblem.Severity {
    /// As it is written: `error`.
    public var name: String { "\(self)" }
}

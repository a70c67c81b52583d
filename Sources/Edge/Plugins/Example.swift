public import Matching
public import Net

/// A short conversation that a plugin says is, or is not, its protocol.
public struct Example: Sendable {
    /// What the client says first; nil when it is not heard.
    public var client: [UInt8]?
    /// What the server says first; nil when it is not heard.
    public var server: [UInt8]?
    /// Whether it must not be recognised (`counterexample`).
    public var isCounter: Bool
    /// What carries it; nil for any transport the protocol has a signature for.
    public var transport: TransportProtocol?
    /// The line of the declaration.
    public var origin: SourceLocation
}

/// What trying an example gave.
public enum ExampleOutcome: Sendable {
    /// The protocol was recognised.
    case recognised
    /// It was not: this speaker said nothing that fits this matcher.
    case missed(Speaker, Matcher)
    /// It was not, for another reason, such as `the check said no`.
    case notRecognised(String)
}

extension Example {
    /// What is wrong with the example after it was tried; nil when it holds.
    func problem(after outcome: ExampleOutcome) -> PluginProblem? {
        switch (outcome, isCounter) {
        case (.recognised, false), (.missed, true), (.notRecognised, true):
            return nil
        case (.recognised, true):
            return PluginProblem(origin, "this counterexample does not hold: it is recognised")
        case (.missed(let speaker, let matcher), false):
            let whole = matcher.pluginText
            let text = whole.count > 400 ? whole.prefix(397) + "..." : whole
            return PluginProblem(
                origin, "this example does not hold: \(speaker) said nothing that matches \(text)")
        case (.notRecognised(let reason), false):
            return PluginProblem(origin, "this example does not hold: \(reason)")
        }
    }
}

/// What a flow was recognised as, and why.
public struct Verdict: BitwiseCopyable, Sendable {
    /// The signature's place in the library.
    public var signature: Int32
    /// The protocol's place in the library.
    public var protocolIndex: Int32
    /// Whether the speaker of the first view given is the client.
    public var firstIsClient: Bool
    /// Whether both speakers were heard; a verdict on one is only likely.
    public var isCertain: Bool
    /// Whether the evidence is what the server said.
    public var evidenceIsServer: Bool
    /// Where the evidence begins in what that speaker said.
    public var evidenceOffset: Int32
}

/// What a look at the first bytes gave.
public enum Decision: BitwiseCopyable, Sendable {
    /// More bytes may give a verdict; with `isLate`, only lines and floating patterns may, for what the first bytes are
    /// anchored to is settled.
    case undecided(isLate: Bool)
    /// No signature can hold any more.
    case none
    /// Recognised.
    case verdict(Verdict)
}

/// Who is known to be the client when a decision is asked for.
public enum Roles: UInt8, BitwiseCopyable, Sendable {
    /// The first view is the client's: its SYN was seen, or the other's SYN-ACK.
    case firstIsClient
    /// The second view is the client's.
    case secondIsClient
    /// The first view spoke first, which is no proof.
    case firstSpokeFirst
    /// The second view spoke first, which is no proof.
    case secondSpokeFirst
}

/// What a plugin's `check` function says of a candidate.
public enum CheckOutcome: Sendable {
    /// It holds.
    case holds
    /// It does not hold.
    case fails
    /// It needs more bytes.
    case more
    /// It made an error or overran its limits; counted as not holding.
    case broken
}

/// Runs the Lua functions of plugins on behalf of the recogniser.
///
/// Candidates only, never packets.
public protocol ScriptRunner: AnyObject {
    /// On whose behalf the next calls are made. A plugin that keeps failing is asked no more by the domain it failed in,
    /// so that results do not depend on how domains are shared out over threads.
    var domain: Int { get set }

    /// Whether any function has failed, on whosever behalf.
    var hasFailed: Bool { get }

    /// Asks a plugin's `check` function; an empty span is a speaker that was not heard.
    func check(_ reference: CheckReference, client: borrowing RawSpan, server: borrowing RawSpan)
        -> CheckOutcome

    /// Asks a plugin's field function; an empty span is a speaker that was not heard.
    func fields(
        _ reference: CheckReference, client: borrowing RawSpan, server: borrowing RawSpan
    ) -> [(name: String, value: String)]

    /// Asks what a plugin's `describe` function says of a text; the same text has the same answer.
    func describe(_ reference: CheckReference, _ text: borrowing RawSpan) -> [(name: String, value: String)]
}

extension ScriptRunner {
    /// A runner whose functions cannot fail.
    public var hasFailed: Bool { false }

    /// Nothing.
    public func describe(
        _ reference: CheckReference, _ text: borrowing RawSpan
    ) -> [(name: String, value: String)] { [] }
}

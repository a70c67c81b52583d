public import Net

/// What a client says to find out whether a server speaks a protocol.
public struct ProbeHello: Sendable {
    /// What carries it.
    public var transport: TransportProtocol
    /// What is said, whole.
    public var bytes: [UInt8]
    /// To whom it is said.
    public var moment: Moment
    /// A pattern that the answer must match; nil where the signatures say enough.
    public var answer: String?
    /// Whether only the protocol's own ports are spoken to.
    public var isForHomeOnly: Bool

    /// When a hello is due.
    public enum Moment: Hashable, Sendable {
        /// The client speaks first.
        case first
        /// The server has greeted, in a way that fits the protocol.
        case greeted
        /// The server was recognised as one of another protocol.
        case recognised(String)
    }

    /// A hello from its parts.
    public init(
        transport: TransportProtocol, bytes: [UInt8], moment: Moment = .first, answer: String? = nil,
        isForHomeOnly: Bool = false
    ) {
        (self.transport, self.bytes, self.moment) = (transport, bytes, moment)
        (self.answer, self.isForHomeOnly) = (answer, isForHomeOnly)
    }
}

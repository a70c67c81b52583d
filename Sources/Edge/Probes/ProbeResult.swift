public import Net

/// A port of a host that is to be asked.
public struct ProbeTarget: Sendable, Hashable {
    /// Where.
    public var endpoint: Endpoint
    /// Over what.
    public var transport: TransportProtocol

    /// A port of a host.
    public init(_ endpoint: Endpoint, _ transport: TransportProtocol) {
        (self.endpoint, self.transport) = (endpoint, transport)
    }

    var port: ServicePort { ServicePort(endpoint.port, transport) }
}

/// What became of asking a port.
public struct ProbeResult: Sendable {
    /// The port.
    public var target: ProbeTarget
    /// Whether it accepts.
    public var state: State
    /// What was said, when the server said something.
    public var conversation: ProbeConversation?
    /// The protocol's place in the library; nil when it was not recognised.
    public var protocolIndex: Int?
    /// When it was found out.
    public var time: Timestamp
    /// How often it was spoken to.
    public var hellos = 0

    /// What a port does with who comes.
    public enum State: Sendable, Hashable {
        /// It accepts; over UDP, it answers.
        case open
        /// The host refuses.
        case closed
        /// Nothing comes back: a filter, or no host; over UDP perhaps a server that did not understand.
        case silent
        /// The system says that there is no way.
        case unreachable(String)
    }
}

/// How politely it is asked.
public struct ProbeOptions: Sendable {
    /// The most connections begun and datagrams sent in a second.
    public var rate = 2000
    /// The most ports asked at a time, of all hosts.
    public var concurrency = 256
    /// The most ports asked at a time, of one host.
    public var perHost = 16
    /// How long a connection may take to be accepted.
    public var connecting = Duration.seconds(2)
    /// How long a server that greets may take to do so.
    public var greeting = Duration.seconds(2)
    /// How long an answer may take to begin.
    public var answering = Duration.seconds(2)
    /// How long a server may go on speaking after that: one that never ends is interrupted, and asked no more.
    public var speaking = Duration.seconds(5)
    /// When a server has spoken, how long it may stay silent before it is taken to have said it all.
    public var settling = Duration.milliseconds(250)

    /// The defaults.
    public init() {}
}

/// What was counted.
public struct ProbeCounters: Sendable, Equatable {
    /// Ports by what became of them.
    public var open = 0, closed = 0, silent = 0, unreachable = 0
    /// Open ports whose protocol was recognised; and those that said nothing at all.
    public var recognised = 0, mute = 0
    /// Connections that were begun, and datagrams sent.
    public var sent = 0

    /// Ports that were asked.
    public var asked: Int { open + closed + silent + unreachable }

    /// Nothing yet.
    public init() {}
}

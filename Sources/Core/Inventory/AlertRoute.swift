public import Net

/// Which records become alerts, and for whom.
public struct AlertRoute: Sendable {
    /// What is alerted.
    public var event: Event
    /// The names of the receivers.
    public var receivers: [String]
    /// The least severity.
    public var severity: Severity = .info
    /// How many may go out in a while; nil for any number.
    public var throttle: Throttle?
    /// Where it stands.
    public var origin: SourceLocation

    /// A route from an event to receivers.
    public init(event: Event, receivers: [String], origin: SourceLocation) {
        self.event = event
        self.receivers = receivers
        self.origin = origin
    }

    /// What is alerted.
    public enum Event: Sendable, Equatable {
        /// A finding, of one rule or of any.
        case finding(rule: String?)
        /// A service that was not known, of one protocol or of any.
        case service(protocolName: String?)
        /// A client program that was not known, of one protocol or of any.
        case client(protocolName: String?)
        /// A host that was not known.
        case host
        /// A flow.
        case flow
        /// A service that joined or left an asset list, or any of them.
        case assets(list: String?)

        /// The protocol that it names.
        public var protocolName: String? {
            switch self {
            case .service(let name), .client(let name): name
            case .finding, .host, .flow, .assets: nil
            }
        }
    }

    /// How many alerts may go out in a while.
    public struct Throttle: Sendable, Equatable {
        /// How many.
        public var count: Int
        /// The while.
        public var period: Duration

        /// So many in so long.
        public init(count: Int, period: Duration) {
            self.count = count
            self.period = period
        }
    }
}

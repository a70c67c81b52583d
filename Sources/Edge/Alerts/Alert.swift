public import Inventory
public import Net

/// Something to tell a receiver: a record with the fields that messages are made of.
public struct Alert: Sendable, Equatable {
    /// What it is about.
    public enum Kind: String, Sendable, CaseIterable {
        /// Something found.
        case finding
        /// A service that was not known.
        case service
        /// A client program that was not known.
        case client
        /// A host that was not known.
        case host
        /// A flow.
        case flow
        /// A service joined or left an asset list.
        case asset
        /// How many alerts a route held back; made here, never submitted.
        case heldBack = "held-back"
    }

    /// When it happened, in the capture's time.
    public var time: Timestamp
    /// What it is about.
    public var kind: Kind
    /// The rule of a finding, or the name of an asset list.
    public var rule: String?
    /// How grave it is.
    public var severity: Severity
    /// One line for people.
    public var title: String
    /// The server, or the host that it is about.
    public var host: IPAddress?
    /// Its port; nil where there is none.
    public var port: UInt16?
    /// The transport of the port.
    public var transport: TransportProtocol?
    /// The protocol's name.
    public var protocolName: String?
    /// The way across the site's border; nil when that is not known.
    public var direction: Direction?
    /// What tells two alerts apart whose other fields are the same, such as a flow's number; nil for nothing.
    ///
    /// It stands in no message.
    public var instance: String?
    /// The JSON record: one line, with or without its end.
    public var line: [UInt8]

    /// An alert about nothing in particular yet.
    public init(time: Timestamp, kind: Kind, severity: Severity, title: String, line: [UInt8]) {
        self.time = time
        self.kind = kind
        self.severity = severity
        self.title = title
        self.line = line
    }

    /// The record without the end of its line.
    var record: ArraySlice<UInt8> { line.last == UInt8(ascii: "\n") ? line.dropLast() : line[...] }
}

extension AlertRoute.Event {
    /// Whether the alert is of this event.
    func includes(_ alert: Alert) -> Bool {
        switch (self, alert.kind) {
        case (.finding(let rule), .finding): rule == nil || rule == alert.rule
        case (.service(let name), .service), (.client(let name), .client):
            name == nil || name == alert.protocolName
        case (.host, .host), (.flow, .flow): true
        case (.assets(let list), .asset): list == nil || list == alert.rule
        default: false
        }
    }
}

public import Net

/// Where a site wants alerts to go.
public struct Receiver: Sendable {
    /// What the policy calls it.
    public var name: String
    /// How it is reached.
    public var means: Means
    /// Where it stands.
    public var origin: SourceLocation

    /// A receiver that is reached by some means.
    public init(name: String, means: Means, origin: SourceLocation) {
        self.name = name
        self.means = means
        self.origin = origin
    }

    /// How a receiver is reached.
    public enum Means: Sendable, Equatable {
        /// A syslog server.
        case syslog(Syslog)
        /// A web server that takes a record with each request.
        case webhook(Webhook)
        /// A program that takes a record on its standard input.
        case command(Command)
        /// A file of JSON lines.
        case file(File)
    }

    /// A syslog server.
    public struct Syslog: Sendable, Equatable {
        /// What carries the messages.
        public var carrier: Carrier
        /// Its name or address.
        public var host: String
        /// Its port.
        public var port: UInt16
        /// How an alert is written.
        public var format: Format = .rfc5424
        /// The facility of the messages.
        public var facility: SyslogFacility = .local4
        /// A file of certificates that are trusted instead of the system's; for TLS.
        public var authorities: String?

        /// A server at an address.
        public init(carrier: Carrier, host: String, port: UInt16) {
            self.carrier = carrier
            self.host = host
            self.port = port
        }

        /// What carries the messages.
        public enum Carrier: String, Sendable, CaseIterable {
            /// A datagram for each (RFC 5426).
            case udp
            /// A connection in the clear, with octet counting (RFC 6587).
            case tcp
            /// A connection by TLS (RFC 5425).
            case tls

            /// The port where such a server is expected.
            public var defaultPort: UInt16 { self == .tls ? 6514 : 514 }
        }

        /// What stands in the message after the header of RFC 5424.
        public enum Format: String, Sendable, CaseIterable {
            /// Structured data and the title.
            case rfc5424
            /// ArcSight's Common Event Format, version 0.
            case cef
            /// The JSON record.
            case json
        }
    }

    /// A web server that takes a record with each request.
    public struct Webhook: Sendable, Equatable {
        /// An `https` or `http` address.
        public var url: String
        /// The file that holds the secret of the signature; nil for no signature.
        public var secretFile: String?
        /// A file of certificates that are trusted instead of the system's.
        public var authorities: String?

        /// A web server at an address.
        public init(url: String, secretFile: String? = nil, authorities: String? = nil) {
            self.url = url
            self.secretFile = secretFile
            self.authorities = authorities
        }
    }

    /// A program that takes a record on its standard input.
    public struct Command: Sendable, Equatable {
        /// Its path and arguments; no shell reads them.
        public var arguments: [String]
        /// How long it may take.
        public var timeout: Duration

        /// A program with its arguments.
        public init(arguments: [String], timeout: Duration = .seconds(10)) {
            self.arguments = arguments
            self.timeout = timeout
        }
    }

    /// A file of JSON lines.
    public struct File: Sendable, Equatable {
        /// Its path.
        public var path: String
        /// The size at which a new file is begun; nil for never.
        public var rotateBytes: Int?
        /// How many older files are kept.
        public var keep: Int

        /// A file with bounds.
        public init(path: String, rotateBytes: Int? = nil, keep: Int = 10) {
            self.path = path
            self.rotateBytes = rotateBytes
            self.keep = keep
        }
    }
}

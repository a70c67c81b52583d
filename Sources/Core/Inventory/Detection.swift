public import Net

/// Something that an analyst declared worth telling of what was recognised; its condition is the plugin's.
public struct Detection: Sendable {
    /// The rule of its findings.
    public var name: String
    /// One line for people, where `says` is empty.
    public var title: String
    /// How grave its findings are.
    public var severity: Severity
    /// What it is about.
    public var subject: Subject
    /// The protocols, or for findings the rules, that it is about; empty for any.
    public var names: [String] = []
    /// It holds only where all of these were found before.
    public var requires: [String] = []
    /// It holds only where none of these was found before.
    public var unless: [String] = []
    /// How often it must happen; nil for once.
    public var count: Count?
    /// What its finding says, in pieces.
    public var says: [Piece] = []
    /// Where more stands about it.
    public var reference: String?
    /// The group it belongs to.
    public var category: String?
    /// The plugin that declares it, such as `offport/audit/ssh-protocol-1`.
    public var plugin: String
    /// Where it stands.
    public var origin: SourceLocation

    /// What a detection is about: it makes one finding for each.
    public enum Subject: String, Sendable, CaseIterable {
        /// A host, transport, port and protocol.
        case service
        /// A client host and a protocol.
        case client
        /// A client host and a service.
        case flow
        /// A host that serves something.
        case host
        /// A finding; one for each service.
        case finding

        /// Its place among the subjects.
        public var number: Int {
            switch self {
            case .service: 0
            case .client: 1
            case .flow: 2
            case .host: 3
            case .finding: 4
            }
        }
    }

    /// What makes two events count together.
    public enum CountKey: String, Sendable, CaseIterable {
        case client, host, service
        /// A client and a service.
        case flow
    }

    /// So many within so long.
    public struct Count: Sendable, Equatable {
        /// What is counted together.
        public var key: CountKey
        /// How many make a finding.
        public var atLeast: Int
        /// Within how many nanoseconds.
        public var within: Int64

        /// A count.
        public init(key: CountKey, atLeast: Int, within: Int64) {
            (self.key, self.atLeast, self.within) = (key, atLeast, within)
        }
    }

    /// A part of what a finding says.
    public enum Piece: Sendable, Equatable {
        /// As it stands.
        case text(String)
        /// The value of a field: its name, or two where it lies within another.
        case field([String])
    }

    /// A detection that asks for nothing yet.
    public init(
        name: String, title: String, severity: Severity, subject: Subject, plugin: String,
        origin: SourceLocation
    ) {
        (self.name, self.title, self.severity, self.subject) = (name, title, severity, subject)
        (self.plugin, self.origin) = (plugin, origin)
    }
}

/// What a detection found: the part of a finding that its name does not tell.
public final class Detected: Sendable, Equatable {
    /// The detection's name, the finding's rule.
    public let name: String
    /// What it says of this case.
    public let title: String
    /// The plugin that declares the detection.
    public let plugin: String
    /// Where more stands about it.
    public let reference: String?
    /// The group it belongs to.
    public let category: String?
    /// Whether a service, or its host, is what it is about: no other client makes it another finding.
    public let isOfService: Bool

    /// What `detection` found.
    public init(_ detection: Detection, title: String) {
        (name, plugin) = (detection.name, detection.plugin)
        (reference, category) = (detection.reference, detection.category)
        self.title = title
        let subjects: [Detection.Subject] = [.service, .host, .finding]
        let keys: [Detection.CountKey?] = [.service, .host, nil]
        isOfService =
            keys.contains(detection.count?.key)
            && (detection.count != nil || subjects.contains(detection.subject))
    }

    /// Whether both are of the same detection and say the same.
    public static func == (left: Detected, right: Detected) -> Bool {
        left.name == right.name && left.title == right.title
    }
}

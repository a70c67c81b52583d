/// What was read of a file and what could not be.
public struct ImportAccount: Sendable {
    /// Something that could not be read, and where.
    public struct Complaint: Sendable, Equatable, CustomStringConvertible {
        /// The file.
        public var file: String
        /// `line 12`, `datagram 3`.
        public var place: String?
        /// What is wrong, a half-sentence.
        public var text: String

        /// `conn.log:12: ...` for lines.
        public var description: String {
            guard let place else { return "\(file): \(text)" }
            return place.hasPrefix("line ")
                ? "\(file):\(place.dropFirst(5)): \(text)" : "\(file): \(place): \(text)"
        }
    }

    /// What is counted: lines, elements, records.
    public var unit = "lines"
    /// How many of them were read.
    public var items = 0
    /// How many held nothing that an inventory knows: comments, other events.
    public var others = 0
    /// How many told of a transport without ports, such as ICMP.
    public var withoutPorts = 0
    /// How many could not be read.
    public private(set) var unread = 0
    /// The first of what could not be read.
    public private(set) var complaints: [Complaint] = []
    /// Names of protocols that Offport has none for, with how often they stood there.
    public private(set) var unknownNames: [String: Int] = [:]
    /// What else a reader of the report should know.
    public private(set) var notes: [String] = []

    /// So many complaints are kept; the others are counted.
    public static let complaintLimit = 20
    private static let nameLimit = 1000

    /// Nothing yet.
    public init() {}

    /// Something could not be read.
    public mutating func complain(_ file: String, _ place: String?, _ text: String) {
        unread += 1
        if complaints.count < Self.complaintLimit {
            complaints.append(Complaint(file: file, place: place, text: text))
        }
    }

    /// A protocol's name that Offport does not know.
    mutating func unknown(_ name: String) {
        if unknownNames[name] != nil || unknownNames.count < Self.nameLimit {
            unknownNames[name, default: 0] += 1
        }
    }

    /// Something worth telling; said once.
    mutating func note(_ text: String) {
        if notes.count < 100, !notes.contains(text) { notes.append(text) }
    }

    /// Adds what was read of another file.
    public mutating func add(_ other: ImportAccount) {
        unit = other.unit
        items += other.items
        others += other.others
        withoutPorts += other.withoutPorts
        unread += other.unread
        complaints += other.complaints.prefix(max(0, Self.complaintLimit - complaints.count))
        for (name, count) in other.unknownNames { unknownNames[name, default: 0] += count }
        for text in other.notes { note(text) }
    }
}

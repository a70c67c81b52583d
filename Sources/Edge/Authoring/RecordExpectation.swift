/// Records that a test expects, each a part of one that is made.
public struct RecordExpectation: Sendable {
    /// An expected record that is not there, with what comes nearest.
    public struct Miss: Sendable {
        /// The line of the expected record, from 1.
        public var line: Int
        /// What is expected.
        public var expected: JSON
        /// The record that has most of it, and where it differs; empty when there is none of the kind.
        public var differences: [String]
        /// What the nearest one is called.
        public var nearest: String?
    }

    private let expected: [(line: Int, record: JSON)]

    /// Reads JSON lines; empty ones and those that begin with # are passed over.
    public init(_ text: String) throws(Failure) {
        var expected: [(line: Int, record: JSON)] = []
        // Some editors write a byte order mark in front.
        let hasMark = text.unicodeScalars.first == "\u{feff}"
        let text = hasMark ? String(text.unicodeScalars.dropFirst()) : text
        for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { !$0.isWhitespace }), !line.hasPrefix("#") else { continue }
            do throws(JSON.Failure) { expected.append((place + 1, try JSON(line))) } catch {
                throw Failure(line: place + 1)
            }
        }
        self.expected = expected
    }

    /// A line that is no JSON.
    public struct Failure: Error {
        /// Which, from 1.
        public let line: Int
    }

    /// How many records are expected.
    public var count: Int { expected.count }

    /// Which expected records are missing among those that were made; each record counts for one expected one.
    public func misses(among records: [JSON]) -> [Miss] {
        var free = Array(records.indices)
        var misses: [Miss] = []
        for (line, wanted) in expected {
            if let found = free.firstIndex(where: { Self.differences(wanted, records[$0]).isEmpty }) {
                free.remove(at: found)
                continue
            }
            let alike = records.filter { $0["kind"] == wanted["kind"] }
            let ranked = alike.map { (record: $0, differences: Self.differences(wanted, $0)) }
            let nearest = ranked.min { $0.differences.count < $1.differences.count }
            misses.append(
                Miss(
                    line: line, expected: wanted, differences: nearest?.differences ?? [],
                    nearest: nearest.map { Self.name(of: $0.record) }))
        }
        return misses
    }

    /// Where a record differs from what is expected of it; what is not expected may be anything.
    static func differences(_ wanted: JSON, _ record: JSON, at path: String = "") -> [String] {
        guard case .object(let members) = wanted else {
            return wanted == record ? [] : ["\(path) is \(record.text), expected \(wanted.text)"]
        }
        return members.flatMap { member -> [String] in
            let name = path.isEmpty ? member.name : "\(path).\(member.name)"
            guard let value = record[member.name] else {
                return ["\(name) is missing, expected \(member.value.text)"]
            }
            return differences(member.value, value, at: name)
        }
    }

    /// What a record is about, in a few words.
    static func name(of record: JSON) -> String {
        func words(_ value: JSON?) -> String? { value?.string ?? value?.text }
        var parts = [words(record["kind"]), words(record["host"])]
        for side in ["client", "server"] {
            guard let ip = words(record[side]?["ip"]), let port = words(record[side]?["port"]) else {
                continue
            }
            parts.append("\(side) \(ip) \(port)")
        }
        parts.append(words(record["port"]))
        parts.append(words(record["protocol"]))
        return parts.compactMap { $0 }.joined(separator: " ")
    }

    // MARK: Writing

    /// What changes with the file's name or is there for people to look things up.
    private static let volatile: Set<String> = [
        "capture", "flow", "community_id", "parent", "start", "end", "first_seen", "last_seen", "time",
        "evidence", "banners", "packets", "bytes", "seconds",
    ]

    /// The lines that expect these records, without what changes from run to run.
    public static func text(of records: [JSON]) -> String {
        records.filter { ["flow", "service", "client", "finding"].contains($0["kind"]?.string ?? "") }
            .map { steady($0).text + "\n" }.joined()
    }

    private static func steady(_ record: JSON) -> JSON {
        guard case .object(let members) = record else { return record }
        return .object(
            members.filter { !volatile.contains($0.name) }
                .map { JSON.Member(name: $0.name, value: steady($0.value)) })
    }
}

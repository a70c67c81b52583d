public import Inventory
public import Net

/// A capture as a store knows it.
public struct StoredCapture: Sendable, Equatable {
    /// The file, or what is watched.
    public var name: String
    /// What the sensor is called.
    public var sensor: String
    /// What kind of sensor it is.
    public var kind: Kind
    /// Of a file's contents; nil where there is none, and then nobody can tell whether it was read before.
    public var identity: String?
    /// Other names by which sightings know it: of files that are parts of it.
    public var parts: [String] = []
    /// Whether a policy was asked: without one, services that the store knows stand as they do.
    public var isDecided = true

    /// What a sensor watches; or that it asks, or that another one watched.
    public enum Kind: String, Sendable {
        case files, interfaces, folder
        /// A probe.
        case active
        /// A file of another tool.
        case imported = "import"

        /// Whether it is traffic that Offport saw itself: only that has clients and sessions that count.
        public var isPassive: Bool { self != .active && self != .imported }
    }

    /// What the sensors of imports begin with, so that none is taken for one that watches.
    static let importPrefix = "import "
    /// Sensors of imports that see the traffic itself, as Offport does.
    static let listeners = ["import zeek", "import eve"]

    /// Whether it is the log of a tool that sees the traffic itself.
    public var isOfListener: Bool { Self.listeners.contains(sensor) }

    /// A file of another tool.
    public static func imported(_ name: String, tool: String, identity: String?) -> StoredCapture {
        StoredCapture(name: name, sensor: importPrefix + tool, kind: .imported, identity: identity)
    }

    /// A capture that begins.
    public init(name: String, sensor: String, kind: Kind, identity: String? = nil) {
        (self.name, self.sensor, self.kind, self.identity) = (name, sensor, kind, identity)
    }
}

/// A list of assets that a policy declares.
public struct AssetList: Sendable, Equatable {
    /// What it is called.
    public var name: String
    /// Where it is declared.
    public var origin: SourceLocation

    /// A list by name.
    public init(name: String, origin: SourceLocation) { (self.name, self.origin) = (name, origin) }
}

/// What a sensor remembers for its next run.
public struct SensorMemory: Sendable, Equatable {
    /// What is normal, and when each service was first seen.
    public var baseline: Baseline.Snapshot
    /// The findings that were reported.
    public var reported: [ReportedFindings.Entry]

    /// A memory from its parts.
    public init(baseline: Baseline.Snapshot, reported: [ReportedFindings.Entry]) {
        (self.baseline, self.reported) = (baseline, reported)
    }
}

public import Capture
internal import Matching
public import Net
public import Plugins

/// What a file was written by.
public enum ImportKind: String, Sendable, CaseIterable {
    /// nmap's XML.
    case nmap
    /// Tenable's `.nessus`.
    case nessus
    /// A log of Zeek's.
    case zeek
    /// Suricata's EVE.
    case eve
    /// A capture of NetFlow or IPFIX.
    case netflow
    /// A firewall's log.
    case syslog

    /// Its name for people.
    public var title: String {
        switch self {
        case .nmap: "nmap's XML"
        case .nessus: "Nessus' XML"
        case .zeek: "Zeek's log"
        case .eve: "Suricata's EVE"
        case .netflow: "NetFlow and IPFIX"
        case .syslog: "firewall log"
        }
    }
}

/// Reads files of other tools.
public struct Importer: Sendable {
    /// How far the reading of a file is.
    public struct Progress: Sendable {
        /// Bytes of the file that were read.
        public var bytes: Int
        /// The file's size, where it has one.
        public var size: Int?
    }

    /// The protocols' names.
    public var names: ProtocolNames
    /// How lines of logs are read.
    public var logs: [LogDefinition] = []
    /// When a log was written whose file does not tell, and that names no year.
    public var now: Timestamp
    /// Seconds east of UTC of times that do not say.
    public var zone: Int64 = 0

    /// An importer that knows no logs yet.
    public init(names: ProtocolNames, now: Timestamp) {
        self.names = names
        self.now = now
    }

    /// Reads one file, or standard input for `-`, until `goesOn` says no.
    ///
    /// What cannot be read is in the account; only a file that cannot be opened is an error.
    public func read(
        _ path: String, as kind: ImportKind, goesOn: (Progress) -> Bool, into sink: inout some FactSink
    ) throws(CaptureError) -> ImportAccount {
        if kind == .netflow {
            return try NetFlowFile.read(
                path: path, names: names,
                goesOn: { bytes, size, _ in goesOn(Progress(bytes: bytes, size: size)) },
                into: &sink)
        }
        return try read(try ByteStream(path: path), as: kind, goesOn: goesOn, into: &sink)
    }

    /// Reads an open file of any kind but NetFlow, which is in captures.
    public func read(
        _ stream: ByteStream, as kind: ImportKind, goesOn: (Progress) -> Bool, into sink: inout some FactSink
    ) throws(CaptureError) -> ImportAccount {
        let goesOn = { goesOn(Progress(bytes: stream.fileBytesRead, size: stream.fileSize)) }
        switch kind {
        case .nmap:
            let taker = NmapTaker(file: stream.name, names: names)
            return try ScanFile.read(stream, taker, root: "nmaprun", goesOn: goesOn, into: &sink)
        case .nessus:
            let taker = NessusTaker(file: stream.name, names: names, zone: zone)
            return try ScanFile.read(stream, taker, root: "NessusClientData_v2", goesOn: goesOn, into: &sink)
        case .zeek: return try ZeekFile.read(stream, names: names, goesOn: goesOn, into: &sink)
        case .eve: return try EVEFile.read(stream, names: names, goesOn: goesOn, into: &sink)
        case .syslog:
            return try SyslogFile.read(
                stream, names: names, logs: logs, written: stream.modified ?? now, zone: zone, goesOn: goesOn,
                into: &sink)
        case .netflow:
            var account = ImportAccount()
            account.complain(stream.name, nil, "NetFlow is read from captures")
            return account
        }
    }
}

extension ProtocolNames {
    /// The names that plugins declare.
    public init(_ library: Library) {
        self.init()
        // Own names first: what another protocol is also called must not hide them.
        for definition in library.definitions { add(definition.name, also: [], ports: definition.ports) }
        for definition in library.definitions { add(definition.name, also: definition.also, ports: []) }
    }
}

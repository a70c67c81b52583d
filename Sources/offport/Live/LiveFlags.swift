import ArgumentParser
import Capture

/// What `run` takes when it watches instead of reading files.
struct LiveFlags: ParsableArguments {
    @Option(
        name: [.customShort("i"), .customLong("interface")],
        help: ArgumentHelp(
            "Watch an interface, or any for all of them (repeatable: both directions of a tap).",
            valueName: "iface"))
    var interfaces: [String] = []

    @Option(
        help: ArgumentHelp(
            "Watch a folder that captures are written to, as tcpdump -G does.", valueName: "folder"),
        completion: .directory)
    var follow: String?

    @Option(
        name: .customLong("snaplen"),
        help: ArgumentHelp("Bytes taken of each frame. Default: 4096.", valueName: "bytes"))
    var snapshotBytes: Int?

    @Option(
        help: ArgumentHelp("The kernel's ring for each interface, in MB. Default: 64.", valueName: "MB"))
    var ring: Int?

    @Flag(help: "Every frame at once instead of by the block: for less delay at more cost.")
    var immediate = false

    @Flag(help: "Only frames for this host.")
    var noPromiscuous = false

    @Option(help: ArgumentHelp("End after this long.", valueName: "seconds"))
    var duration: Double?

    @Option(
        help: ArgumentHelp(
            "Where what is normal and what was told is remembered over restarts.", valueName: "folder"),
        completion: .directory, transform: FileName.folder)
    var state: String?

    @Flag(help: "Load plugins and policy anew when they change; SIGHUP does so at once.")
    var watch = false

    /// Whether there is anything to watch.
    var isLive: Bool { !interfaces.isEmpty || follow != nil }

    /// What was given of all this that needs something to watch.
    var given: [String] {
        let flags = [
            ("--snaplen", snapshotBytes != nil), ("--ring", ring != nil), ("--immediate", immediate),
            ("--no-promiscuous", noPromiscuous), ("--duration", duration != nil), ("--state", state != nil),
            ("--watch", watch),
        ]
        return flags.filter(\.1).map(\.0)
    }

    func validate() throws {
        guard snapshotBytes.map((96...262_144).contains) ?? true else {
            throw ValidationError("--snaplen takes a number from 96 to 262144.")
        }
        guard ring.map((1...2047).contains) ?? true else {
            throw ValidationError("--ring takes a number from 1 to 2047.")
        }
        guard duration.map({ 0 < $0 && $0 <= 1e9 }) ?? true else {
            throw ValidationError("--duration takes a number of seconds above 0, 1000000000 at most.")
        }
        if follow != nil, !interfaces.isEmpty {
            throw ValidationError("Watch interfaces (-i) or a folder (--follow), not both at once.")
        }
        if let twice = interfaces.indices.first(where: { interfaces[..<$0].contains(interfaces[$0]) }) {
            throw ValidationError(
                "-i \(interfaces[twice]) is given twice: each of its frames would count twice.")
        }
    }

    /// Where things are remembered: as named, where the system's service manager says, or the usual place.
    var stateFolder: String { state ?? Self.usualFolder }

    /// Where a sensor of this user remembers things unless somebody says otherwise.
    static var usualFolder: String {
        if let given = Console.environment("STATE_DIRECTORY"), !given.isEmpty { return given }
        if Console.isRoot { return "/var/lib/offport" }
        let home =
            Console.environment("XDG_STATE_HOME") ?? (Console.environment("HOME") ?? ".") + "/.local/state"
        return home + "/offport"
    }

    /// The store of a sensor of this user.
    static var usualStore: String { usualFolder + "/" + storeName }
    /// What the store is called in that folder.
    static let storeName = "offport.db"

    func options(filter: String?) -> LiveOptions {
        var options = LiveOptions()
        if let snapshotBytes { options.snapshotLength = snapshotBytes }
        if let ring { options.ringBytes = ring << 20 }
        options.isPromiscuous = !noPromiscuous
        options.isImmediate = immediate
        options.filter = filter
        return options
    }
}

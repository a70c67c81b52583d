import ArgumentParser
import Flows
import Pipeline
import Plugins

/// Which captures are read, and how.
struct ReadingOptions: ParsableArguments {
    @Option(
        name: [.customShort("r"), .customLong("read")],
        help: ArgumentHelp(
            "A capture file, a folder of captures, or - for standard input (repeatable).", valueName: "file"),
        completion: .file())
    var captures: [String] = []

    @Option(help: ArgumentHelp("Only frames that match this BPF expression (pcap-filter).", valueName: "bpf"))
    var filter: String?

    @Option(help: ArgumentHelp("Worker threads; the result is the same for any number.", valueName: "n"))
    var workers = 1

    @Option(help: ArgumentHelp("Most flows tracked at a time.", valueName: "n"))
    var maxFlows = 1_000_000

    @Option(
        help: ArgumentHelp(
            "Most services kept, and most client programs; beyond that the silent are forgotten.",
            valueName: "n"))
    var maxServices = 1_000_000

    @Flag(help: "Several files are parts of one capture: flows do not end with their file.")
    var continuous = false

    @Flag(help: "The VLAN tells flows apart.")
    var vlanKey = false

    func validate() throws {
        guard (1...16).contains(workers) else {
            throw ValidationError("--workers takes a number from 1 to 16.")
        }
        guard (1024...100_000_000).contains(maxFlows) else {
            throw ValidationError("--max-flows takes a number from 1024 to 100000000.")
        }
        guard (1024...100_000_000).contains(maxServices) else {
            throw ValidationError("--max-services takes a number from 1024 to 100000000.")
        }
    }

    /// What a capture's identity is of besides its bytes: how it is read.
    var identityOptions: String { (filter ?? "") + (vlanKey ? " vlan-key" : "") }

    /// How the packet lane treats flows.
    func laneOptions() throws -> LaneOptions {
        guard FlowTable.canReserve(flows: maxFlows) else {
            throw Outcome.failed([
                "--max-flows \(maxFlows): the system gives no memory for so many; use fewer, or raise the limit (ulimit -v)"
            ])
        }
        var lane = LaneOptions()
        lane.maximumFlows = maxFlows
        lane.keysVLAN = vlanKey
        lane.seed = .random(in: .min ... .max)
        return lane
    }
}

/// What every command takes that reads captures by one set of plugins and policies.
struct CaptureOptions: ParsableArguments {
    @OptionGroup var reading: ReadingOptions

    @Option(
        help: ArgumentHelp(
            "A plugin file, folder or pack (repeatable). Default: installed packs and ./plugins.",
            valueName: "path"),
        completion: .file())
    var plugins: [String] = []

    @Option(
        help: ArgumentHelp("A policy file or a pack of allowances (repeatable).", valueName: "file"),
        completion: .file())
    var policy: [String] = []

    @Option(
        help: ArgumentHelp(
            "Load an optional pack, such as offport/audit, too (repeatable).", valueName: "pack"))
    var use: [String] = []

    @Flag(help: "A plugin or policy that cannot be used ends the command.")
    var strict = false
}

/// What commands take that load plugins by other options than ``CaptureOptions``.
struct UsedPacks: ParsableArguments {
    @Option(
        name: .customLong("use"),
        help: ArgumentHelp(
            "Load an optional pack, such as offport/audit, too (repeatable).", valueName: "pack"))
    var names: [String] = []
}

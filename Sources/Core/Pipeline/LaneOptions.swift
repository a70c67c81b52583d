public import Net

/// How a lane treats flows.
public struct LaneOptions: Sendable {
    /// Most flows tracked at a time, in all shards together.
    public var maximumFlows = 1_000_000
    /// Whether the VLAN is part of a flow's key.
    public var keysVLAN = false
    /// Whether unrecognised flows are observed too when they end.
    public var observesEveryFlow = false
    /// Whether every flow's first bytes are observed when it is decided or given up.
    public var keepsFirstBytes = false
    /// Whether attempts at connections are remembered, for `Recognition.knocks`.
    public var remembersAttempts = false
    /// A secret of this run, so that nobody can aim at one slot of a table.
    public var seed: UInt64 = 0

    /// The defaults.
    public init() {}

    /// How often a flow's first bytes are looked at before it is given up.
    public static func mostLooks(_ transport: TransportProtocol) -> UInt8 { transport == .tcp ? 16 : 8 }
}

/// What lanes count.
public struct LaneCounters: Sendable {
    /// Packets that belong to a flow, unwrapped ones included.
    public var packets = 0
    /// Flows seen, by transport.
    public var flows = 0
    /// Flows that were recognised.
    public var recognised = 0
    /// Flows that spoke but were not recognised.
    public var unrecognised = 0
    /// Flows that never said anything.
    public var silent = 0
    /// Flows ended early because the table was full.
    public var evicted = 0
    /// Flows given up because the buffers for first bytes were full.
    public var headsEvicted = 0
    /// Segments dropped because their stream had too many gaps.
    public var brokenStreams = 0
    /// Packets inside more tunnels than are followed.
    public var tunnelsTooDeep = 0
    /// Flows that another flow announced.
    public var children = 0

    /// Nothing counted.
    public init() {}

    /// Adds another lane's counts.
    public static func += (left: inout LaneCounters, right: LaneCounters) {
        left.packets += right.packets
        left.flows += right.flows
        left.recognised += right.recognised
        left.unrecognised += right.unrecognised
        left.silent += right.silent
        left.evicted += right.evicted
        left.headsEvicted += right.headsEvicted
        left.brokenStreams += right.brokenStreams
        left.tunnelsTooDeep += right.tunnelsTooDeep
        left.children += right.children
    }
}

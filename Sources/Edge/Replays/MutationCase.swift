public import Mutations
internal import Net

/// A mutation that all captures go through.
public struct MutationCase: Sendable {
    /// What it is called.
    public let name: String
    /// Whether all that was said is still said, in its order.
    public let isWhole: Bool
    /// Whether an announced flow still follows the line that announces it.
    public let keepsAnnouncements: Bool
    /// Whether services and findings stay: nothing that is said is lost, though its order may be.
    public let keepsServices: Bool
    /// The mutation for a capture.
    public let make: @Sendable (RecordedCapture) -> any Mutation

    init(
        _ name: String, isWhole: Bool = false, keepsAnnouncements: Bool = false,
        keepsServices: Bool = false, _ make: @escaping @Sendable (RecordedCapture) -> any Mutation
    ) {
        self.name = name
        self.isWhole = isWhole
        self.keepsAnnouncements = keepsAnnouncements || isWhole
        self.keepsServices = keepsServices || isWhole
        self.make = make
    }

    /// Ports that are nobody's home.
    static let highPorts: ClosedRange<UInt16> = 49_500...65_000

    /// All of them.
    public static let all = lost + reordered + others

    private static let lost = (UInt64(3)...8).map { seed in
        MutationCase("5 % lost, \(seed)") { _ in Loss(percent: 5, seed: seed) }
    }

    private static let reordered = (UInt64(0)...9).map { seed in
        MutationCase("reordered, \(seed)", keepsServices: true) { _ in Reordering(window: 4, seed: seed) }
    }

    private static let others: [MutationCase] = [
        MutationCase("relocated", isWhole: true) { capture in
            Relocation(of: movable(capture), to: highPorts, seed: 1)
        },
        MutationCase("in a VLAN", isWhole: true) { _ in VLANTagging(vlan: 42) },
        MutationCase("in VXLAN", isWhole: true) { _ in VXLANWrapping(network: 42) },
        MutationCase("over IPv6", isWhole: true) { _ in IPv6Mapping() },
        MutationCase("10 % repeated", isWhole: true) { _ in Duplication(percent: 10, seed: 2) },
        MutationCase("first segments split at 6", isWhole: true) { _ in SegmentSplit(after: 6) },
        MutationCase("first segments split at 20", isWhole: true) { _ in SegmentSplit(after: 20) },
        MutationCase("handshake cut", keepsAnnouncements: true, keepsServices: true) { _ in HandshakeCut() },
        MutationCase("first segment cut") { _ in HandshakeCut(andSegments: 1) },
        MutationCase("client only") { _ in OneDirection(of: .client) },
        MutationCase("server only") { _ in OneDirection(of: .server) },
    ]

    /// The servers of all flows that no line announces with its port, as far as a mutation reaches them.
    private static func movable(_ capture: RecordedCapture) -> Set<TransportEnd> {
        func servers(_ flows: [ReplayOutcome.Seen]) -> Set<TransportEnd> {
            Set(flows.map { TransportEnd($0.key.transport, $0.server) })
        }
        let announced = servers(capture.outcome.flows.filter(\.isChild))
        return servers(capture.outcome.flows.filter { !$0.isChild })
            .intersection(capture.conversations.ends).subtracting(announced)
    }
}

internal import Mutations
internal import Net

/// A capture and its mutation, flow by flow.
///
/// **The same name or none**: a flow gets no other name than the flows between its ends have in the capture as it is;
/// one without a name gets none.
///
/// **The same name**, where the bytes that decided are left. They are left
/// - of every flow, when the mutation is whole (all that was said is still said, in its order);
/// - of a flow that was recognised by what it says: when every frame with payload of its conversation, in both
///   directions, up to the one at which it was recognised (up to its end, where it was recognised only then) is in the
///   mutated capture, in whatever order;
/// - of a flow that another one announced: when it has a frame with payload left and the mutation keeps the announcing
///   line whole and before it. (Its bytes did not decide: the line's did.)
///
/// Two cases get the weaker rule unless the mutation is whole: flows inside of tunnels over UDP, whose frames mutations
/// do not see, and connections one after the other between the same ends, which handshakes part that may be gone.
///
/// **The same services and findings**, where the mutation is one that keeps them: each service is where the mutation
/// has put it, and one that was moved, and is at home somewhere, is exactly one finding.
public struct Comparison: Sendable {
    /// A flow that got another name, or none though it should have.
    public struct Renaming: Hashable, Sendable, CustomStringConvertible {
        /// The capture's name.
        public var capture: String
        /// The mutation's name.
        public var mutation: String
        /// The ends of the conversation.
        public var flow: String
        /// The names of the flows between these ends in the capture as it is.
        public var from: [String]
        /// Their names in the mutated one.
        public var to: [String]

        /// All of it in a line.
        public var description: String {
            "\(capture), \(mutation): \(flow) was \(from.isEmpty ? ["-"] : from), became \(to.isEmpty ? ["-"] : to)"
        }
    }

    /// A service or a finding that is missing or too many.
    public struct Misplacement: Hashable, Sendable, CustomStringConvertible {
        /// The capture's name.
        public var capture: String
        /// The mutation's name.
        public var mutation: String
        /// Whether it is not there though it should be; else it is one too many.
        public var isMissing: Bool
        /// `service` or `finding`.
        public var kind: String
        /// Which.
        public var place: ReplayOutcome.Place

        /// All of it in a line.
        public var description: String {
            "\(capture), \(mutation): \(isMissing ? "no \(kind)" : "a \(kind) too many"), \(place)"
        }
    }

    private let capture: RecordedCapture
    private let mutationCase: MutationCase
    private let mutation: any Mutation
    private let frames: [CapturedFrame]
    private let library: ReplayLibrary
    /// What was made of the mutated capture.
    public let outcome: ReplayOutcome

    /// Flows that were compared, and how many of them had to keep their name.
    public private(set) var flows = (compared: 0, held: 0)
    /// Flows that changed their names.
    public private(set) var renamings: [Renaming] = []
    /// Services and findings that are not as they were.
    public private(set) var misplacements: [Misplacement] = []
    /// Headers that the mutation has broken.
    public var newlyMalformed: Int {
        // Losing frames may lose those that were malformed already.
        mutationCase.isWhole ? outcome.malformed - capture.outcome.malformed : 0
    }

    /// Two flows may have the same ends, one of them inside a tunnel.
    private struct Identity: Hashable {
        var key: Conversations.Key
        var isEnclosed: Bool
    }

    /// Mutates a capture, replays it and compares.
    public init(_ capture: RecordedCapture, _ mutationCase: MutationCase, _ replay: Replay) {
        self.capture = capture
        self.mutationCase = mutationCase
        mutation = mutationCase.make(capture)
        frames = mutation.apply(to: capture.frames)
        library = replay.library
        outcome = replay.run(frames)
        compareNames()
        if mutationCase.keepsServices { comparePlaces() }
    }

    // MARK: Names

    private mutating func compareNames() {
        let isWrapped = mutation is VXLANWrapping
        let mutated = Dictionary(
            grouping: outcome.flows.filter { !isTunnelEnd($0.key.low) || !isTunnelEnd($0.key.high) }
        ) { Identity(key: $0.key, isEnclosed: $0.isEnclosed) }
        let original = Dictionary(grouping: capture.outcome.flows) {
            Identity(key: moved($0), isEnclosed: $0.isEnclosed || isWrapped)
        }
        let left = Set(frames.map(\.number))
        for (identity, flows) in original {
            let (from, to) = (flows.compactMap(\.name), (mutated[identity] ?? []).compactMap(\.name))
            self.flows.compared += flows.count
            let isHeld = isLeft(of: flows, left)
            if isHeld { self.flows.held += flows.count }
            // What is held neither falls into two, however late its handshake comes.
            let isRight = isHeld ? from == to : Set(to).isSubset(of: from)
            if !isRight { note(flows, from, to) }
        }
        for (identity, flows) in mutated where original[identity] == nil {
            note(flows, ["no flow"], flows.map { $0.name ?? "-" })
        }
    }

    private mutating func note(_ flows: [ReplayOutcome.Seen], _ from: [String], _ to: [String]) {
        let key = flows[0].key
        renamings.append(
            Renaming(
                capture: capture.name, mutation: mutationCase.name,
                flow: "\(key.low) \(key.high)/\(key.transport)", from: from, to: to))
    }

    /// Whether the bytes that decided about flows between the same ends are in the mutated capture.
    private func isLeft(of flows: [ReplayOutcome.Seen], _ left: Set<Int>) -> Bool {
        if mutationCase.isWhole { return true }
        guard flows.count == 1, let flow = flows.first, flow.name != nil,
            let places = capture.places[flow.key]
        else { return false }
        let saying = places.filter { capture.conversations.parts[$0]?.hasPayload == true }
            .map { capture.frames[$0].number }
        if flow.isChild {
            return mutationCase.keepsAnnouncements && saying.contains { left.contains($0) }
        }
        return saying.allSatisfy { $0 > flow.decidingFrame ?? .max || left.contains($0) }
    }

    /// The ends that a flow has after the mutation.
    private func moved(_ flow: ReplayOutcome.Seen) -> Conversations.Key {
        func place(_ endpoint: Endpoint) -> Endpoint {
            let end = TransportEnd(flow.key.transport, endpoint)
            return mutation.place(of: end, isEnclosed: flow.isEnclosed).endpoint
        }
        return Conversations.Key(flow.key.transport, place(flow.key.low), place(flow.key.high))
    }

    /// Flows of the tunnel that the mutation itself has made are nobody's.
    private func isTunnelEnd(_ endpoint: Endpoint) -> Bool {
        mutation is VXLANWrapping
            && [VXLANWrapping.ends.0, VXLANWrapping.ends.1].contains(endpoint.address)
    }

    // MARK: Services and findings

    private mutating func comparePlaces() {
        let wasOffPort = Set(capture.outcome.offPort)
        var (services, offPort): ([ReplayOutcome.Place], [ReplayOutcome.Place]) = ([], [])
        for old in capture.outcome.services {
            let isEnclosed = capture.outcome.flows.contains { $0.isEnclosed && $0.server == old.end.endpoint }
            let new = ReplayOutcome.Place(
                end: mutation.place(of: old.end, isEnclosed: isEnclosed), name: old.name)
            services.append(new)
            let isMoved = old.end.endpoint.port != new.end.endpoint.port
            if isMoved ? library.hasHome(old.name) : wasOffPort.contains(old) { offPort.append(new) }
        }
        note(services, outcome.services, "service")
        note(offPort, outcome.offPort, "finding")
    }

    private mutating func note(
        _ right: [ReplayOutcome.Place], _ found: [ReplayOutcome.Place], _ kind: String
    ) {
        let found = found.filter { !isTunnelEnd($0.end.endpoint) }
        for change in found.sorted().difference(from: right.sorted()) {
            var (isMissing, place): (Bool, ReplayOutcome.Place)
            switch change {
            case .remove(_, let element, _): (isMissing, place) = (true, element)
            case .insert(_, let element, _): (isMissing, place) = (false, element)
            }
            misplacements.append(
                Misplacement(
                    capture: capture.name, mutation: mutationCase.name, isMissing: isMissing, kind: kind,
                    place: place))
        }
    }
}

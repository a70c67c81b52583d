/// What the plugins of a library cost in the packet lane: how often each was a candidate, and how long that took.
///
/// Only for a lane of one worker, when somebody asks: reading the clock costs more than most candidates do, so what the
/// clock itself takes is measured first and left out. A lane without a meter pays a comparison with nil.
public final class CostMeter {
    /// What one protocol's signatures and fields took.
    public struct Cost: Sendable, Equatable {
        /// How often a signature was a candidate.
        public var candidates = 0
        /// How often its `check` was asked.
        public var checks = 0
        /// How many flows were recognised as it, and asked for their fields.
        public var flows = 0
        /// The time of all that, in nanoseconds.
        public var nanoseconds: Int64 = 0

        /// Nothing.
        public init() {}
    }

    /// By protocol, in the library's order.
    public private(set) var costs: [Cost]
    /// The time for finding candidates, which all plugins share, in nanoseconds.
    public private(set) var search: Int64 = 0
    /// How often the clock was read.
    public private(set) var readings = 0
    /// What reading the clock twice adds to what lies between, and what it takes in all, in nanoseconds.
    private let (between, whole): (Double, Double)
    private let clock: () -> Int64

    /// A meter for a library of `protocols` protocols.
    ///
    /// - Parameter clock: any monotonic clock in nanoseconds; the core has none of its own.
    public init(protocols: Int, clock: @escaping () -> Int64) {
        costs = Array(repeating: Cost(), count: protocols)
        self.clock = clock
        let rounds = 20_000
        var inner: Int64 = 0
        let start = clock()
        for _ in 0..<rounds {
            let first = clock()
            inner += clock() - first
        }
        let all = clock() - start
        (between, whole) = (Double(inner) / Double(rounds), Double(all) / Double(rounds))
    }

    /// What measuring has taken in all, to be left out of a total.
    public var overhead: Int64 { Int64(Double(readings) * whole) }

    /// The time when something begins.
    @inline(never)
    public func start() -> Int64 { clock() }

    @inline(never)
    func candidate(_ protocolIndex: Int32, asked: Bool, since start: Int64) {
        let time = elapsed(since: start)
        costs[Int(protocolIndex)].candidates += 1
        if asked { costs[Int(protocolIndex)].checks += 1 }
        costs[Int(protocolIndex)].nanoseconds += time
    }

    @inline(never)
    func searched(since start: Int64) { search += elapsed(since: start) }

    /// The fields of a flow were taken.
    public func fields(of protocolIndex: Int, since start: Int64) {
        let time = elapsed(since: start)
        costs[protocolIndex].flows += 1
        costs[protocolIndex].nanoseconds += time
    }

    private func elapsed(since start: Int64) -> Int64 {
        readings += 1
        // The remainder is kept in turn, so that many short times add up right.
        let mean = Int64(Double(readings) * between) - Int64(Double(readings - 1) * between)
        return clock() - start - mean
    }
}

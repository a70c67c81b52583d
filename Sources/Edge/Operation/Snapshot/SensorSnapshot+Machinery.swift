public import Net

extension SensorSnapshot {
    /// A receiver of alerts.
    public struct Receiver: Sendable, Codable, Equatable {
        /// Its name.
        public var name: String
        /// Alerts that wait.
        public var queued = 0
        /// Alerts that it has.
        public var delivered = 0
        /// Attempts that failed.
        public var failed = 0
        /// Alerts that were given up.
        public var dropped = 0
        /// Alerts that a throttle held back.
        public var heldBack = 0
        /// How long the oldest alert has waited, in seconds.
        public var oldestWaitingSeconds = 0.0

        /// A receiver that was told nothing yet.
        public init(name: String) { self.name = name }
    }

    /// How long alerts took, counted in buckets.
    public struct Latency: Sendable, Codable, Equatable {
        /// The upper bounds of the buckets in seconds; a last one has none.
        public static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

        /// How many fell into each bucket: one more than there are bounds.
        public private(set) var buckets = Array(repeating: 0, count: bounds.count + 1)
        /// All of them together, in seconds.
        public private(set) var sum = 0.0

        /// Nothing measured.
        public init() {}

        /// What was counted in other buckets: upper bounds in seconds, one count more than there are bounds, and the sum.
        ///
        /// Each bucket counts as its upper bound, so that none seems quicker than it was.
        public init(bounds: [Double], counts: [Int], sum: Double) {
            for (place, count) in counts.enumerated() {
                record(seconds: place < bounds.count ? bounds[place] : .infinity, times: count)
            }
            self.sum = sum
        }

        /// How many there are.
        public var count: Int { buckets.reduce(0, +) }

        /// Counts some in.
        public mutating func record(seconds: Double, times: Int = 1) {
            buckets[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += times
            sum += max(0, seconds) * Double(times)
        }

        /// The bound below which that part of all lies, such as 0.99; nil without any, or above all bounds.
        public func bound(of part: Double) -> Double? {
            var left = Int((Double(count) * part).rounded(.up))
            guard left > 0 else { return nil }
            for (bound, count) in zip(Self.bounds, buckets) {
                left -= count
                if left <= 0 { return bound }
            }
            return nil
        }
    }

    /// The plugins.
    public struct Plugins: Sendable, Codable, Equatable {
        /// A plugin, detection or asset list that was switched off because it erred.
        public struct Disabled: Sendable, Codable, Equatable {
            /// The plugin.
            public var name: String
            /// Why.
            public var reason: String
            /// True for an asset list, which is no plugin; nil for others.
            public var isAssetList: Bool?

            /// A plugin and a reason.
            public init(name: String, reason: String, isAssetList: Bool? = nil) {
                self.name = name
                self.reason = reason
                self.isAssetList = isAssetList
            }
        }

        /// What a plugin has cost.
        public struct Profile: Sendable, Codable, Equatable {
            /// The plugin.
            public var name: String
            /// How often a signature of it was evaluated.
            public var candidates: Int
            /// Flows that it named.
            public var matches: Int
            /// Time spent in its Lua functions, in seconds.
            public var seconds: Double
            /// Errors in them.
            public var errors: Int

            /// A plugin's costs.
            public init(
                name: String, candidates: Int = 0, matches: Int = 0, seconds: Double = 0, errors: Int = 0
            ) {
                self.name = name
                self.candidates = candidates
                self.matches = matches
                self.seconds = seconds
                self.errors = errors
            }
        }

        /// Plugins loaded.
        public var count = 0
        /// Those switched off.
        public var disabled: [Disabled] = []
        /// What each has cost; empty when nobody measures.
        public var profiles: [Profile] = []

        /// No plugins.
        public init() {}
    }

    /// Plugins and policy read again while the sensor runs.
    public struct Reloads: Sendable, Codable, Equatable {
        /// Those that took effect.
        public var done = 0
        /// Those refused because of a mistake; the sensor kept what it had.
        public var refused = 0
        /// The mistake of the last one refused; nil once another took effect.
        public var lastError: String?
        /// When the last one was, whatever its end.
        public var lastTime: Timestamp?

        /// No reloads.
        public init() {}
    }
}

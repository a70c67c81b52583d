public import Net

/// The counters of all receivers at one moment.
public struct AlertSnapshot: Sendable {
    /// By receiver, in the policy's order.
    public var receivers: [Receiver] = []

    /// The counters of a receiver; all but the queue begin with this run.
    public struct Receiver: Sendable {
        /// The receiver's name.
        public var name: String
        /// Alerts that wait, in memory and on disk.
        public var queued = 0
        /// Alerts that it has.
        public var delivered = 0
        /// Attempts that failed.
        public var failedAttempts = 0
        /// Alerts that were given up: the spool or the memory was full, or the receiver refused them for good.
        public var dropped = 0
        /// Alerts that a throttle held back.
        public var heldBack = 0
        /// Alerts that were told already.
        public var repeated = 0
        /// When the oldest that waits was submitted.
        public var oldestWaiting: Timestamp?
        /// Whether the last attempt failed.
        public var isDown = false
        /// Whether alerts cannot be kept on disk at the moment.
        public var isDiskFailing = false
        /// From the record's time until it was handed over.
        public var sinceRecord = LatencyHistogram()
        /// From its submission until it was handed over.
        public var sinceSubmission = LatencyHistogram()

        init(name: String) { self.name = name }
    }
}

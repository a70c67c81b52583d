public import Logging
public import ServiceLifecycle
import Threads

/// The services beside the live loop, for a loop that is no task: started and stopped from any thread, run by the
/// concurrency runtime's.
///
/// Signals stay the caller's: nothing here listens for any.
public final class SensorServices: Sendable {
    /// What became of the server; nil when none was wanted.
    public let server: StatusServer.Outcome?
    private let group: ServiceGroup?
    private let ended: Flag

    /// How long services may take to end before they are cancelled.
    static let patience = Duration.seconds(2)

    /// Whether something has happened; `Gate` guards it.
    private final class Flag: @unchecked Sendable {
        private let gate = Gate()
        private var outcome: StatusServer.Outcome?
        private var isRaised = false

        func raise(_ outcome: StatusServer.Outcome? = nil) {
            gate.change {
                isRaised = true
                if self.outcome == nil { self.outcome = outcome }
            }
        }

        func wait() -> StatusServer.Outcome? {
            gate.wait { isRaised ? .some(outcome) : nil }
        }
    }

    private init(server: StatusServer.Outcome?, group: ServiceGroup?, ended: Flag) {
        self.server = server
        self.group = group
        self.ended = ended
    }

    /// Starts a server on the board, and other services; returns when the server listens or has been refused.
    ///
    /// Nothing at all is started when the setting is `off` and there are no others. Not to be called by a task: it
    /// waits for threads that tasks share.
    public static func start(
        _ setting: HTTPSetting, board: SnapshotBoard, others: [any Service] = [], logger: Logger
    ) -> SensorServices {
        let (isBound, ended) = (Flag(), Flag())
        var services = others
        if case .on(let address) = setting {
            services.append(
                StatusServer(address: address, board: board, logger: logger) { isBound.raise($0) })
        }
        guard !services.isEmpty else {
            ended.raise()
            return SensorServices(server: nil, group: nil, ended: ended)
        }
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        var configuration = ServiceGroupConfiguration(services: services, logger: quiet)
        configuration.maximumGracefulShutdownDuration = patience
        let group = ServiceGroup(configuration: configuration)
        Task.detached {
            do { try await group.run() } catch { logger.error("a service ended: \(error)") }
            // Whoever waits for the server would wait for ever.
            isBound.raise(.refused("ended before it listened"))
            ended.raise()
        }
        return SensorServices(
            server: setting == .off ? nil : isBound.wait(), group: group, ended: ended)
    }

    /// Tells all to end and waits until they have; what takes longer than two seconds is cancelled.
    ///
    /// Not to be called by a task either.
    public func stop() {
        guard let group else { return }
        Task.detached { await group.triggerGracefulShutdown() }
        _ = ended.wait()
    }
}

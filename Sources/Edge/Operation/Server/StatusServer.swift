import Glibc
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
import Net
public import ServiceLifecycle

/// Serves `/metrics`, `/status` and `/health`, on one thread of its own.
///
/// When it cannot listen it says why and waits for the end: the sensor runs on.
public struct StatusServer: Service {
    /// What became of listening.
    public enum Outcome: Sendable, Equatable {
        /// It listens there.
        case listening(HTTPAddress)
        /// It does not, for the reason given.
        case refused(String)
    }

    private static let mostConnections = 64
    /// How long a connection may take for its next request, which others may wait for: less than a client's patience.
    private static let idleSeconds: Int64 = 2
    /// The thread of all servers; it lives as long as the process.
    ///
    /// The framework ends its server by a task that nobody can wait for, and that may come to the loop when
    /// everything else is over.
    private static let thread = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private let address: HTTPAddress
    private let board: SnapshotBoard
    private let logger: Logger
    private let report: @Sendable (Outcome) -> Void

    /// A server that does not listen yet.
    ///
    /// - Parameter report: called once, when it listens or cannot.
    public init(
        address: HTTPAddress, board: SnapshotBoard, logger: Logger,
        report: @escaping @Sendable (Outcome) -> Void = { _ in }
    ) {
        self.address = address
        self.board = board
        self.logger = logger
        self.report = report
    }

    /// Serves until it is told to end.
    public func run() async throws {
        do {
            try await application(on: Self.thread).run()
        } catch {
            let words = Self.words(error, at: address)
            logger.error("\(words)")
            report(.refused(words))
            try? await gracefulShutdown()
        }
    }

    private func application(on group: MultiThreadedEventLoopGroup) -> Application<StatusResponder> {
        // The framework tells of each connection; what matters of that is told here.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return Application(
            responder: StatusResponder(board: board, isLoopback: address.isLoopback),
            server: .http1(
                configuration: .init(
                    idleTimeout: .seconds(Self.idleSeconds),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 8192, maxHeaderListSize: 16384, maxHeaderFieldCount: 100))),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), serverName: "offport",
                availableConnectionsDelegate: MaximumAvailableConnections(
                    Self.mostConnections, logger: quiet)),
            onServerRunning: { [address, logger, report] channel in
                var bound = address
                if let port = channel.localAddress?.port { bound.endpoint.port = UInt16(clamping: port) }
                logger.info("serving metrics and status", metadata: ["address": "\(bound)"])
                report(.listening(bound))
            },
            eventLoopGroupProvider: .shared(group),
            logger: quiet)
    }

    private static func words(_ error: any Error, at address: HTTPAddress) -> String {
        let remedy = "no metrics and no status; --http takes another address, or off"
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE?: return "--http \(address): the port is in use: \(remedy)"
        case EADDRNOTAVAIL?: return "--http \(address): no address of this machine: \(remedy)"
        case EACCES?: return "--http \(address): not allowed: \(remedy)"
        default: return "--http \(address): \(error): \(remedy)"
        }
    }
}

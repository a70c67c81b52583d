internal import Inventory
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Syslog over a connection, each message with its length in front (RFC 6587 section 3.4.1, RFC 5425 section 4.3).
///
/// Syslog has no answers. What the receiver's host has acknowledged by TCP counts as delivered; what was only put into
/// the socket does not.
actor StreamOutlet: Outlet {
    private let server: Receiver.Syslog
    private let message: SyslogMessage
    private let patience: Duration
    private var channel: (any Channel)?
    private var watch = ConnectionWatch()

    let batchLimit = 64
    /// TCP_ESTABLISHED of Linux's `tcp_states.h`.
    private static let established: UInt8 = 1

    init(_ server: Receiver.Syslog, from sender: Sender, patience: Duration) {
        self.server = server
        self.patience = patience
        message = SyslogMessage(format: server.format, facility: server.facility, sender: sender)
    }

    func open() async throws -> Bool {
        if let channel, channel.isActive { return false }
        channel = nil
        let watch = ConnectionWatch()
        let security = server.carrier == .tls ? try Security(server) : nil
        let limit = TimeAmount(patience)
        let opened = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(limit)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let security { try channel.pipeline.syncOperations.addHandlers(security.handlers()) }
                    try channel.pipeline.syncOperations.addHandler(watch)
                }
            }
            .connect(host: server.host, port: Int(server.port)).get()
        self.watch = watch
        channel = opened
        if let security {
            // A certificate that is not trusted is an error here, not with the first alert.
            do {
                try await security.isDone(on: opened, within: limit)
            } catch {
                opened.close(promise: nil)
                channel = nil
                throw watch.takeError() ?? error
            }
        }
        return true
    }

    func hand(_ entries: [SpoolEntry]) async throws -> Int {
        guard let channel, channel.isActive else { throw DeliveryError.failed("the connection was closed") }
        var buffer = channel.allocator.buffer(capacity: 512 * entries.count)
        for entry in entries {
            let bytes = message.bytes(entry.alert)
            buffer.writeString("\(bytes.count) ")
            buffer.writeBytes(bytes)
        }
        // A receiver that does not read holds this up; the connection then ends it.
        let deadline = channel.eventLoop.scheduleTask(in: TimeAmount(patience)) {
            channel.close(promise: nil)
        }
        defer { deadline.cancel() }
        try await channel.writeAndFlush(buffer)
        return entries.count
    }

    func isConfirmed() async throws -> Bool {
        guard let channel, channel.isActive else {
            throw watch.takeError() ?? DeliveryError.failed("the connection was closed")
        }
        guard let socket = channel as? any SocketOptionProvider else { return true }
        let (state, unacknowledged) = try await socket.getTCPInfo().map { ($0.tcpi_state, $0.tcpi_unacked) }
            .get()
        // A connection that was reset has nothing unacknowledged either.
        guard state == Self.established else { throw DeliveryError.failed("the connection was closed") }
        return unacknowledged == 0
    }

    func close() async {
        channel?.close(promise: nil)
        channel = nil
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}

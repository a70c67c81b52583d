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
        let info: ConnectionState = try await socket.unsafeGetSocketOption(level: .tcp, name: .tcp_info).get()
        // A connection that was reset has nothing unacknowledged either.
        guard info.isEstablished else { throw DeliveryError.failed("the connection was closed") }
        return info.unacknowledged == 0 && info.unsent == 0
    }

    func close() async {
        channel?.close(promise: nil)
        channel = nil
    }
}

/// The head of Linux's `struct tcp_info` (linux/tcp.h), in words.
///
/// glibc's ends before what was not sent yet, which is all there is when a receiver does not read: then nothing is
/// under way that could be acknowledged.
private struct ConnectionState {
    private var words: InlineArray<37, UInt32>

    /// tcpi_state, the first byte, is TCP_ESTABLISHED of `tcp_states.h`.
    var isEstablished: Bool { words[0].littleEndian & 0xff == 1 }
    /// tcpi_unacked, at byte 24: segments.
    var unacknowledged: UInt32 { words[6] }
    /// tcpi_notsent_bytes, at byte 144.
    var unsent: UInt32 { words[36] }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}

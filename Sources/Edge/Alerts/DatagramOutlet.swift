internal import Inventory
internal import NIOCore
internal import NIOPosix

/// Syslog over UDP, a message a datagram (RFC 5426).
///
/// Nobody answers. A host without a syslog server says so by ICMP, so what was sent counts as delivered when a moment
/// has passed without that.
actor DatagramOutlet: Outlet {
    private let server: Receiver.Syslog
    private let message: SyslogMessage
    private var channel: (any Channel)?
    private var watch = ConnectionWatch()
    private var lastSent = ContinuousClock.now

    let batchLimit = 64
    /// The time that a refusal may take.
    private static let moment = Duration.milliseconds(50)

    init(_ server: Receiver.Syslog, from sender: Sender) {
        self.server = server
        message = SyslogMessage(format: server.format, facility: server.facility, sender: sender)
    }

    func open() async throws -> Bool {
        if let channel, channel.isActive { return false }
        let watch = ConnectionWatch()
        channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(watch)
                }
            }
            .connect(host: server.host, port: Int(server.port)).get()
        self.watch = watch
        // Nothing was heard from the server yet.
        return false
    }

    func hand(_ entries: [SpoolEntry]) async throws -> Int {
        guard let channel, channel.isActive else { throw DeliveryError.failed("the socket was closed") }
        if let error = watch.takeError() { throw error }
        for entry in entries {
            let bytes = message.bytes(entry.alert).prefix(SyslogMessage.largestDatagram)
            try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
            lastSent = .now
        }
        return entries.count
    }

    func isConfirmed() async throws -> Bool {
        if let error = watch.takeError() { throw error }
        guard channel?.isActive ?? false else { throw DeliveryError.failed("the socket was closed") }
        return .now - lastSent >= Self.moment
    }

    func close() async {
        channel?.close(promise: nil)
        channel = nil
    }
}

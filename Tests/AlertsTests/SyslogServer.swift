import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// What a server got, and the connections that it has.
final class Mailbox: Sendable {
    private let kept = Mutex<[String]>([])
    private let open = Mutex<[any Channel]>([])

    var messages: [String] { kept.withLock { $0 } }
    func add(_ message: String) { kept.withLock { $0.append(message) } }
    func add(_ channel: any Channel) { open.withLock { $0.append(channel) } }
    func closeAll() { for channel in open.withLock({ $0 }) { channel.close(promise: nil) } }
}

/// A syslog server that counts octets, in the clear or by TLS.
struct SyslogServer: Sendable {
    let mailbox = Mailbox()
    private let channel: any Channel

    var port: Int { channel.localAddress?.port ?? 0 }
    var messages: [String] { mailbox.messages }

    /// - Parameter reads: false for one that takes connections and reads nothing.
    init(port: Int = 0, certificate: TestCertificate? = nil, reads: Bool = true) async throws {
        let mailbox = mailbox
        let context = try certificate.map { try NIOSSLContext(configuration: $0.server) }
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: reads)
            .childChannelInitializer { channel in
                mailbox.add(channel)
                return channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.addHandler(OctetCounting(mailbox: mailbox))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }

    /// Closes the socket and all connections.
    func stop() async throws {
        mailbox.closeAll()
        try await channel.close()
    }
}

/// Takes frames apart (RFC 6587 section 3.4.1).
private final class OctetCounting: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let mailbox: Mailbox
    private var buffer = ByteBuffer()

    init(mailbox: Mailbox) { self.mailbox = mailbox }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        buffer.writeBuffer(&part)
        while let space = buffer.readableBytesView.firstIndex(of: UInt8(ascii: " ")) {
            let digits = buffer.readableBytesView[..<space]
            guard let length = Int(String(decoding: digits, as: UTF8.self)),
                buffer.readableBytes >= digits.count + 1 + length
            else { return }
            buffer.moveReaderIndex(forwardBy: digits.count + 1)
            mailbox.add(buffer.readString(length: length) ?? "")
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// A port of the loopback where nobody listens at the moment.
func freePort() async throws -> Int {
    let server = try await SyslogServer()
    let port = server.port
    try await server.stop()
    return port
}

import NIOCore
import NIOPosix

/// A syslog server over UDP.
struct DatagramServer: Sendable {
    let mailbox = Mailbox()
    private let channel: any Channel

    var port: Int { channel.localAddress?.port ?? 0 }
    var messages: [String] { mailbox.messages }

    init(port: Int = 0) async throws {
        let mailbox = mailbox
        channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Datagrams(mailbox: mailbox))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }

    func stop() async throws { try await channel.close() }
}

private final class Datagrams: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let mailbox: Mailbox
    init(mailbox: Mailbox) { self.mailbox = mailbox }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        mailbox.add(String(buffer: unwrapInboundIn(data).data))
    }
}

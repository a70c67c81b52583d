import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A web server that keeps what is posted, and answers with one status after the other, the last for ever.
struct WebServer: Sendable {
    struct Request: Sendable {
        var head: HTTPRequestHead
        var body: [UInt8]
    }

    final class Kept: Sendable {
        let requests = Mutex<[Request]>([])
        let statuses: Mutex<[HTTPResponseStatus]>
        init(_ statuses: [HTTPResponseStatus]) { self.statuses = Mutex(statuses) }

        func status() -> HTTPResponseStatus {
            statuses.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? .ok }
        }
    }

    private let kept: Kept
    private let channel: any Channel

    var port: Int { channel.localAddress?.port ?? 0 }
    var requests: [Request] { kept.requests.withLock { $0 } }
    var bodies: [String] { requests.map { String(decoding: $0.body, as: UTF8.self) } }

    init(answering statuses: [HTTPResponseStatus] = [.ok], certificate: TestCertificate? = nil) async throws {
        let kept = Kept(statuses)
        self.kept = kept
        let context = try certificate.map { try NIOSSLContext(configuration: $0.server) }
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Requests(kept: kept))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func stop() async throws { try await channel.close() }
}

private final class Requests: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let kept: WebServer.Kept
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(kept: WebServer.Kept) { self.kept = kept }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let part): body += part.readableBytesView
        case .end:
            guard let head else { return }
            kept.requests.withLock { $0.append(WebServer.Request(head: head, body: body)) }
            let response = HTTPResponseHead(
                version: .http1_1, status: kept.status(),
                headers: ["Content-Length": "2", "Location": "http://127.0.0.1:1/elsewhere"])
            context.write(wrapOutboundOut(.head(response)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "ok")))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}

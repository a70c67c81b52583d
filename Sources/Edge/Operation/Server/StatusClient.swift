import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Net

/// Asks a running sensor for its snapshot.
public struct StatusClient: Sendable {
    /// Why there is no snapshot; says what to do.
    public struct Failure: Error, CustomStringConvertible, Equatable {
        /// In words.
        public let description: String
    }

    /// The most that an answer may hold.
    static let mostBytes = 16 << 20
    private let address: HTTPAddress
    private let patience: TimeAmount

    /// A client of the sensor there.
    public init(_ address: HTTPAddress, patience: Duration = .seconds(3)) {
        self.address = address
        self.patience = TimeAmount(patience)
    }

    /// The snapshot of the sensor as it is now; waits for it.
    public func ask() throws(Failure) -> SensorSnapshot {
        let (status, body) = try send("GET", "/status")
        guard status == 200 else {
            throw Failure(
                description: status == 503
                    ? "\(address): the sensor is starting: try again in a moment"
                    : "\(address): answers \(status): is that offport?")
        }
        do { return try SensorSnapshot(json: body) } catch {
            throw Failure(
                description: "\(address): the answer is not what this version of offport expects: \(error)")
        }
    }

    /// The answer to a request without a body.
    func send(
        _ method: String, _ path: String, host: String? = nil
    ) throws(Failure) -> (status: Int, body: [UInt8]) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        do {
            let answer = group.next().makePromise(of: AnswerReader.Answer.self)
            let request = HTTPRequestHead(
                version: .http1_1, method: HTTPMethod(rawValue: method), uri: path,
                headers: ["Host": host ?? "\(address)", "Connection": "close", "User-Agent": "offport"])
            let connected = ClientBootstrap(group: group)
                .connectTimeout(patience)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        try channel.pipeline.syncOperations.addHandler(AnswerReader(answer))
                    }
                }
                .connect(host: address.host, port: address.port)
            let channel: any Channel
            do { channel = try connected.wait() } catch {
                answer.fail(error)
                throw error
            }
            channel.eventLoop.scheduleTask(in: patience) {
                answer.fail(ChannelError.connectTimeout(self.patience))
            }
            channel.write(HTTPClientRequestPart.head(request), promise: nil)
            channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
            return try answer.futureResult.wait()
        } catch {
            throw Failure(description: words(error))
        }
    }

    private func words(_ error: any Error) -> String {
        let remedy = "is a sensor running (offport run -i), with this --http?"
        if let error = error as? NIOConnectionError {
            let refused = error.connectionErrors.contains {
                ($0.error as? IOError)?.errnoCode == ECONNREFUSED
            }
            return "\(address): \(refused ? "no sensor answers" : "cannot be reached"): \(remedy)"
        }
        if let error = error as? IOError {
            return error.errnoCode == ECONNREFUSED
                ? "\(address): no sensor answers: \(remedy)" : "\(address): \(error)"
        }
        if case .connectTimeout? = error as? ChannelError {
            return "\(address): no answer within \(patience.nanoseconds / 1_000_000_000) s: \(remedy)"
        }
        return "\(address): no answer that is understood (\(error)): \(remedy)"
    }
}

/// Collects one answer; every way the connection can end fulfils the promise.
private final class AnswerReader: ChannelInboundHandler {
    typealias Answer = (status: Int, body: [UInt8])
    typealias InboundIn = HTTPClientResponsePart

    private let answer: EventLoopPromise<Answer>
    private var status = 0
    private var body: [UInt8] = []

    init(_ answer: EventLoopPromise<Answer>) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = Int(head.status.code)
        case .body(let part):
            body += part.readableBytesView
            if body.count > StatusClient.mostBytes {
                fail(StatusClient.Failure(description: "the answer is too long"), context)
            }
        case .end:
            answer.succeed((status, body))
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { answer.fail(ChannelError.eof) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(error, context) }

    private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
        answer.fail(error)
        context.close(promise: nil)
    }
}

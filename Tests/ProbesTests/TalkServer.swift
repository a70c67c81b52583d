import Foundation
import NIOCore
import NIOPosix

/// A TCP server on the loopback that says what a test wants.
struct TalkServer: Sendable {
    /// What it does with who comes.
    struct Manners: Sendable {
        /// What it says first.
        var greeting: String?
        /// What it answers, by what the client's words begin with; the empty word is for everybody else.
        var answers: [(to: String, says: String)] = []
        /// Whether it closes the connection after an answer, or at once when it has none.
        var closes = false
        /// Whether it says a word more every 20 ms for as long as there is a connection.
        var neverEnds = false
    }

    private let channel: any Channel
    let mailbox = Heard()
    var port: UInt16 { UInt16(channel.localAddress?.port ?? 0) }
    var heard: [String] { mailbox.all }

    init(_ manners: Manners, host: String = "127.0.0.1") async throws {
        let mailbox = mailbox
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Talk(manners: manners, mailbox: mailbox))
                }
            }
            .bind(host: host, port: 0).get()
    }

    func stop() async throws { try await channel.close() }
}

/// What a server was told.
final class Heard: @unchecked Sendable {
    private let lock = NSLock()
    private var texts: [String] = []
    var all: [String] { lock.withLock { texts } }
    func add(_ text: String) { lock.withLock { texts.append(text) } }
}

private final class Talk: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let manners: TalkServer.Manners
    private let mailbox: Heard

    init(manners: TalkServer.Manners, mailbox: Heard) { (self.manners, self.mailbox) = (manners, mailbox) }

    func channelActive(context: ChannelHandlerContext) {
        if let greeting = manners.greeting { say(greeting, context) }
        if manners.closes, manners.answers.isEmpty { context.close(promise: nil) }
        guard manners.neverEnds else { return }
        let channel = context.channel
        context.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(20)) { task in
            guard channel.isActive else { return task.cancel() }
            channel.writeAndFlush(ByteBuffer(string: "."), promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // A byte is a character, whatever it is.
        let text = String(unwrapInboundIn(data).readableBytesView.map { Character(UnicodeScalar($0)) })
        mailbox.add(text)
        guard let answer = manners.answers.first(where: { text.hasPrefix($0.to) }) else { return }
        say(answer.says, context)
        if manners.closes { context.close(promise: nil) }
    }

    private func say(_ text: String, _ context: ChannelHandlerContext) {
        let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        context.writeAndFlush(NIOAny(ByteBuffer(bytes: bytes)), promise: nil)
    }
}

/// A UDP server on the loopback: answers everything in the same way, perhaps from another port, perhaps again every
/// 20 ms for as long as there is a server.
struct AnswerServer: Sendable {
    private let channel: any Channel
    private let other: (any Channel)?
    var port: UInt16 { UInt16(channel.localAddress?.port ?? 0) }

    init(_ answer: [UInt8], fromAnotherPort: Bool = false, neverEnds: Bool = false) async throws {
        let other =
            fromAnotherPort
            ? try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(host: "127.0.0.1", port: 0).get() : nil
        self.other = other
        channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Answer(answer: answer, other: other, neverEnds: neverEnds))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func stop() async throws {
        try await channel.close()
        try await other?.close()
    }
}

private final class Answer: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    private let answer: [UInt8]
    private let other: (any Channel)?
    private let neverEnds: Bool

    init(answer: [UInt8], other: (any Channel)?, neverEnds: Bool) {
        (self.answer, self.other, self.neverEnds) = (answer, other, neverEnds)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let asked = unwrapInboundIn(data)
        let envelope = AddressedEnvelope(remoteAddress: asked.remoteAddress, data: ByteBuffer(bytes: answer))
        if let other {
            other.writeAndFlush(envelope, promise: nil)
        } else {
            context.writeAndFlush(NIOAny(envelope), promise: nil)
        }
        guard neverEnds else { return }
        let channel = context.channel
        context.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(20)) { task in
            guard channel.isActive else { return task.cancel() }
            channel.writeAndFlush(envelope, promise: nil)
        }
    }
}

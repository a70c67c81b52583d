internal import NIOCore
internal import NIOSSL
internal import NIOTLS
internal import Synchronization

/// Tells when a TLS handshake is done, or why it never will be.
final class HandshakeWatch: ChannelInboundHandler, Sendable {
    typealias InboundIn = NIOAny

    private enum State {
        case open
        case waiting(EventLoopPromise<Void>)
        case done(Result<Void, any Error>)
    }

    private let state = Mutex(State.open)

    /// Completes the promise when the handshake is done, which may be now.
    func tell(_ promise: EventLoopPromise<Void>, of channel: any Channel) {
        let result: Result<Void, any Error>? = state.withLock { state in
            if case .done(let result) = state { return result }
            state = .waiting(promise)
            return nil
        }
        if let result { promise.completeWith(result) }
    }

    private func end(_ result: Result<Void, any Error>) {
        let promise: EventLoopPromise<Void>? = state.withLock { state in
            defer { if case .done = state {} else { state = .done(result) } }
            if case .waiting(let promise) = state { return promise }
            return nil
        }
        promise?.completeWith(result)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { end(.success(())) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.failure(error))
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.failure(ChannelError.eof))
        context.fireChannelInactive()
    }
}

internal import NIOCore
internal import Synchronization

/// Sits at the end of a connection: what comes in is thrown away, the first error is kept.
final class ConnectionWatch: ChannelInboundHandler, Sendable {
    typealias InboundIn = NIOAny

    private let failure = Mutex<(any Error)?>(nil)

    /// The first error since it was asked last.
    func takeError() -> (any Error)? {
        failure.withLock { failure in
            defer { failure = nil }
            return failure
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        failure.withLock { if $0 == nil { $0 = error } }
    }
}

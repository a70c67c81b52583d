internal import AsyncHTTPClient
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import SystemPackage

/// Errors of the network in the words of people who run networks.
enum PlainWords {
    static func text(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return text(first.error) }
            if error.dnsAError != nil || error.dnsAAAAError != nil { return "'\(error.host)' has no address" }
            return "'\(error.host)' cannot be reached"
        case let error as IOError: return "\(Errno(rawValue: error.errnoCode))"
        case let error as ChannelError: return text(error)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            return "TLS: its certificate is for another host"
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: return "TLS: \(error)"
        case let error as HTTPClientError:
            return error == .connectTimeout || error == .deadlineExceeded ? "no answer in time" : "\(error)"
        default: return "\(error)"
        }
    }

    private static func text(_ error: ChannelError) -> String {
        switch error {
        case .connectTimeout(let limit): "no answer within \(limit.nanoseconds / 1_000_000_000) s"
        case .eof, .ioOnClosedChannel, .alreadyClosed, .inputClosed, .outputClosed:
            "the connection was closed"
        default: "\(error)"
        }
    }
}

internal import AsyncHTTPClient
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import SystemPackage

/// Errors of the network in the words of people who run networks.
enum PlainWords {
    /// Where those who read them say whom to trust, and where the host's name stands.
    enum Asker {
        /// A policy, for what it declares as a receiver.
        case receiver
        /// The command line, for what is fetched.
        case download

        fileprivate var trust: String { self == .receiver ? "ca = \"FILE\" in the policy" : "--ca FILE" }
        fileprivate var host: String { self == .receiver ? "the policy" : "the address" }
    }

    static func text(_ error: any Error, for asker: Asker = .receiver) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return text(first.error, for: asker) }
            if error.dnsAError != nil || error.dnsAAAAError != nil { return "'\(error.host)' has no address" }
            return "'\(error.host)' cannot be reached"
        case let error as IOError: return "\(Errno(rawValue: error.errnoCode))"
        case let error as ChannelError: return text(error)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            return
                "TLS: its certificate is for another host; \(asker.host) has to name it as the certificate does"
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            return "TLS: \(security("\(error)", for: asker))"
        case let error as HTTPClientError: return text(error)
        default: return "\(error)"
        }
    }

    /// BoringSSL has names for what went wrong, and tells them amid numbers and places in its own source.
    private static let securityFailures: [(names: [String], text: String)] = [
        (
            ["CERTIFICATE_VERIFY_FAILED"],
            "its certificate is not trusted: it has expired, or nobody who is trusted here has signed it; CA says whom to trust"
        ),
        (
            ["WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST"],
            "what answers there does not speak TLS; is the port right?"
        ),
        (
            ["UNSUPPORTED_PROTOCOL", "PROTOCOL_VERSION"],
            "it offers older versions only; TLS 1.2 or later is needed"
        ),
        (
            ["CERTIFICATE_REQUIRED", "HANDSHAKE_FAILURE"],
            "it refuses the connection: it may ask for a certificate of the client's, which Offport has none of"
        ),
        (
            ["EOF during handshake", "uncleanShutdown"],
            "it closed the connection; does it speak TLS on that port?"
        ),
    ]

    /// What the words of an error of TLS say, without what only its programmers understand.
    static func security(_ words: String, for asker: Asker = .receiver) -> String {
        for (names, text) in securityFailures where names.contains(where: { words.contains($0) }) {
            return text.replacing("CA says", with: "\(asker.trust) says")
        }
        guard let start = words.firstRange(of: "OPENSSL_internal:")?.upperBound else { return words }
        let name = words[start...].prefix { $0.isUppercase || $0.isNumber || $0 == "_" }
        return "the handshake failed: " + name.lowercased().split(separator: "_").joined(separator: " ")
    }

    private static func text(_ error: HTTPClientError) -> String {
        switch error {
        case .connectTimeout, .deadlineExceeded: "no answer in time"
        case .tlsHandshakeTimeout: "TLS: no answer in time; does it speak TLS on that port?"
        case .remoteConnectionClosed: "the connection was closed"
        default: "\(error)"
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

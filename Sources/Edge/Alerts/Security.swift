internal import Inventory
internal import NIOCore
internal import NIOSSL

/// TLS of one connection to a syslog server.
struct Security: Sendable {
    private let context: NIOSSLContext
    private let name: String?
    private let watch = HandshakeWatch()

    /// TLS to a server, whose certificate must be for the host that the policy names.
    init(_ server: Receiver.Syslog) throws {
        context = try NIOSSLContext(configuration: Self.configuration(authorities: server.authorities))
        // An address is no name for server name indication; it is checked all the same.
        name = (try? SocketAddress(ipAddress: server.host, port: 0)) == nil ? server.host : nil
    }

    /// TLS that trusts the system's authorities, or those in a file alone.
    static func configuration(authorities: String?) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        guard let authorities else { return configuration }
        do {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorities))
        } catch {
            throw DeliveryError.failed("\(authorities): no certificates could be read from it")
        }
        return configuration
    }

    /// What is put at the start of a connection.
    func handlers() throws -> [any ChannelHandler] {
        [try NIOSSLClientHandler(context: context, serverHostname: name), watch]
    }

    /// Waits for the end of the handshake.
    func isDone(on channel: any Channel, within limit: TimeAmount) async throws {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        watch.tell(promise, of: channel)
        let deadline = channel.eventLoop.scheduleTask(in: limit) {
            promise.fail(DeliveryError.failed("TLS: no answer in time; does it speak TLS on that port?"))
        }
        defer { deadline.cancel() }
        try await promise.futureResult.get()
    }
}

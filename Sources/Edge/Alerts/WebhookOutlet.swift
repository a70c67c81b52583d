internal import AsyncHTTPClient
internal import Crypto
internal import Inventory
internal import NIOCore
internal import NIOHTTP1
internal import Net

/// A request for each alert: POST, with the JSON record as its body.
actor WebhookOutlet: Outlet {
    private let server: Receiver.Webhook
    private let sender: Sender
    private let patience: Duration
    private var client: HTTPClient?

    let batchLimit = 1
    /// An answer is read this far.
    private static let largestAnswer = 64 << 10

    init(_ server: Receiver.Webhook, from sender: Sender, patience: Duration) {
        self.server = server
        self.sender = sender
        self.patience = patience
    }

    func open() async throws -> Bool {
        guard client == nil else { return false }
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = try Security.configuration(authorities: server.authorities)
        // The signature is for this receiver, not for where it sends us.
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = TimeAmount(patience)
        // The courier tries again, and tells of it.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(configuration: configuration)
        return false
    }

    func hand(_ entries: [SpoolEntry]) async throws -> Int {
        guard let client, let entry = entries.first else { throw DeliveryError.failed("it is closed") }
        let body = Array(entry.alert.record)
        var request = HTTPClientRequest(url: server.url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "offport/\(sender.version)")
        let seconds = SystemCalls.now().nanoseconds / 1_000_000_000
        request.headers.add(name: "X-Offport-Timestamp", value: "\(seconds)")
        if let path = server.secretFile {
            let signature = Self.signature(of: body, secret: try Self.secret(path))
            request.headers.add(name: "X-Offport-Signature", value: "sha256=\(signature)")
        }
        request.body = .bytes(body)
        let response = try await client.execute(request, timeout: TimeAmount(patience))
        // Read to its end, so that the connection can be used again.
        _ = try? await response.body.collect(upTo: Self.largestAnswer)
        switch response.status.code {
        case 200..<300: return 1
        // It will never like this request any better; all else may pass.
        case 400, 413, 422: throw DeliveryError.refused("it answered \(response.status)")
        default: throw DeliveryError.failed("it answered \(response.status)")
        }
    }

    func close() async {
        let client = client
        self.client = nil
        try? await client?.shutdown()
    }

    /// The HMAC-SHA256 of the body in hexadecimal digits (RFC 2104).
    static func signature(of body: [UInt8], secret: [UInt8]) -> String {
        HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: secret)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    /// The secret without the end of its line; read each time, so that it can be changed.
    private static func secret(_ path: String) throws -> [UInt8] {
        let file = try DiskFile(path, creates: false, on: Disk())
        var secret = try file.read(64 << 10, at: 0)
        while secret.last == UInt8(ascii: "\n") || secret.last == UInt8(ascii: "\r") { secret.removeLast() }
        guard !secret.isEmpty else { throw DeliveryError.failed("\(path): the secret is empty") }
        return secret
    }
}

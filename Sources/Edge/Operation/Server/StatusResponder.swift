import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// Answers requests from the board; changes nothing.
struct StatusResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let board: SnapshotBoard
    /// Whether the server is bound to an address of this machine alone.
    let isLoopback: Bool

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        guard isAddressed(request) else {
            return answer(.misdirectedRequest, "Ask for this machine by its address or as localhost.\n")
        }
        guard request.method == .get || request.method == .head else {
            var response = answer(.methodNotAllowed, "Only GET and HEAD: nothing can be changed here.\n")
            response.headers[.allow] = "GET, HEAD"
            return response
        }
        var response = try answer(to: request.uri.path)
        if request.method == .head {
            let length = response.body.contentLength ?? 0
            response.body = ResponseBody()
            response.headers[.contentLength] = String(length)
        }
        return response
    }

    private func answer(to path: String) throws -> Response {
        switch path {
        case "/health": return health()
        case "/metrics", "/status":
            guard let snapshot = board.snapshot else {
                return answer(.serviceUnavailable, "The sensor is starting; it has counted nothing yet.\n")
            }
            if path == "/metrics" { return answer(.ok, snapshot.metrics, as: MetricsText.mediaType) }
            return Response(
                status: .ok, headers: headers("application/json"),
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: try snapshot.json())))
        case "/": return answer(.ok, "/metrics  /status  /health\n")
        default: return answer(.notFound, "There are /metrics, /status and /health.\n")
        }
    }

    private func health() -> Response {
        guard let age = board.age else {
            return answer(.serviceUnavailable, "The sensor is starting.\n")
        }
        if board.isFresh { return answer(.ok, "ok\n") }
        return answer(
            .serviceUnavailable, "The sensor has told nothing for \(age.components.seconds) s.\n")
    }

    /// Whether the request means this machine.
    ///
    /// A web page can have its own name stand for 127.0.0.1 and so make a browser ask here; the name is then the
    /// page's. Whoever means this machine says so by address, or as localhost.
    private func isAddressed(_ request: Request) -> Bool {
        guard isLoopback, let authority = request.head.authority else { return true }
        var host = Substring(authority)
        if let end = host.lastIndex(of: "]") {
            host = host[...end]
        } else if let colon = host.lastIndex(of: ":") {
            host = host[..<colon]
        }
        return host.lowercased() == "localhost" || HTTPAddress("\(host):0") != nil
    }

    private func answer(
        _ status: HTTPResponse.Status, _ text: String, as type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: headers(type), body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private func headers(_ type: String) -> HTTPFields {
        [.contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff"]
    }
}

internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// A file from a web server, by HTTPS only.
///
/// It stands here because this target alone may talk to the network; what is fetched is believed in nothing.
public enum Download {
    /// Why a file was not fetched, in plain words.
    public struct Failure: Error, CustomStringConvertible {
        /// The reason.
        public let description: String
    }

    /// Fetches a file; waits for it.
    ///
    /// - Parameters:
    ///   - url: an `https://` address; redirections are followed to such addresses only.
    ///   - limit: the most bytes.
    ///   - authorities: a PEM file with the certificates to trust; nil for the system's.
    public static func bytes(
        of url: String, limit: Int, authorities: String? = nil, seconds: Int64 = 120
    ) throws(Failure) -> [UInt8] {
        guard url.hasPrefix("https://") else { throw Failure(description: "it is no https:// address") }
        do {
            var configuration = HTTPClient.Configuration()
            configuration.tlsConfiguration = try Security.configuration(authorities: authorities)
            configuration.redirectConfiguration = .disallow
            configuration.timeout.connect = .seconds(20)
            configuration.timeout.read = .seconds(60)
            configuration.connectionPool.retryConnectionEstablishment = false
            let client = HTTPClient(configuration: configuration)
            defer { try? client.syncShutdown() }
            return try fetch(url, client, limit, .now() + .seconds(seconds))
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(description: PlainWords.text(error, for: .download))
        }
    }

    /// Follows redirections itself: none may lead away from HTTPS.
    private static func fetch(
        _ start: String, _ client: HTTPClient, _ limit: Int, _ deadline: NIODeadline
    ) throws -> [UInt8] {
        var url = start
        for _ in 0..<5 {
            let request = try HTTPClient.Request(url: url)
            let sink = ResponseAccumulator(request: request, maxBodySize: limit)
            let response: HTTPClient.Response
            do {
                response = try client.execute(request: request, delegate: sink, deadline: deadline).wait()
            } catch is ResponseAccumulator.ResponseTooBigError {
                throw Failure(description: "it is larger than \(limit) bytes")
            }
            switch response.status.code {
            case 200:
                return response.body.map { Array($0.readableBytesView) } ?? []
            case 301, 302, 303, 307, 308:
                guard let location = response.headers.first(name: "Location"), location.hasPrefix("https://")
                else {
                    throw Failure(description: "the server leads to something that is no https:// address")
                }
                url = location
            default: throw Failure(description: "the server answered \(response.status.code)")
            }
        }
        throw Failure(description: "the server leads in a circle")
    }
}

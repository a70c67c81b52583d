import Foundation
import NIOHTTP1
import Testing

@testable import Alerts

@Suite struct DownloadTests {
    /// The server's certificate in a file of its own.
    private static func file(_ certificate: TestCertificate) throws -> URL {
        let url = FileManager.default.temporaryDirectory.appending(path: "offport-\(UUID().uuidString).pem")
        try Data(certificate.certificatePEM.utf8).write(to: url)
        return url
    }

    /// Waits in a thread of its own: the servers live in those of the tests.
    private static func fetch(_ url: String, limit: Int = 100, authorities: String?) async -> Result<
        [UInt8], Download.Failure
    > {
        await withCheckedContinuation { done in
            Thread.detachNewThread {
                do throws(Download.Failure) {
                    done.resume(
                        returning: .success(
                            try Download.bytes(of: url, limit: limit, authorities: authorities, seconds: 10)))
                } catch { done.resume(returning: .failure(error)) }
            }
        }
    }

    @Test func aFileByHTTPS() async throws {
        let certificate = try TestCertificate()
        let file = try Self.file(certificate)
        defer { try? FileManager.default.removeItem(at: file) }
        let server = try await WebServer(answering: [.ok, .ok, .notFound, .found], certificate: certificate)
        let url = "https://127.0.0.1:\(server.port)/packs.index"
        #expect(try await Self.fetch(url, authorities: file.path).get() == Array("ok".utf8))
        #expect(server.requests.map(\.head.uri) == ["/packs.index"])
        func complaint(_ url: String, limit: Int = 100, authorities: String?) async -> String {
            switch await Self.fetch(url, limit: limit, authorities: authorities) {
            case .success(let bytes): "\(bytes)"
            case .failure(let failure): failure.description
            }
        }
        #expect(await complaint(url, limit: 1, authorities: file.path).contains("larger than 1 bytes"))
        #expect(await complaint(url, authorities: file.path).contains("the server answered 404"))
        // Its redirection leads to http.
        #expect(await complaint(url, authorities: file.path).contains("no https:// address"))
        #expect(await complaint(url, authorities: nil).contains("TLS"))
        #expect(
            await complaint("http://127.0.0.1:\(server.port)/", authorities: nil).contains(
                "no https:// address"))
        #expect(server.requests.count == 4)
        try await server.stop()
    }
}

import Foundation
import Logging
import NIOCore
import NIOPosix
import Net
import ServiceLifecycle
import Synchronization
import Testing

@testable import Operation

/// The server and its client, on ports that the system chooses.
@Suite struct ServerTests {
    static let anyPort = HTTPSetting.on(HTTPAddress(Endpoint(HTTPAddress.loopback, 0)))
    static let silent = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

    /// Does what waits on a thread of its own: the concurrency runtime's are few, and the server needs them.
    static func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws
        -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            Foundation.Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
        }
    }

    /// Runs a server on the board while `body` asks it.
    static func serve(
        _ board: SnapshotBoard, _ body: @escaping @Sendable (HTTPAddress) throws -> Void
    ) async throws {
        try await onThread { try serveHere(board, body) }
    }

    private static func serveHere(_ board: SnapshotBoard, _ body: (HTTPAddress) throws -> Void) throws {
        let services = SensorServices.start(anyPort, board: board, logger: silent)
        defer { services.stop() }
        guard case .listening(let address)? = services.server else {
            Issue.record("it does not listen: \(String(describing: services.server))")
            return
        }
        #expect(address.isLoopback && address.port != 0)
        try body(address)
    }

    @Test func aSnapshotIsServed() async throws {
        // However long the machine takes, the snapshot is fresh.
        let start = ContinuousClock.now
        let board = SnapshotBoard { start }
        board.post(Situations.busy)
        try await Self.serve(board) { address in
            let client = StatusClient(address)
            #expect(try client.ask() == Situations.busy)
            let metrics = try client.send("GET", "/metrics")
            #expect(metrics.status == 200 && metrics.body == Array(Situations.busy.metrics.utf8))
            #expect(try client.send("GET", "/health").body == Array("ok\n".utf8))
            board.post(Situations.quiet)
            #expect(try client.ask() == Situations.quiet)
        }
    }

    @Test func nothingButLookingIsPossible() async throws {
        let board = SnapshotBoard()
        board.post(Situations.quiet)
        try await Self.serve(board) { address in
            let client = StatusClient(address)
            for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
                #expect(try client.send(method, "/status").status == 405)
            }
            let head = try client.send("HEAD", "/status")
            #expect(head.status == 200 && head.body.isEmpty)
            for path in ["/status/", "/../etc/passwd", "/metrics%00", "/nothing", "*"] {
                #expect(try client.send("GET", path).status == 404, "\(path)")
            }
            #expect(try client.send("GET", "/metrics?x=1").status == 200)
        }
    }

    @Test func aWebPageCannotAskThroughItsOwnName() async throws {
        let board = SnapshotBoard()
        board.post(Situations.quiet)
        try await Self.serve(board) { address in
            let client = StatusClient(address)
            for host in ["example.org", "example.org:\(address.port)", "127.0.0.1.example.org", ""] {
                let status = try client.send("GET", "/status", host: host).status
                #expect(status == 421, "\(host)")
            }
            for host in ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:9419", "[::1]"] {
                let status = try client.send("GET", "/status", host: host).status
                #expect(status == 200, "\(host)")
            }
        }
    }

    @Test func healthIsThatOfTheLoop() async throws {
        let clock = Clock()
        let board = SnapshotBoard { clock.now }
        try await Self.serve(board) { address in
            let client = StatusClient(address)
            #expect(try client.send("GET", "/health").status == 503)
            #expect(try client.send("GET", "/metrics").status == 503)
            #expect(
                throws: StatusClient.Failure(
                    description: "\(address): the sensor is starting: try again in a moment")
            ) {
                try client.ask()
            }
            board.post(Situations.quiet)
            #expect(try client.send("GET", "/health").status == 200)
            clock.add(.seconds(11))
            let stale = try client.send("GET", "/health")
            #expect(stale.status == 503)
            #expect(String(decoding: stale.body, as: UTF8.self) == "The sensor has told nothing for 11 s.\n")
            // What it counted last can still be looked at.
            #expect(try client.send("GET", "/metrics").status == 200)
        }
    }

    @Test func aPortInUseIsSaidAndTheRestRunsOn() async throws {
        let board = SnapshotBoard()
        try await Self.serve(board) { address in
            let clock = Clock()
            let before = clock.now
            let second = SensorServices.start(
                .on(address), board: board, others: [Bystander { clock.add(.seconds(1)) }],
                logger: Self.silent)
            #expect(
                second.server
                    == .refused(
                        "--http \(address): the port is in use: no metrics and no status; --http takes another address, or off"
                    ))
            second.stop()
            #expect(clock.now != before)
        }
    }

    @Test func offStartsNothing() {
        let services = SensorServices.start(.off, board: SnapshotBoard(), logger: Self.silent)
        #expect(services.server == nil)
        services.stop()
    }

    @Test func anIdleConnectionDoesNotHoldUpTheEnd() async throws {
        let posted = ContinuousClock.now
        let board = SnapshotBoard { posted }
        board.post(Situations.quiet)
        let start = Clock()
        try await Self.serve(board) { address in
            for words in ["", "GET /status HTTP/1.1\r\nHo"] {
                let channel = try ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(host: "127.0.0.1", port: address.port).wait()
                try channel.writeAndFlush(ByteBuffer(string: words)).wait()
            }
            let status = try StatusClient(address).send("GET", "/health").status
            #expect(status == 200)
            start.set(ContinuousClock.now)
        }
        #expect(ContinuousClock.now - start.now < .seconds(20))
    }

    /// Those that ask nothing, or half a question, give way to those that do.
    @Test(arguments: ["", "GET /status HTTP/1.1\r\nHo"])
    func idleConnectionsDoNotShutOthersOut(words: String) async throws {
        let posted = ContinuousClock.now
        let board = SnapshotBoard { posted }
        board.post(Situations.quiet)
        try await Self.serve(board) { address in
            let idle = try (0..<80).map { _ in
                let channel = try ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(host: "127.0.0.1", port: address.port).wait()
                try channel.writeAndFlush(ByteBuffer(string: words)).wait()
                return channel
            }
            defer { for channel in idle { channel.close(promise: nil) } }
            let client = StatusClient(address, patience: .seconds(30))
            #expect(try client.send("GET", "/health").status == 200)
        }
    }

    @Test func nobodyThereIsSaid() async throws {
        let address = try await Self.unusedAddress()
        let client = StatusClient(address)
        let expected = StatusClient.Failure(
            description:
                "\(address): no sensor answers: is a sensor running (offport run -i), with this --http?")
        let failure = try await Self.onThread {
            #expect(throws: StatusClient.Failure.self) { try client.ask() }
        }
        #expect(failure == expected)
    }

    /// An address that was given back.
    static func unusedAddress() async throws -> HTTPAddress {
        try await onThread {
            let services = SensorServices.start(anyPort, board: SnapshotBoard(), logger: silent)
            services.stop()
            guard case .listening(let address)? = services.server else {
                throw StatusClient.Failure(description: "it does not listen")
            }
            return address
        }
    }

    @Test(arguments: ["", "SSH-2.0-OpenSSH_9.6\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"])
    func somethingElseThereIsSaid(words: String) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.writeAndFlush(ByteBuffer(string: words), promise: nil)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0).get()
        defer { server.close(promise: nil) }
        let port = UInt16(server.localAddress?.port ?? 0)
        let client = StatusClient(
            HTTPAddress(Endpoint(HTTPAddress.loopback, port)), patience: .milliseconds(300))
        var took = Duration.seconds(60)
        // What else the machine does only makes it longer.
        for _ in 0..<3 where took >= .seconds(3) {
            took = min(
                took,
                try await Self.onThread {
                    let start = ContinuousClock.now
                    #expect(throws: StatusClient.Failure.self) { try client.ask() }
                    return ContinuousClock.now - start
                })
        }
        #expect(took < .seconds(3))
    }

    @Test func addressesAreParsed() {
        #expect(HTTPAddress("9419") == .standard)
        #expect(HTTPAddress("localhost:9419") == .standard)
        #expect(HTTPAddress("127.0.0.1:9419")?.isLoopback == true)
        #expect(HTTPAddress("[::1]:80")?.isLoopback == true)
        #expect(HTTPAddress("0.0.0.0:80")?.isLoopback == false)
        #expect(HTTPAddress("10.0.0.1:80")?.description == "10.0.0.1:80")
        for text in [
            "", ":", "70000", "-1", "::1:80", "example.org:80", "127.0.0.1", "127.0.0.1:", "localhost:",
        ] {
            #expect(HTTPAddress(text) == nil, "\(text)")
        }
        #expect(HTTPSetting("off") == .off && HTTPSetting("1") != nil && HTTPSetting("on") == nil)
    }
}

/// A service that waits for the end, and says so.
private struct Bystander: Service {
    let atEnd: @Sendable () -> Void

    func run() async throws {
        try await gracefulShutdown()
        atEnd()
    }
}

/// A clock that stands still until it is moved.
private final class Clock: Sendable {
    private let time = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { time.withLock { $0 } }
    func add(_ duration: Duration) { time.withLock { $0 += duration } }
    func set(_ instant: ContinuousClock.Instant) { time.withLock { $0 = instant } }
}

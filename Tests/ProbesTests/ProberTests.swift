import Foundation
import Inventory
import Matching
import Net
import Plugins
import Testing

@testable import Probes

/// The core pack, compiled once for all tests here.
private enum Core {
    static let library = Library(plugins: ["plugins/core"])
    static let index: SignatureIndex = {
        // Without an index there is nothing to test.
        do { return try SignatureIndex(library.definitions, regexes: library.regexes) } catch {
            preconditionFailure("\(error)")
        }
    }()
    static let plan = ProbePlan(index.protocols)
}

/// Asks ports of the loopback, by name of what is there.
private func ask(
    _ ports: [ServicePort], of host: String = "127.0.0.1", _ change: (inout ProbeOptions) -> Void = { _ in }
) async throws -> [ServicePort: ProbeResult] {
    var options = ProbeOptions()
    options.greeting = .milliseconds(300)
    options.answering = .milliseconds(300)
    options.settling = .milliseconds(100)
    change(&options)
    let address = try #require(IPAddress(host))
    let chosen = options
    return await Task.detached {
        var clock: Int64 = 1_793_491_200_000_000_000
        let prober = Prober(
            index: Core.index, scripts: ScriptHost(sources: Core.library.sources), plan: Core.plan,
            options: chosen
        ) {
            clock += 1_000_000
            return Timestamp(nanoseconds: clock)
        }
        var found: [ServicePort: ProbeResult] = [:]
        prober.run(hosts: [address], ports: ports) {
            found[ServicePort($0.target.endpoint.port, $0.target.transport)] = $0
            return true
        }
        return found
    }.value
}

/// Asks one port; again with more patience when the answer is not the right one: on a busy machine the server, which is
/// a part of this process, can be slower than the first patience.
private func ask(
    _ port: ServicePort, of host: String = "127.0.0.1", expecting isRight: (ProbeResult?) -> Bool
) async throws -> ProbeResult? {
    var result: ProbeResult?
    for patience in [300, 5000] {
        result = try await ask([port], of: host) {
            $0.greeting = .milliseconds(patience)
            $0.answering = .milliseconds(patience)
        }[port]
        if isRight(result) { break }
    }
    return result
}

/// Whether this machine has ::1 (proc(5)).
private let hasIPv6 =
    (try? String(contentsOfFile: "/proc/net/if_inet6", encoding: .utf8))?
    .contains("00000000000000000000000000000001 ") ?? false

private func name(_ result: ProbeResult?) -> String? {
    result?.protocolIndex.map { Core.index.protocols[$0].name }
}

@Suite(.serialized) struct ProberTests {
    private static let http = TalkServer.Manners(
        answers: [
            ("GET ", "HTTP/1.0 200 OK\r\nServer: Demo/1.0\r\n\r\n"),
            ("CONNECT", "HTTP/1.0 405 Not Allowed\r\n\r\n"),
            ("", "HTTP/1.0 400 Bad Request\r\n\r\n"),
        ], closes: true)
    private static let proxy = TalkServer.Manners(
        answers: [
            ("CONNECT", "HTTP/1.0 502 Unable to connect\r\n\r\n"), ("", "HTTP/1.0 400 Bad Request\r\n\r\n"),
        ],
        closes: true)

    /// Situations: what a server does, and what it is found to be, on a port that is nobody's.
    static let servers: [(name: String?, manners: TalkServer.Manners)] = [
        ("ssh", .init(greeting: "SSH-2.0-OpenSSH_9.6\r\n")),
        (
            "smtp",
            .init(
                greeting: "220 mx ready\r\n",
                answers: [("EHLO", "250-mx\r\n250 SIZE 1000\r\n"), ("", "502 what?\r\n")])
        ),
        (
            "ftp",
            .init(
                greeting: "220 ready\r\n",
                answers: [("FEAT", "211-Features:\r\n UTF8\r\n211 End\r\n"), ("", "500 what?\r\n")])
        ),
        ("pop3", .init(greeting: "+OK ready\r\n", answers: [("CAPA", "+OK\r\nUSER\r\n.\r\n")])),
        (
            "imap",
            .init(greeting: "* OK ready\r\n", answers: [("a1 CAP", "* CAPABILITY IMAP4rev1\r\na1 OK\r\n")])
        ),
        ("vnc", .init(greeting: "RFB 003.008\n")),
        ("http", http), ("http-proxy", proxy),
        ("redis", .init(answers: [("*2\r\n$4\r\nINFO", "$31\r\n# Server\r\nredis_version:7.0.15\r\n\r\n")])),
        (nil, .init()), (nil, .init(closes: true)), (nil, .init(greeting: "strange things\r\n")),
        (nil, .init(answers: [("", "\u{1}\u{2}\u{3}")])),
    ]

    @Test(arguments: servers.indices)
    func recognisesServersOnAnyPort(place: Int) async throws {
        let (expected, manners) = Self.servers[place]
        let server = try await TalkServer(manners)
        let port = ServicePort(server.port, .tcp)
        let answers = manners.greeting != nil || !manners.answers.isEmpty
        let result = try await ask(port) {
            name($0) == expected && ($0?.conversation?.isAnswered ?? false) == answers
        }
        #expect(result?.state == .open)
        #expect(name(result) == expected)
        #expect((result?.conversation?.isAnswered ?? false) == answers)
        try await server.stop()
    }

    @Test(.enabled(if: hasIPv6, "this machine has no ::1")) func asksOverIPv6() async throws {
        let server = try await TalkServer(.init(greeting: "SSH-2.0-OpenSSH_9.6\r\n"), host: "::1")
        let port = ServicePort(server.port, .tcp)
        let result = try await ask(port, of: "::1") { name($0) == "ssh" }
        #expect(name(result) == "ssh")
        #expect(result?.conversation?.client.address == IPAddress("::1"))
        try await server.stop()
    }

    @Test func tellsClosedPorts() async throws {
        let server = try await TalkServer(.init())
        let (tcp, udp) = (ServicePort(server.port, .tcp), ServicePort(server.port, .udp))
        try await server.stop()
        let found = try await ask([tcp, udp])
        #expect(found[tcp]?.state == .closed)
        #expect(found[udp]?.state == .closed)
    }

    @Test func asksOverUDP() async throws {
        // The answer repeats when it was asked, and says when it was received and sent.
        let asked: [UInt8] = [0xe9, 0, 0, 0, 0, 0, 0, 1]
        let now: [UInt8] = [0xe9, 0, 0, 0, 0x10, 0, 0, 0]
        let answer: [UInt8] =
            [0x24, 1, 6, 0xe8] + [UInt8](repeating: 0, count: 8) + Array("GPS\0".utf8) + now + asked + now
            + now
        let server = try await AnswerServer(answer)
        let port = ServicePort(server.port, .udp)
        #expect(name(try await ask(port) { name($0) == "ntp" }) == "ntp")
        try await server.stop()
    }

    @Test func hearsAnswersFromAnotherPort() async throws {
        let server = try await AnswerServer(
            [0, 5, 0, 1] + Array("File not found\0".utf8), fromAnotherPort: true)
        let port = ServicePort(server.port, .udp)
        let result = try await ask(port) { $0?.state == .open && $0?.conversation?.isAnswered == true }
        #expect(result?.state == .open)
        let speakers = Set(result?.conversation?.turns.map(\.speaker.port) ?? [])
        #expect(speakers.count == 2 && !speakers.contains(port.number))
        try await server.stop()
    }

    @Test func aServerThatNeverEndsIsInterrupted() async throws {
        let server = try await TalkServer(.init(neverEnds: true))
        let port = ServicePort(server.port, .tcp)
        let result = try await ask([port]) { $0.speaking = .milliseconds(300) }[port]
        // One hello, where its first word came late; it is not asked for all that it might be.
        #expect(result?.state == .open && (result?.hellos ?? 9) <= 1)
        try await server.stop()
    }

    @Test func emptyDatagramsWithoutEndAreInterrupted() async throws {
        let server = try await AnswerServer([], neverEnds: true)
        let port = ServicePort(server.port, .udp)
        let result = try await ask([port]) { $0.speaking = .milliseconds(300) }[port]
        #expect(result?.state == .open && result?.protocolIndex == nil)
        try await server.stop()
    }

    @Test func saysNothingToPrinters() async throws {
        // What is at home on 9100 prints whatever it hears.
        #expect(Core.plan.isLeftAlone(ServicePort(9100, .tcp)))
        #expect(Core.plan.opening(on: ServicePort(9100, .tcp)).isEmpty)
        #expect(!Core.plan.opening(on: ServicePort(9200, .tcp)).isEmpty)
    }

    @Test func saysSomeThingsOnlyAtHome() {
        func names(_ port: ServicePort) -> [String] {
            Core.plan.opening(on: port).map { Core.index.protocols[$0.protocolIndex].name }
        }
        #expect(names(ServicePort(502, .tcp)).first == "modbus")
        #expect(!names(ServicePort(5020, .tcp)).contains("modbus"))
        #expect(names(ServicePort(6379, .tcp)).first == "redis")
        #expect(names(ServicePort(7777, .tcp)).contains("redis"))
    }

    @Test func keepsToItsRate() async throws {
        let server = try await TalkServer(.init())
        let (closed, count) = (server.port, 60)
        try await server.stop()
        let ports = Array(repeating: ServicePort(closed, .tcp), count: count)
        let started = ContinuousClock.now
        _ = try await ask(ports) { $0.rate = 100 }
        #expect(ContinuousClock.now - started >= .milliseconds(500))
    }

    @Test func endsWhenToldTo() async throws {
        let server = try await TalkServer(.init())
        let closed = server.port
        try await server.stop()
        let result = await Task.detached {
            let prober = Prober(
                index: Core.index, scripts: ScriptHost(sources: Core.library.sources), plan: Core.plan
            ) { Timestamp(nanoseconds: 0) }
            var count = 0
            prober.run(
                hosts: [IPAddress(v4: 0x7f00_0001)],
                ports: Array(repeating: ServicePort(closed, .tcp), count: 10_000)
            ) { _ in
                count += 1
                return false
            }
            return count
        }.value
        #expect(result < 1000)
    }

    /// Every hello that a plugin declares is that protocol's, as its signatures see it.
    @Test func hellosAreWhatTheirProtocolSays() {
        for definition in Core.library.definitions {
            for hello in definition.hellos {
                #expect(!hello.bytes.isEmpty)
                if case .recognised(let other) = hello.moment {
                    #expect(
                        Core.index.protocols.contains { $0.name == other },
                        "\(definition.name) comes after \(other)")
                }
            }
        }
        #expect(Core.library.definitions.count { !$0.hellos.isEmpty } > 40)
    }
}

import Capture
import Engine
import Flows
import Foundation
import Handshakes
import Inventory
import Matching
import Net
import Pipeline
import Testing
import Wire

/// Plugins without Lua functions.
final class NoScripts: ScriptRunner {
    var domain = 0
    func check(_: CheckReference, client: borrowing RawSpan, server: borrowing RawSpan) -> CheckOutcome {
        .broken
    }
    func fields(
        _: CheckReference, client: borrowing RawSpan, server: borrowing RawSpan
    ) -> [(name: String, value: String)] { [] }
}

/// The plugins of these tests.
enum Library {
    static let index: SignatureIndex = {
        // The definitions below compile: a test that used none of them would not be one.
        do {
            return try SignatureIndex([
                ssh, http, ftp, child("ftp-data"), tftp, child("tftp-data"), dns, vxlan, files, quic,
                screen, slow,
            ])
        } catch { preconditionFailure("\(error)") }
    }()

    private static let here = SourceLocation(file: "test.lua", line: 1)

    private static func starts(_ text: String, at offset: Int = 0) -> Matcher {
        .classes(text.utf8.map { ByteClass($0) }, offset: offset)
    }

    private static func child(_ name: String) -> ProtocolDefinition {
        ProtocolDefinition(
            name: name, title: name, category: "test", reference: "", plugin: name, origin: here)
    }

    private static func named(
        _ name: String, _ transport: TransportProtocol, client: Matcher?, server: Matcher?,
        alone: Set<Speaker> = [],
        isSymmetric: Bool = false
    ) -> ProtocolDefinition {
        var definition = child(name)
        definition.signatures = [
            SignatureDefinition(
                transport: transport, client: client, server: server, isSymmetric: isSymmetric, alone: alone,
                check: nil, origin: here)
        ]
        return definition
    }

    private static var ssh: ProtocolDefinition {
        var definition = named(
            "ssh", .tcp, client: starts("SSH-"), server: starts("SSH-"), alone: [.client, .server],
            isSymmetric: true)
        definition.ports = ["22/tcp"].compactMap(PortRange.init)
        definition.fields = [
            FieldSource(speaker: .server, extractor: .pattern("^SSH-[0-9.]+-(?<software>[^\\r\\n]+)"))
        ]
        // As the field of TLS for what is inside, and what is offered.
        definition.upgrades = [Upgrade(to: .named("http"), field: ("software", ["web"]))]
        return definition
    }

    private static var http: ProtocolDefinition {
        named(
            "http", .tcp, client: .command([Array("GET".utf8)]), server: starts("HTTP/1."), alone: [.server])
    }

    private static var ftp: ProtocolDefinition {
        var definition = named("ftp", .tcp, client: .command([Array("USER".utf8)]), server: .reply([220]))
        func announcement(_ speaker: Speaker, _ prefix: String, _ notation: Announcement.Notation)
            -> Announcement
        {
            Announcement(speaker: speaker, prefix: Array(prefix.utf8), notation: notation, child: "ftp-data")
        }
        definition.announcements = [
            announcement(.client, "PORT ", .ftp), announcement(.client, "EPRT ", .extended),
            announcement(.server, "227 ", .ftp), announcement(.server, "229 ", .extended),
        ]
        definition.upgrades = [Upgrade(to: .named("ssh"))]
        definition.hiddenFlows = [HiddenFlow(after: "ssh", child: "ftp-data")]
        return definition
    }

    /// RFC 1350: a read request goes to port 69, the answer comes from another port.
    private static var tftp: ProtocolDefinition {
        var definition = named(
            "tftp", .udp, client: .all([starts("\u{0}\u{1}"), .contains(Array("octet".utf8))]), server: nil,
            alone: [.client])
        definition.announcements = [
            Announcement(speaker: .client, prefix: [0, 1], notation: .sender, child: "tftp-data")
        ]
        return definition
    }

    /// Both speakers begin alike, and one of two signatures asks more of the server.
    private static var files: ProtocolDefinition {
        var definition = named("files", .tcp, client: nil, server: starts("FS2"))
        definition.signatures += named("files", .tcp, client: starts("FS"), server: starts("FS")).signatures
        definition.ports = ["445/tcp"].compactMap(PortRange.init)
        return definition
    }

    /// Both greet alike, and one of two signatures asks for the server's greeting, whatever the client says.
    private static var screen: ProtocolDefinition {
        var definition = named(
            "screen", .tcp, client: starts("SC"), server: starts("SC"), alone: [.client, .server])
        definition.signatures += named("screen", .tcp, client: nil, server: starts("SC1")).signatures
        definition.ports = ["5900/tcp"].compactMap(PortRange.init)
        return definition
    }

    /// The server's first words are long.
    private static var slow: ProtocolDefinition {
        named("slow", .tcp, client: starts("SLOW"), server: starts(String(repeating: "slow ", count: 8)))
    }

    private static var dns: ProtocolDefinition {
        let one = ByteClass(1)
        return named(
            "dns", .udp, client: .classes([one, ByteClass(0), ByteClass(0), one], offset: 2),
            server: .classes([ByteClass(0x81), ByteClass(0x80)], offset: 2), alone: [.server])
    }

    /// Version 1 alone.
    private static var quic: ProtocolDefinition {
        let version = starts("\u{0}\u{0}\u{0}\u{1}", at: 1)
        var definition = named("quic", .udp, client: version, server: version)
        definition.fields = [FieldSource(speaker: .server, extractor: .handshake(.quic))]
        return definition
    }

    private static var vxlan: ProtocolDefinition {
        let zero = ByteClass(0)
        var definition = named(
            "vxlan", .udp, client: .classes([ByteClass(8), zero, zero, zero], offset: 0), server: nil,
            alone: [.client])
        definition.tunnel = .vxlan
        return definition
    }
}

let dnsQuery: [UInt8] = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 0, 0, 1, 0, 1]
let dnsAnswer: [UInt8] = [0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0x61, 0, 0, 1, 0, 1]
let sshTalk: [(Talk.Side, String)] = [
    (.server, "SSH-2.0-OpenSSH_9.6\r\n"), (.client, "SSH-2.0-libssh2\r\n"), (.server, "more"),
    (.client, "more"),
]
let httpTalk: [(Talk.Side, String)] = [
    (.client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"), (.server, "HTTP/1.1 200 OK\r\n\r\nhello"),
]

/// What came of a capture.
struct Outcome {
    var observations: [Observation] = []
    var counters = LaneCounters()
    /// By protocol, how many candidates were evaluated.
    var candidates: [Int] = []

    /// Each recognition as `ssh 10.0.0.1:4000 > 10.0.0.2:22 certain`, in order.
    var recognised: [String] {
        observations.compactMap { observation in
            guard case .recognised(let recognition) = observation.event else { return nil }
            let name = Library.index.protocols[recognition.protocolIndex].name
            return "\(name) \(recognition.client) > \(recognition.server) \(recognition.confidence)"
        }
    }

    /// The flows that ended, in order.
    var ended: [Flow] {
        observations.compactMap { if case .ended(let flow, _) = $0.event { flow } else { nil } }
    }

    /// Each flow that ended as `ssh 10.0.0.1:4000 > 10.0.0.2:22 established 5/4`, sorted.
    var flows: [String] { ended.map(Self.describe).sorted() }

    static func describe(_ flow: Flow) -> String {
        let name = flow.protocolNumber == 0 ? "?" : Library.index.protocols[Int(flow.protocolNumber) - 1].name
        let client = flow.clientDirection
        let packets = [flow.packets.0, flow.packets.1]
        return "\(name) \(flow.key.sender(client)) > \(flow.key.sender(1 - client)) \(flow.state.rawValue) "
            + "\(packets[client])/\(packets[1 - client])\(flow.isChild ? " child" : "")"
    }

    /// Everything about every observation, one line each.
    var lines: [String] {
        observations.map { observation in
            switch observation.event {
            case .recognised(let seen):
                return
                    "\(observation.frame) recognised \(seen.flow) \(seen.time) \(seen.client) \(seen.server) "
                    + "\(seen.protocolIndex) \(seen.confidence) \(seen.evidence) "
                    + "\(seen.serverFields?.values.map { "\($0.name)=\($0.value)" } ?? [])"
            case .ended(let flow, _):
                return
                    "\(observation.frame) ended \(flow.number) \(flow.last) \(flow.bytes) \(Self.describe(flow))"
            case .said(let flow, let client, let server):
                return "\(observation.frame) said \(flow.number) \(client) \(server)"
            }
        }
    }
}

/// All flows are observed, few are tracked: enough for these tests.
var testOptions: LaneOptions {
    var options = LaneOptions()
    options.observesEveryFlow = true
    options.maximumFlows = 16_000
    return options
}

/// Runs frames through one lane, a chunk of `chunk` frames at a time, and ends the capture.
func run(
    _ frames: [Captured], _ options: LaneOptions = testOptions, chunk: Int = 50, meter: CostMeter? = nil
) -> Outcome {
    var lane = Lane(index: Library.index, scripts: NoScripts(), options: options, meter: meter)
    var router = Router()
    var outcome = Outcome()
    for start in stride(from: 0, to: frames.count, by: chunk) {
        var bytes: [UInt8] = []
        var places: [Frame] = []
        var routes: [Route] = []
        for frame in frames[start..<min(start + chunk, frames.count)] {
            let type = LinkType(number: 1)
            places.append(
                Frame(
                    offset: bytes.count, capturedLength: frame.bytes.count, originalLength: frame.bytes.count,
                    time: frame.time, linkType: type))
            bytes += frame.bytes
        }
        bytes.withBytes {
            router.route($0, places.span, into: &routes)
            lane.process($0, frames: places.span, routes: routes.span, firstFrame: start + 1)
        }
        outcome.observations += lane.takeObservations()
    }
    lane.finish(afterFrame: frames.count)
    outcome.observations += lane.takeObservations()
    outcome.counters = lane.counters
    outcome.candidates = lane.candidates
    return outcome
}

/// Collects what an engine notices.
final class Collector: ObservationSink {
    var observations: [Observation] = []
    func take(_ new: Observations) { observations += new }
}

/// Runs frames through an engine with workers, by way of a capture file.
func run(_ frames: [Captured], workers: Int) throws -> Outcome {
    var file: [UInt8] = [0xa1, 0xb2, 0x3c, 0x4d, 0, 2, 0, 4] + be32(0) + be32(0) + be32(65_535) + be32(1)
    for frame in frames {
        let (seconds, rest) = frame.time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        file += be32(UInt32(seconds)) + be32(UInt32(rest)) + be32(UInt32(frame.bytes.count))
        file += be32(UInt32(frame.bytes.count)) + frame.bytes
    }
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("pipeline-\(UUID().uuidString)")
    try Data(file).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    let collector = Collector()
    let engine = try PacketEngine(
        index: Library.index, options: testOptions, workers: workers, sink: collector
    ) {
        NoScripts()
    }
    try engine.read(try CaptureReader(path: url.path)) { true }
    engine.finishCapture()
    defer { engine.close() }
    return Outcome(observations: collector.observations, counters: engine.counters)
}

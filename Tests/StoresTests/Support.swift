import Foundation
import Inventory
import Net
import Testing

@testable import Stores

/// A folder that goes when the test is over.
final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/offport-store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
}

func address(_ text: String) -> IPAddress { IPAddress(text) ?? IPAddress(high: 0, low: 0) }
func endpoint(_ text: String) -> Endpoint { Endpoint(text) ?? Endpoint(IPAddress(high: 0, low: 0), 0) }

/// 2023-11-01 00:00:00 UTC, and seconds after it: long ago by any clock that the tests run under.
func at(_ seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: 1_698_796_800_000_000_000 + Int64(seconds * 1e9))
}

let hour = 3600.0
let day = 86_400.0

/// What the tests name protocols by.
let naming = StoreNaming(
    protocols: [("ftp", "1.0.0"), ("ssh", nil), ("http", "1.0.0"), ("tls", nil)].map { name, version in
        StoreNaming.ProtocolNames(name: name, plugin: "offport/core/\(name)", packVersion: version)
    },
    allowances: ["Ariel"], signatures: ["offport/core/ftp#1", "offport/core/ssh#1"])

/// The captures that services of the tests come from.
private let captureNames = ["a.pcap", "b.pcap", "eth0"]

extension StoreBatch {
    mutating func append(_ service: ServiceOutline, at place: Int) {
        append(service, at: place, capture: service.capture == 0 ? nil : captureNames[service.capture - 1])
    }
}

func session(
    _ client: String, _ server: String, at seconds: Double, lasting duration: Double = 1,
    protocolNumber: UInt16 = 0, state: SessionState = .established, bytes: UInt64 = 100,
    transport: TransportProtocol = .tcp, service: Int32 = -1
) -> SessionRow {
    SessionRow(
        flow: UInt64(seconds * 1000) &* 0x9e37_79b9_7f4a_7c15, start: at(seconds),
        end: at(seconds + duration),
        client: endpoint(client), server: endpoint(server), clientBytes: bytes, serverBytes: 10 * bytes,
        clientPackets: 5, serverPackets: 7, protocolNumber: protocolNumber, transport: transport,
        state: state, service: service)
}

func service(
    _ name: String, _ server: String, standing: Standing = .expected, first seconds: Double = 0,
    capture: String = "a.pcap"
) -> ServiceOutline {
    let server = endpoint(server)
    return ServiceOutline(
        host: server.address, port: ServicePort(server.port, .tcp), protocolIndex: place(of: name),
        standing: standing, firstSeen: at(seconds),
        evidence: Evidence(isServer: true, offset: 0, signature: 0, bytes: Array("220 ready\r\n".utf8)),
        flow: 7, capture: (captureNames.firstIndex(of: capture) ?? -1) + 1)
}

private func place(of name: String) -> Int { naming.protocols.firstIndex { $0.name == name } ?? 0 }

func sighting(
    _ place: Int, _ client: String, at seconds: Double, banner: Int? = nil, program: Int? = nil,
    isNewClient: Bool = true
) -> Sighting {
    Sighting(
        service: place < 0 ? nil : place, banner: banner, program: program, isNewClient: isNewClient,
        isCertain: true, direction: nil, client: endpoint(client).address, start: at(seconds),
        time: at(seconds + 0.1))
}

func program(_ name: String, _ host: String, _ software: String) -> Client {
    Client(
        host: address(host), protocolName: name, protocolIndex: 0, software: software, firstSeen: at(0),
        lastSeen: at(0), sessions: 1, capture: "a.pcap")
}

func finding(_ name: String, _ server: String, at seconds: Double) -> Finding {
    let server = endpoint(server)
    return Finding(
        rule: .offPort(.unassigned), severity: .medium, time: at(seconds), flow: 7, service: nil,
        host: server.address, port: ServicePort(server.port, .tcp), client: endpoint("10.0.0.9:50000"),
        vlan: 0,
        direction: nil, confidence: .certain, protocolName: name, plugin: "offport/core/\(name)",
        protocolIndex: place(of: name), owner: nil, expected: [], reason: nil,
        before: nil, now: nil, lastSeen: nil,
        evidence: Evidence(isServer: true, offset: 0, signature: 0, bytes: Array("220 ready\r\n".utf8)),
        capture: "a.pcap")
}

extension Store {
    /// Writes one capture, or a file of another tool, with what `fill` puts into its batch.
    func write(
        _ name: String = "a.pcap", identity: String? = nil, ends: Bool = true, isDecided: Bool = true,
        tool: String? = nil, _ fill: (inout StoreBatch) -> Void
    ) throws {
        let writer = try StoreWriter(self, pace: .patient)
        var batch = StoreBatch()
        var capture =
            tool.map { StoredCapture.imported(name, tool: $0, identity: identity) }
            ?? StoredCapture(name: name, sensor: "files", kind: .files, identity: identity)
        capture.isDecided = isDecided
        batch.append(.naming(naming))
        batch.append(.begin(capture))
        fill(&batch)
        if ends { batch.append(.end(capture)) }
        writer.submit(batch)
        writer.finish()
        try #require(writer.takeProblems() == [])
    }
}

import Inventory
import Net
import Records

// A small campus, as the tests of records and of the report see it.

let naming = Naming(
    signature: { "offport/core/\(facts[$0 / 10].name)#\($0 % 10)" }, packVersion: { _, _ in "1.2.0" })

let facts: [ProtocolFacts] = [
    protocolFacts("ssh", ["22/tcp"]),
    protocolFacts("http", ["80/tcp"], alternates: ["8000/tcp", "8080/tcp"]),
    protocolFacts("ftp", ["21/tcp"]), protocolFacts("telnet", ["23/tcp"]),
    protocolFacts("dns", ["53/tcp", "53/udp"]),
]

private func protocolFacts(_ name: String, _ ports: [String], alternates: [String] = []) -> ProtocolFacts {
    ProtocolFacts(
        name: name, title: "", category: "", plugin: "offport/core/\(name)",
        ports: ports.compactMap { PortRange($0) }, alternates: alternates.compactMap { PortRange($0) },
        isDynamic: false)
}

/// 2026-11-23 20:15:00 UTC.
let start: Int64 = 1_795_464_900

func endpoint(_ text: String) -> Endpoint { Endpoint(text) ?? Endpoint(IPAddress(v4: 0), 0) }

extension Inventory {
    init(_ policy: Policy = Policy()) { self.init(judge: Judge(protocols: facts, policy: policy)) }

    /// One session: protocol, server, what the server said, seconds after the start.
    @discardableResult
    mutating func see(
        _ name: String, _ server: String, _ words: String = "", from client: String = "10.20.100.5:49152",
        at second: Int64 = 0, product: String? = nil, version: String? = nil,
        clientSays software: String? = nil, fields more: [(name: String, value: String)] = [],
        _ transport: TransportProtocol = .tcp, bytes: [UInt8]? = nil
    ) -> [Finding] {
        let fields =
            [("banner", words), ("product", product), ("version", version)].compactMap {
                name, value in
                value.flatMap { $0.isEmpty ? nil : (name: name, value: $0) }
            } + more
        let index = facts.firstIndex { $0.name == name } ?? 0
        let time = Timestamp(nanoseconds: (start + second) * 1_000_000_000 + 250_000_000)
        return recognise(
            Recognition(
                flow: 0x9f2c_0000_0000_0000 + UInt64(second), time: time, start: time, transport: transport,
                vlan: 0, client: endpoint(client), server: endpoint(server), protocolIndex: index,
                confidence: .certain, serverSpoke: true, isOneWay: false, isChild: false,
                evidence: (bytes ?? Array((words + "\r\n").utf8)).withBytes {
                    EvidenceSample(isServer: true, offset: 0, signature: index * 10 + 1, said: $0)
                },
                fields: FlowFields(
                    client: software.map { FieldSet([("software", $0)]) },
                    server: fields.isEmpty ? nil : FieldSet(fields)))
        ).findings
    }

    /// What a detection found in a session of an FTP server that was seen.
    mutating func detect(_ title: String, at server: String) {
        let detection = Detection(
            name: "writes", title: title, severity: .low, subject: .service, plugin: "acme/writes",
            origin: nowhere)
        let time = Timestamp(nanoseconds: start * 1_000_000_000)
        let recognition = Recognition(
            flow: 1, time: time, start: time, transport: .tcp, vlan: 0, client: endpoint("10.20.100.5:49152"),
            server: endpoint(server), protocolIndex: 2, confidence: .certain, serverSpoke: true,
            isOneWay: false,
            isChild: false,
            evidence: Array(title.utf8).withBytes {
                EvidenceSample(isServer: true, offset: 0, signature: 21, said: $0)
            }, fields: nil)
        guard let service = service(of: recognition) else { return }
        _ = report(Detected(detection, title: title), severity: .low, recognition, service: service)
    }

    /// The campus of the examples: SSH, HTTP and FTP on and off their ports, Ariel on 419.
    static func campus() -> Inventory {
        var policy = Policy()
        var ariel = Allowance(
            protocolName: "ftp", ports: ["419/tcp"].compactMap { PortRange($0) }, name: "Ariel",
            origin: nowhere)
        ariel.owner = "library-it@example.org"
        ariel.ticket = "NET-1182"
        var old = Allowance(
            protocolName: "ftp", ports: ["2100/tcp"].compactMap { PortRange($0) }, name: "Old scanner",
            origin: nowhere)
        old.expires = Timestamp(seconds: 1_704_067_200)
        policy.allowances = [ariel, old]
        policy.site = Site(
            name: "campus", networks: ["10.20.0.0/16", "fd00:20::/64"].compactMap { Subnet($0) },
            origin: nowhere)
        var inventory = Inventory(policy)
        inventory.begin(capture: "campus.pcap")
        let openSSH = "SSH-2.0-OpenSSH_9.2p1 Debian-2"
        inventory.see(
            "ssh", "10.20.1.22:22", openSSH, at: 1, product: "OpenSSH", version: "9.2p1",
            clientSays: "OpenSSH_9.6")
        for session in 0..<4 {
            inventory.see(
                "ssh", "10.20.1.24:8080", "SSH-2.0-dropbear_2022.83", from: "10.20.100.\(session % 2):50000",
                at: 9 + Int64(session), product: "Dropbear", version: "2022.83")
        }
        for host in 10..<22 {
            inventory.see("ftp", "10.20.0.\(host):21", "220 (vsFTPd 3.0.3)", at: 20, product: "vsftpd")
        }
        inventory.see("ftp", "10.20.0.11:419", "220 Pure-FTPd", at: 21, product: "Pure-FTPd")
        inventory.see("ftp", "10.20.0.12:2100", "220 (vsFTPd 3.0.3)", from: "203.0.113.9:40000", at: 22)
        inventory.see("http", "10.20.2.80:80", "HTTP/1.1 200 OK", at: 30, product: "nginx", version: "1.22.1")
        inventory.see(
            "http", "[fd00:20::2:81]:8000", "HTTP/1.1 200 OK", from: "[fd00:20::100:5]:50001", at: 31)
        inventory.see(
            "dns", "10.20.5.53:53", at: 40, .udp, bytes: [0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0])
        inventory.see(
            "dns", "10.20.5.54:5300", at: 41, .udp, bytes: [0x12, 0x35, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0])
        return inventory
    }
}

let nowhere = SourceLocation(file: "site.lua", line: 1)

extension RecordWriter {
    /// What `body` writes, as lines.
    static func lines(_ body: (inout RecordWriter) -> Void) -> [String] {
        var writer = RecordWriter(naming: naming)
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

extension Holdings {
    /// What a selection leaves of an inventory.
    static func of(_ inventory: Inventory, _ selection: Selection = Selection()) -> Holdings {
        let reached = selection.clients.isEmpty ? nil : inventory.services(withClientIn: selection.clients)
        let services = inventory.serviceOrder().filter { reached?.contains($0) ?? true }
            .map { inventory.service($0) }
        let clients = inventory.clientOrder().map { inventory.client($0) }
        let findings = inventory.findingOrder().map { place in
            let finding = inventory.finding(place)
            return KeptFinding(
                finding, number: place + 1,
                standing: finding.service.map { inventory.service($0).standing.name })
        }
        return Holdings(
            services: services.filter { selection.includes($0) },
            clients: clients.filter { selection.includes($0) },
            findings: findings.filter { kept in
                let isUsed = kept.finding.service.map { reached?.contains($0) ?? false } ?? false
                return selection.includes(kept, isUsed: isUsed)
            }, naming: RecordsTests.naming)
    }
}

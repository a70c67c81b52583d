import Foundation
import GRDB
import Inventory
import Net
import Records
import Testing

@testable import Stores

@Suite("Writing to a store")
struct WritingTests {
    @Test("services add up over captures: first, last, sessions, distinct clients, banners")
    func services() throws {
        let store = try Store()
        let vsftpd = FieldSet([("banner", "220 (vsFTPd 3.0.3)"), ("product", "vsFTPd"), ("version", "3.0.3")])
        let pure = FieldSet([("banner", "220 Pure-FTPd")])
        try store.write("a.pcap") { batch in
            batch.append(service("ftp", "10.0.0.5:49152", first: 10), at: 4)
            batch.append(vsftpd, at: 7)
            batch.sightings += [
                sighting(4, "10.0.0.9:1", at: 10, banner: 7),
                sighting(4, "10.0.0.9:2", at: 20, banner: 7, isNewClient: false),
                sighting(4, "10.0.0.8:1", at: 30),
            ]
            batch.sessions.append(session("10.0.0.9:1", "10.0.0.5:49152", at: 10, lasting: 90, service: 4))
        }
        try store.write("b.pcap") { batch in
            batch.append(service("ftp", "10.0.0.5:49152", first: 5, capture: "b.pcap"), at: 0)
            batch.append(pure, at: 0)
            batch.sightings += [
                sighting(0, "10.0.0.8:1", at: 5, banner: 0), sighting(0, "10.0.0.7:1", at: 6),
            ]
        }
        let services = try store.holdings(Selection(), [.services]).services
        let found = try #require(services.first)
        #expect(services.count == 1)
        #expect(found.firstSeen == at(5) && found.lastSeen == at(100))
        #expect(found.sessions == 5 && found.clients == 3)
        // The earlier sighting's capture has the evidence.
        #expect(found.capture == "b.pcap")
        #expect(found.banners.map(\.sessions) == [2, 1])
        #expect(found.banners.map(\.text) == ["220 (vsFTPd 3.0.3)", "220 Pure-FTPd"])
        #expect(found.banners[0].firstSeen == at(10.1) && found.banners[0].lastSeen == at(20.1))
        #expect(found.banners[0].product == "vsFTPd 3.0.3")
    }

    @Test("what services are handed over with by place is stored by name")
    func names() throws {
        let store = try Store()
        try store.write { batch in
            batch.append(service("ftp", "10.0.0.5:419", standing: .allowed(allowance: 0)), at: 0)
            batch.append(service("ssh", "10.0.0.6:443", standing: .offPort(.impersonation, owner: 3)), at: 1)
            batch.append(service("tls", "10.0.0.7:9", standing: .offPort(.unassigned, owner: nil)), at: 2)
            batch.sightings += (0..<3).map { sighting($0, "10.0.0.9:1", at: 1) }
        }
        let services = try store.holdings(Selection(), [.services]).services
        #expect(services.map(\.protocolName) == ["ftp", "ssh", "tls"])
        #expect(services.map(\.plugin) == ["ftp", "ssh", "tls"].map { "offport/core/\($0)" })
        #expect(services.map(\.allowance) == ["Ariel", nil, nil])
        #expect(services.map(\.owner) == [nil, "tls", nil])
        #expect(services.map(\.standing.name) == ["allowed", "off-port", "off-port"])
    }

    @Test("services of several captures in one batch keep theirs")
    func capturesOfABatch() {
        var batch = StoreBatch()
        for (place, capture) in ["a.pcap", "a.pcap", "b.pcap", "none", "a.pcap"].enumerated() {
            batch.append(service("ftp", "10.0.0.5:21", capture: capture), at: place)
        }
        let names = batch.services.map { $0.capture == 0 ? "none" : batch.captures[$0.capture - 1] }
        #expect(names == ["a.pcap", "a.pcap", "b.pcap", "none", "a.pcap"])
    }

    @Test("a place of the inventory that another service takes is another service")
    func placesAreUsedAgain() throws {
        let store = try Store()
        try store.write { batch in
            batch.append(service("ftp", "10.0.0.5:21"), at: 0)
            batch.sightings.append(sighting(0, "10.0.0.9:1", at: 1))
            batch.append(service("ssh", "10.0.0.6:22"), at: 0)
            batch.sightings.append(sighting(0, "10.0.0.9:2", at: 2))
            batch.sightings.append(sighting(0, "10.0.0.9:3", at: 3))
        }
        let services = try store.holdings(Selection(), [.services]).services
        #expect(services.map(\.protocolName) == ["ftp", "ssh"])
        #expect(services.map(\.sessions) == [1, 2])
    }

    @Test("client programs add up, and keep their software")
    func clients() throws {
        let store = try Store()
        for name in ["a.pcap", "b.pcap"] {
            try store.write(name) { batch in
                batch.append(program("ssh", "10.0.0.9", "OpenSSH_9.6"), at: 2)
                batch.sightings += [
                    sighting(-1, "10.0.0.9:1", at: 1, program: 2),
                    sighting(-1, "10.0.0.9:2", at: 7, program: 2),
                ]
                batch.append(program("ssh", "10.0.0.8", "PuTTY"), at: 2)
                batch.sightings.append(sighting(-1, "10.0.0.8:2", at: 8, program: 2))
            }
        }
        let clients = try store.holdings(Selection(), [.clients]).clients
        // A place that another program takes is another program.
        #expect(clients.map(\.software) == ["OpenSSH_9.6", "PuTTY"])
        #expect(clients.last?.sessions == 2)
        #expect(clients.first?.sessions == 4)
        #expect(clients.first?.lastSeen == at(7.1))
        #expect(clients.first?.capture == "a.pcap")
    }

    @Test("that a service was reached from outside stays, whichever run finds it", arguments: [false, true])
    func gravestFinding(_ isReversed: Bool) throws {
        let store = try Store()
        var inside = finding("ftp", "10.0.0.5:49152", at: 1)
        inside.direction = .internal
        var outside = finding("ftp", "10.0.0.5:49152", at: 2)
        (outside.direction, outside.severity) = (.inbound, .high)
        (outside.client, outside.flow) = (endpoint("192.0.2.1:2"), 8)
        let order = isReversed ? [outside, inside] : [inside, outside]
        for (number, one) in order.enumerated() {
            try store.write("\(number).pcap") { $0.append(one) }
        }
        let kept = try #require(try store.holdings(Selection(), [.findings]).findings.first)
        #expect(kept.times == 2 && kept.finding.severity == .high && kept.finding.direction == .inbound)
        #expect(kept.finding.client == outside.client && kept.finding.flow == 8)
        // In one run it is found once.
        outside.lesserSeverity = .medium
        try store.write("both.pcap") {
            $0.append(inside)
            $0.append(outside)
        }
        #expect(try store.holdings(Selection(), [.findings]).findings.map(\.times) == [3])
    }

    @Test("a finding is kept once, counted, and open again when it comes after it was closed")
    func findings() throws {
        let store = try Store()
        func find(_ seconds: Double) throws {
            try store.write("\(seconds).pcap") {
                $0.append(finding("ftp", "10.0.0.5:49152", at: seconds))
            }
        }
        try find(1)
        try find(2)
        let first = try #require(try store.holdings(Selection(), [.findings]).findings.first)
        #expect(first.times == 2 && first.state == .open)
        #expect(first.finding.time == at(1) && first.lastTime == at(2))
        try store.settle(finding: first.number, as: .closed, by: "ada", note: "moved", at: at(3))
        let closed = try #require(try store.holdings(Selection(), [.findings]).findings.first)
        #expect(closed.state == .closed && closed.stateBy == "ada" && closed.note == "moved")
        try find(4)
        let again = try store.holdings(Selection(), [.findings]).findings
        #expect(again.map(\.state) == [.open])
        // Nobody has opened it; that it was closed is not forgotten.
        #expect(again.first?.stateBy == nil && again.first?.stateTime == nil && again.first?.note == nil)
        let events = try store.timeline(of: address("10.0.0.5"), Selection(), per: nil)
        #expect(events.map(\.text).contains("finding \(first.number) closed by ada: moved"))
        #expect(throws: StoreError.self) {
            try store.settle(finding: 99, as: .closed, by: "ada", note: nil, at: at(3))
        }
    }

    @Test(
        "a finding is of its earliest session, whichever capture is stored first",
        arguments: [[1, 2], [2, 1]])
    func earliest(_ order: [Double]) throws {
        let store = try Store()
        for seconds in order {
            try store.write(seconds == 1 ? "a.pcap" : "b.pcap") { batch in
                var found = finding("ftp", "10.0.0.5:49152", at: seconds)
                (found.flow, found.client) = (UInt64(seconds), endpoint("10.0.0.\(Int(seconds)):50000"))
                found.capture = seconds == 1 ? "a.pcap" : "b.pcap"
                batch.append(found)
            }
        }
        let kept = try #require(try store.holdings(Selection(), [.findings]).findings.first)
        #expect(kept.finding.time == at(1) && kept.lastTime == at(2) && kept.times == 2)
        #expect(kept.finding.flow == 1 && kept.finding.client == endpoint("10.0.0.1:50000"))
        #expect(kept.finding.capture == "a.pcap")
    }

    @Test("what a finding says is what the latest run decides")
    func decided() throws {
        let store = try Store()
        try store.write { $0.append(finding("ftp", "10.0.0.5:2222", at: 1)) }
        var found = finding("ftp", "10.0.0.5:2222", at: 2)
        (found.rule, found.severity, found.owner) = (.offPort(.impersonation), .high, "ssh")
        found.expected = [PortRange("2121/tcp")].compactMap(\.self)
        try store.write("b.pcap") { $0.append(found) }
        let kept = try #require(try store.holdings(Selection(), [.findings]).findings.first).finding
        #expect(kept.rule == .offPort(.impersonation) && kept.severity == .high && kept.owner == "ssh")
        #expect(kept.title == found.title && kept.expected == found.expected && kept.time == at(1))
        let title = try store.read { try String.fetchOne($0, sql: "SELECT title FROM findings") }
        #expect(title == found.title)
    }

    @Test("captures of one size are told apart by what lies in their middle")
    func middle() throws {
        let scratch = try Scratch()
        var bytes = Data(count: 6_000_000)
        func identity(_ name: String) throws -> String {
            try bytes.write(to: URL(fileURLWithPath: scratch.file(name)))
            return try #require(CaptureIdentity.of(file: scratch.file(name), options: ""))
        }
        let first = try identity("a.pcap")
        #expect(try identity("copy.pcap") == first)
        bytes[3_100_001] = 1
        #expect(try identity("b.pcap") != first)
    }

    @Test("the same capture is known again; half of one is read anew")
    func identity() throws {
        let scratch = try Scratch()
        let store = try Store(writing: scratch.file("a.db"))
        func read(ends: Bool) throws {
            try store.write(identity: "abc", ends: ends) { batch in
                batch.append(service("ftp", "10.0.0.5:21"), at: 0)
                batch.sightings.append(sighting(0, "10.0.0.9:1", at: 1))
                batch.append(finding("ftp", "10.0.0.5:21", at: 1))
                for second in 0..<1000 {
                    batch.sessions.append(session("10.0.0.9:1", "10.0.0.5:21", at: Double(second)))
                }
            }
        }
        try read(ends: false)
        #expect(try store.reading(of: "abc") == nil)
        #expect(try store.holdings(Selection(), [.services, .findings]).services.isEmpty)
        try read(ends: true)
        #expect(try store.reading(of: "abc")?.name == "a.pcap")
        let holdings = try store.holdings(Selection(), [.services, .findings])
        #expect(holdings.services.map(\.sessions) == [1])
        #expect(holdings.findings.map(\.times) == [1])
        let counts = try store.read { database in
            try [
                Int.fetchOne(database, sql: "SELECT count(*) FROM sessions"),
                Int.fetchOne(database, sql: "SELECT sum(sessions) FROM blocks"),
                Int.fetchOne(database, sql: "SELECT sum(sessions) FROM captures"),
            ]
        }
        #expect(counts == [1000, 1000, 1000])
    }

    @Test("captures of a folder that is followed are known again: whole ones, and how far the last was read")
    func followed() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.pcap")
        func put(_ count: Int) throws {
            try Data((0..<count).map { UInt8(truncatingIfNeeded: $0) }).write(to: URL(fileURLWithPath: path))
        }
        try put(1000)
        let store = try Store(writing: scratch.file("a.db"))
        func note(_ identity: String, isWhole: Bool) throws {
            let writer = try StoreWriter(store, pace: .live)
            var batch = StoreBatch()
            batch.append(.begin(StoredCapture(name: "folder", sensor: "s", kind: .folder)))
            let capture = StoredCapture(name: path, sensor: "s", kind: .folder, identity: identity)
            batch.append(.followed(capture, isWhole: isWhole))
            writer.submit(batch)
            writer.finish()
            #expect(writer.takeProblems() == [])
        }
        #expect(try store.bytesFollowed(of: path, options: "") == 0)
        try note(#require(CaptureIdentity.of(beginning: 600, ofFile: path, options: "")), isWhole: false)
        try note(#require(CaptureIdentity.of(beginning: 800, ofFile: path, options: "")), isWhole: false)
        try put(5000)
        #expect(try store.bytesFollowed(of: path, options: "") == 800)
        #expect(try store.bytesFollowed(of: path, options: "port 21") == 0)
        let whole = try #require(CaptureIdentity.of(file: path, options: ""))
        #expect(try store.reading(of: whole) == nil)
        try note(whole, isWhole: true)
        #expect(try store.reading(of: whole)?.name == path)
        #expect(try store.bytesFollowed(of: path, options: "") == 0)
        // Another capture under its name.
        try note(#require(CaptureIdentity.of(beginning: 800, ofFile: path, options: "")), isWhole: false)
        try Data(count: 5000).write(to: URL(fileURLWithPath: path))
        #expect(try store.bytesFollowed(of: path, options: "") == 0)
        #expect(CaptureIdentity.of(beginning: 5001, ofFile: path, options: "") == nil)
    }

    @Test("what a sensor remembers comes back as it was")
    func memory() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.db")
        var baseline = Baseline.Snapshot()
        baseline.began = at(1)
        baseline.latest = at(9)
        baseline.isLearning = false
        var entry = Baseline.Entry(
            host: address("2001:db8::5"), port: ServicePort(21, .tcp), protocolName: "ftp", firstSeen: at(1),
            lastSeen: at(8), silentSince: at(7), isLearnt: true)
        entry.products = [
            Baseline.Product(name: "vsFTPd", version: "3.0.3", isLearnt: true),
            Baseline.Product(name: "Pure-FTPd", version: nil, isLearnt: false),
        ]
        baseline.entries = [entry]
        var memory = SensorMemory(
            baseline: baseline,
            reported: [
                ReportedFindings.Entry(
                    rule: "off-port", host: address("10.0.0.5"), port: ServicePort(2100, .tcp),
                    protocolName: "ftp", time: at(3))
            ])
        do {
            let writer = try StoreWriter(Store(writing: path), pace: .live)
            for step in 0..<2 {
                memory.baseline.entries[0].lastSeen = at(8 + Double(step))
                let now = memory
                var batch = StoreBatch()
                batch.append(.memory { now })
                writer.submit(batch)
            }
            writer.finish()
            #expect(writer.takeProblems() == [])
        }
        let store = try Store(writing: path)
        #expect(try store.sensorMemory() == memory)
        // A service that was forgotten goes.
        let empty = SensorMemory(baseline: Baseline.Snapshot(), reported: [])
        let writer = try StoreWriter(store, pace: .live)
        var batch = StoreBatch()
        batch.append(.memory { [memory] in memory })
        batch.append(.memory { empty })
        writer.submit(batch)
        writer.finish()
        #expect(try store.sensorMemory()?.baseline.entries == [])
    }

    @Test("names are spelt as the plugins that wrote the store spelt them last, also of what was not met")
    func spellings() throws {
        let store = try Store()
        func write(_ name: String, _ titles: [String?]) throws {
            let writer = try StoreWriter(store, pace: .patient)
            var batch = StoreBatch()
            var naming = naming
            for (place, title) in titles.enumerated() { naming.protocols[place].title = title }
            let capture = StoredCapture(name: name, sensor: "files", kind: .files, identity: nil)
            batch.append(.naming(naming))
            batch.append(.begin(capture))
            batch.append(service("ftp", "10.0.0.5:2100"), at: 0)
            _ = batch.append(sighting(0, "10.0.0.9:50000", at: 1))
            batch.append(.end(capture))
            writer.submit(batch)
            writer.finish()
            try #require(writer.takeProblems() == [])
        }
        func spelt(_ name: String) throws -> String {
            try store.holdings(Selection(), [.services]).naming.label(ofProtocol: name)
        }
        try write("a.pcap", ["File transfer (FtP)", nil, "HyperText"])
        #expect(try ["ftp", "ssh", "http", "netconf"].map(spelt) == ["FtP", "SSH", "HTTP", "Netconf"])
        try write("b.pcap", [nil, "Secure Shell (sSH)", "hTTP"])
        #expect(try ["ftp", "ssh", "http"].map(spelt) == ["FtP", "sSH", "hTTP"])
        let told = try store.timeline(of: address("10.0.0.5"), Selection(), per: nil).map(\.text)
        #expect(told.contains { $0.hasPrefix("serves FtP on 2100/tcp") }, "\(told)")
    }
}

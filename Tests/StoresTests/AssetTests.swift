import Inventory
import Net
import Records
import Testing

@testable import Stores

/// FTP away from port 21, and whatever calls itself vsFTPd.
private final class Sorter: AssetSorting {
    var switchedOff: [String: String] = [:]

    func lists(of service: Service) -> [String] {
        var lists: [String] = []
        if service.protocolName == "ftp", service.port.number != 21 { lists.append("rogue-ftp") }
        if service.currentBanner?.fields["product"] == "vsFTPd" { lists.append("vsftpd") }
        return lists
    }
}

@Suite("Asset lists of a store")
struct AssetTests {
    private static let names = ["rogue-ftp", "vsftpd"]
    private static let old = FieldSet([("banner", "220 vs"), ("product", "vsFTPd")])
    private static let new = FieldSet([("banner", "220 pure"), ("product", "Pure-FTPd")])

    private static func lists(_ names: [String] = names) -> StoreBatch.Step {
        .lists(names.map { AssetList(name: $0, origin: SourceLocation(file: "site.lua", line: 1)) }) {
            Sorter()
        }
    }

    /// One at home, one elsewhere that is replaced by another program after two hours.
    private func store(declared: Bool = true) throws -> Store {
        let store = try Store()
        try store.write { batch in
            if declared { batch.append(Self.lists()) }
            batch.append(service("ftp", "10.0.0.5:21"), at: 0)
            batch.append(service("ftp", "10.0.0.6:49152", first: hour), at: 1)
            batch.append(Self.old, at: 0)
            batch.append(Self.new, at: 1)
            batch.sightings += [
                sighting(0, "10.0.0.9:1", at: 1), sighting(1, "10.0.0.9:2", at: hour, banner: 0),
                sighting(1, "10.0.0.8:2", at: 2 * hour, banner: 0),
                sighting(1, "10.0.0.9:3", at: 3 * hour, banner: 1, isNewClient: false),
            ]
            batch.sessions += [
                session("10.0.0.9:1", "10.0.0.5:21", at: 1, protocolNumber: 1, service: 0),
                session("10.0.0.9:2", "10.0.0.6:49152", at: hour, protocolNumber: 1, service: 1),
            ]
            batch.append(finding("ftp", "10.0.0.6:49152", at: hour))
        }
        return store
    }

    @Test("who is on which list, since when, and who was")
    func members() throws {
        let store = try store()
        let rogue = try store.members(of: "rogue-ftp", formerOnes: false)
        #expect(rogue.map { "\($0.host)" } == ["10.0.0.6"] && rogue[0].joined == at(hour))
        let history = try store.members(of: "vsftpd", formerOnes: true)
        #expect(history.map(\.joined) == [at(hour)] && history.map(\.left) == [at(3 * hour + 0.1)])
        let lists = try store.assetLists()
        #expect(
            lists.map { "\($0.name) \($0.members) \($0.formerly)" } == ["rogue-ftp 1 0", "vsftpd 0 1"])
        let now = try store.membersNow()
        #expect(now.map(\.list) == ["rogue-ftp", "vsftpd"])
        #expect(now.map(\.members) == [["10.0.0.6:49152/tcp ftp"], []])
    }

    @Test(
        "lists that are declared later are filled from what is known, and empty when they are declared no more"
    )
    func declaredLater() throws {
        let store = try store(declared: false)
        #expect(try store.assetLists().isEmpty)
        try store.write("b.pcap") { $0.append(Self.lists()) }
        let rogue = try store.members(of: "rogue-ftp", formerOnes: false)
        // The store's own time: that of the latest sign of anything.
        #expect(rogue.map(\.joined) == [at(3 * hour + 0.1)])
        try store.write("c.pcap") { $0.append(Self.lists(["vsftpd"])) }
        #expect(try store.members(of: "rogue-ftp", formerOnes: false).isEmpty)
        #expect(try store.members(of: "rogue-ftp", formerOnes: true).map(\.left) == [at(3 * hour + 0.1)])
        // A run without a policy says nothing of them.
        try store.write("d.pcap") { _ in }
        #expect(try store.assetLists().map(\.name) == ["rogue-ftp", "vsftpd"])
    }

    @Test(
        "coverage is that of a list's services, and of those that a client used",
        arguments: [
            (["rogue-ftp"], nil, ["10.0.0.6:49152"]), (["vsftpd"], nil, []),
            ([], "10.0.0.8", ["10.0.0.6:49152"]), ([], "10.0.0.9", ["10.0.0.5:21", "10.0.0.6:49152"]),
            ([], "10.0.0.5", []), (["rogue-ftp"], "10.0.0.7", []),
        ] as [(Set<String>, String?, [String])])
    func coverage(_ lists: Set<String>, _ client: String?, _ places: [String]) throws {
        var selection = Selection()
        selection.assets = lists
        selection.clients = client.flatMap { Subnet($0) }.map { [$0] } ?? []
        let coverage = try store().coverage(selection)
        #expect(coverage.gaps.map { "\($0.endpoint)" } == places)
        selection.assets = ["none"]
        #expect(throws: StoreError.self) { try store().coverage(selection) }
    }

    /// A week of an FTP server, which calls itself vsFTPd in the first two, and something else in the third.
    private func fill(
        _ batch: inout StoreBatch, _ week: Int, isKnown: Bool, saying words: [Int] = [0, 0, 0, 1]
    ) {
        let begin = Double(week) * 7 * day
        if !isKnown {
            batch.append(service("ftp", "10.0.0.6:49152", first: begin), at: 0)
            batch.append(Self.old, at: 0)
            batch.append(Self.new, at: 1)
        }
        batch.sightings += [
            sighting(0, "10.0.0.9:1", at: begin, banner: words[week], isNewClient: !isKnown),
            sighting(0, "10.0.0.9:2", at: begin + day, banner: words[week], isNewClient: false),
        ]
    }

    /// Weeks as one run writes them.
    private func writeWeeks(
        _ order: [Int], into store: Store, saying words: [Int] = [0, 0, 0, 1]
    ) throws {
        let writer = try StoreWriter(store, pace: .patient)
        for (place, week) in order.enumerated() {
            var batch = StoreBatch()
            let capture = StoredCapture(name: "\(week).pcap", sensor: "files", kind: .files)
            if place == 0 { batch.append(.naming(naming)) }
            if place == 0 { batch.append(Self.lists()) }
            batch.append(.begin(capture))
            fill(&batch, week, isKnown: place > 0, saying: words)
            batch.append(.end(capture))
            writer.submit(batch)
        }
        writer.finish()
        #expect(writer.takeProblems() == [])
    }

    private func weeks(_ order: [Int], together: Bool) throws -> [[String]] {
        let store = try Store()
        if together {
            try writeWeeks(order, into: store)
        } else {
            for week in order {
                try store.write("\(week).pcap") { batch in
                    batch.append(Self.lists())
                    fill(&batch, week, isKnown: false)
                }
            }
        }
        return try Self.names.map { list in
            try store.members(of: list, formerOnes: true).map {
                "\($0.joined) \($0.left?.description ?? "-")"
            }
        }
    }

    @Test(
        "captures may come in any order, in one run or in several",
        arguments: [[1, 2, 3], [3, 1, 2], [3, 2, 1], [2, 1, 3], [1, 3, 2]], [false, true])
    func anyOrder(_ order: [Int], together: Bool) throws {
        let found = try weeks(order, together: together)
        #expect(found[0] == ["\(at(7 * day)) -"])
        #expect(found[1] == ["\(at(7 * day)) \(at(21 * day + 0.1))"])
    }

    private static func orders(_ weeks: [Int]) -> [[Int]] {
        if weeks.isEmpty { return [[]] }
        return weeks.flatMap { week in orders(weeks.filter { $0 != week }).map { [week] + $0 } }
    }

    @Test(
        "whatever order the captures of a run come in, its last words decide who is on a list now",
        arguments: [[0, 1, 0], [1, 0, 1], [0, 1, 0, 0], [0, 1, 0, 1], [0, 1, 1, 0], [1, 0, 0, 1]])
    func lastWords(_ words: [Int]) throws {
        for order in Self.orders(Array(words.indices)) {
            let store = try Store()
            try writeWeeks(order, into: store, saying: words)
            let members = try store.members(of: "vsftpd", formerOnes: false)
            #expect(members.count == (words.last == 0 ? 1 : 0), "in the order \(order)")
        }
    }

    @Test("the same words that come again after another's word count, whoever was stored first")
    func overtaken() throws {
        func history(isScanFirst: Bool) throws -> [String] {
            let store = try Store()
            func scan() throws {
                try store.write("scan.xml") { batch in
                    batch.append(Self.lists())
                    batch.append(service("ftp", "10.0.0.6:49152", first: 10 * day), at: 0)
                    batch.append(Self.new, at: 0)
                    batch.sightings.append(sighting(0, "10.0.0.9:1", at: 10 * day, banner: 0))
                }
            }
            if isScanFirst { try scan() }
            try writeWeeks([1, 2], into: store)
            if !isScanFirst { try scan() }
            return try store.members(of: "vsftpd", formerOnes: true).map {
                "\($0.joined) \($0.left?.description ?? "-")"
            }
        }
        let found = try history(isScanFirst: true)
        #expect(try found == history(isScanFirst: false))
        #expect(found == ["\(at(7 * day)) \(at(10 * day + 0.1))", "\(at(15 * day + 0.1)) -"])
    }

    @Test(
        "whoever knew of a service first, a log, a scan or traffic, it joined when it was first seen so",
        arguments: [
            ["log", "scan", "traffic"], ["log", "traffic", "scan"], ["scan", "log", "traffic"],
            ["scan", "traffic", "log"], ["traffic", "log", "scan"], ["traffic", "scan", "log"],
        ])
    func knownByOthers(_ order: [String]) throws {
        let store = try Store()
        func write(_ tool: String, at days: [Double]) throws {
            try store.write(tool, tool: tool) { batch in
                batch.append(Self.lists())
                batch.append(service("ftp", "10.0.0.6:49152", first: days[0] * day), at: 0)
                batch.sightings += days.map { sighting(0, "10.0.0.9:1", at: $0 * day) }
            }
        }
        for source in order {
            switch source {
            case "log": try write("zeek", at: [5, 20])
            case "scan": try write("nmap", at: [10])
            default: try writeWeeks([1], into: store)
            }
        }
        #expect(try store.members(of: "rogue-ftp", formerOnes: true).map(\.joined) == [at(5 * day)])
        #expect(try store.members(of: "vsftpd", formerOnes: true).map(\.joined) == [at(7 * day + 0.1)])
    }

    @Test("who says something else from the moment on at which it would have joined was no member")
    func noLength() throws {
        let store = try Store()
        for week in [1, 3] { try store.write("\(week).pcap") { fill(&$0, week, isKnown: false) } }
        let scanned = at(10 * day)
        try store.write("scan.xml", tool: "nmap") { batch in
            batch.append(Self.lists())
            batch.append(service("ftp", "10.0.0.6:49152", first: 10 * day), at: 0)
            batch.append(FieldSet([("product", "ProFTPD")]), at: 0)
            batch.sightings.append(
                Sighting(
                    service: 0, banner: 0, program: nil, isNewClient: false, isCertain: false, direction: nil,
                    client: address("10.0.0.9"), start: scanned, time: scanned))
        }
        #expect(try store.members(of: "vsftpd", formerOnes: true).isEmpty)
        #expect(try store.members(of: "rogue-ftp", formerOnes: true).map(\.joined) == [scanned])
    }

    @Test("changes are told once; a restart is none")
    func changes() throws {
        let scratch = try Scratch()
        func write(_ fill: (inout StoreBatch) -> Void) throws -> [String] {
            let writer = try StoreWriter(Store(writing: scratch.file("a.db")), pace: .live)
            var batch = StoreBatch()
            batch.append(.naming(naming))
            batch.append(Self.lists())
            batch.append(.begin(StoredCapture(name: "eth0", sensor: "s", kind: .interfaces)))
            fill(&batch)
            writer.submit(batch)
            writer.finish()
            #expect(writer.takeProblems() == [])
            return writer.takeAssetChanges().map(\.title)
        }
        let told = try write { batch in
            batch.append(service("ftp", "10.0.0.6:49152"), at: 0)
            batch.append(Self.old, at: 0)
            batch.sightings.append(sighting(0, "10.0.0.9:1", at: 1, banner: 0))
        }
        #expect(
            told == ["ftp on 10.0.0.6:49152/tcp joined rogue-ftp", "ftp on 10.0.0.6:49152/tcp joined vsftpd"])
        // The sensor forgot what the server had said; the store did not.
        let again = try write { batch in
            batch.append(service("ftp", "10.0.0.6:49152", first: day), at: 0)
            batch.sightings.append(sighting(0, "10.0.0.9:1", at: day))
        }
        #expect(again == [])
        let replaced = try write { batch in
            batch.append(service("ftp", "10.0.0.6:49152", first: 2 * day), at: 0)
            batch.append(Self.new, at: 0)
            batch.sightings.append(sighting(0, "10.0.0.9:1", at: 2 * day, banner: 0))
        }
        #expect(replaced == ["ftp on 10.0.0.6:49152/tcp left vsftpd"])
    }

    @Test("who left a list and is on it again was a member, and is no former one")
    func again() throws {
        let store = try store()
        try store.write("b.pcap") { $0.append(Self.lists(["vsftpd"])) }
        try store.write("c.pcap") { $0.append(Self.lists()) }
        #expect(try store.members(of: "rogue-ftp", formerOnes: true).count == 2)
        let lists = try store.assetLists()
        #expect(
            lists.map { "\($0.name) \($0.members) \($0.formerly)" } == ["rogue-ftp 1 0", "vsftpd 0 1"])
    }

    @Test("a server that says now this and now that moves once an hour at most")
    func patience() throws {
        let scratch = try Scratch()
        let writer = try StoreWriter(Store(writing: scratch.file("a.db")), pace: .live)
        for second in 0..<200 {
            var batch = StoreBatch()
            if second == 0 {
                batch.append(.naming(naming))
                batch.append(Self.lists())
                batch.append(.begin(StoredCapture(name: "eth0", sensor: "s", kind: .interfaces)))
                batch.append(service("ftp", "10.0.0.6:49152"), at: 0)
                batch.append(Self.old, at: 0)
                batch.append(Self.new, at: 1)
            }
            batch.sightings.append(
                sighting(0, "10.0.0.9:1", at: Double(60 * second), banner: second % 2, isNewClient: false))
            writer.submit(batch)
        }
        writer.finish()
        let history = try Store(reading: scratch.file("a.db")).members(of: "vsftpd", formerOnes: true)
        #expect(history.count >= 1 && history.count <= 4, "\(history.count)")
    }

    @Test("a timeline for a list leaves out what else is spoken on the same port", arguments: ["tcp", "udp"])
    func samePort(_ transport: String) throws {
        let store = try store()
        try store.write("b.pcap") { batch in
            batch.append(Self.lists())
            var other = service("http", "10.0.0.6:49152", first: hour)
            other.port = ServicePort(49152, transport == "udp" ? .udp : .tcp)
            batch.append(other, at: 0)
            batch.append(FieldSet([("banner", "nginx")]), at: 0)
            batch.sightings.append(sighting(0, "10.0.0.9:1", at: hour, banner: 0))
        }
        func names(_ lists: Set<String>) throws -> Set<String> {
            var selection = Selection()
            selection.assets = lists
            let events = try store.timeline(of: address("10.0.0.6"), selection, per: nil)
            return Set(events.compactMap(\.protocolName))
        }
        #expect(try names([]) == ["ftp", "http"])
        #expect(try names(["rogue-ftp"]) == ["ftp"])
    }

    @Test("a list is a filter of every question")
    func filter() throws {
        let store = try store()
        var selection = Selection()
        selection.assets = ["rogue-ftp"]
        let holdings = try store.holdings(selection, [.services, .clients, .findings])
        #expect(holdings.services.map { "\($0.host)" } == ["10.0.0.6"])
        #expect(holdings.findings.count == 1)
        let (rogue, home) = (Place(endpoint("10.0.0.6:49152")), Place(endpoint("10.0.0.5:21")))
        #expect(try store.clients(of: rogue, selection).count == 1)
        #expect(try store.clients(of: home, selection).isEmpty)
        #expect(try store.sessions(of: home, selection, limit: nil).isEmpty)
        #expect(try store.timeline(of: address("10.0.0.5"), selection, per: nil).isEmpty)
        #expect(try !store.timeline(of: address("10.0.0.6"), selection, per: nil).isEmpty)
        selection.assets = ["vsftpd"]
        #expect(try store.holdings(selection, [.services, .findings]).findings.isEmpty)
        selection.assets = ["rouge"]
        #expect(throws: StoreError.self) { try store.holdings(selection, [.services]) }
        #expect(throws: StoreError.self) { try store.members(of: "rouge", formerOnes: true) }
    }
}

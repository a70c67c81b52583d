import GRDB
import Inventory
import Net
import Records
import Testing

@testable import Stores

/// An FTP server on a port of its own, tried once, used by two, who went elsewhere; and what it did itself.
@Suite("Answers of a store")
struct AnswerTests {
    let place = Place(endpoint("10.0.0.5:49152"))

    private func store(rollsUp: Bool = false) throws -> Store {
        let store = try Store()
        try store.write { batch in
            batch.append(service("ftp", "10.0.0.5:49152", first: 2 * hour), at: 0)
            batch.append(FieldSet([("banner", "220 drop")]), at: 0)
            batch.sightings.append(sighting(0, "10.0.0.9:1", at: 2 * hour, banner: 0))
            batch.append(finding("ftp", "10.0.0.5:49152", at: 2 * hour))
            batch.sessions += [
                session("10.0.0.7:1", "10.0.0.5:49152", at: hour, state: .attempted, bytes: 40),
                session("10.0.0.9:1", "10.0.0.5:49152", at: 2 * hour, protocolNumber: 1, service: 0),
                session("10.0.0.9:2", "10.0.0.5:49152", at: 26 * hour, protocolNumber: 1, service: 0),
                session("10.0.0.8:1", "10.0.0.5:49152", at: 27 * hour, protocolNumber: 1, service: 0),
                // Before, after, and by the server itself; the one who only tried does not count.
                session("10.0.0.9:3", "10.0.0.20:22", at: hour, protocolNumber: 2),
                session("10.0.0.9:4", "10.0.0.21:22", at: 3 * hour, protocolNumber: 2),
                session("10.0.0.8:5", "[2001:db8::1]:80", at: 28 * hour, protocolNumber: 3),
                session("10.0.0.7:6", "10.0.0.22:22", at: 29 * hour, protocolNumber: 2),
                session("10.0.0.5:7", "198.51.100.1:443", at: 30 * hour),
            ]
        }
        if rollsUp { try Retention(sessions: -1).apply(to: store, clock: at(2 * day).nanoseconds) }
        return store
    }

    @Test("attempts stand apart from sessions, by hour or day", arguments: [false, true])
    func usage(_ rollsUp: Bool) throws {
        let found = try store(rollsUp: rollsUp).usage(of: place, Selection(), per: nil)
        #expect(found.whole.established == 3 && found.whole.attempts == 1 && found.clients == 3)
        #expect(found.whole.first == at(hour) && found.whole.last == at(27 * hour + 1))
        #expect(found.whole.clientBytes == 340 && found.whole.serverBytes == 3400)
        #expect(found.division == .hour)
        #expect(found.periods.map(\.start) == [at(hour), at(2 * hour), at(26 * hour), at(27 * hour)])
        let days = try store(rollsUp: rollsUp).usage(of: place, Selection(), per: .day).periods
        #expect(days.map(\.usage.established) == [1, 2] && days.map(\.usage.attempts) == [1, 0])
    }

    @Test("clients: first, last, sessions, bytes", arguments: [false, true])
    func clients(_ rollsUp: Bool) throws {
        let clients = try store(rollsUp: rollsUp).clients(of: place, Selection())
        #expect(clients.map(\.client) == ["10.0.0.7", "10.0.0.9", "10.0.0.8"].map(address))
        #expect(clients.map(\.usage.established) == [0, 2, 1])
        #expect(clients[1].usage.first == at(2 * hour) && clients[1].usage.last == at(26 * hour + 1))
        #expect(clients[1].protocols == ["ftp"] && clients[0].protocols == [])
        var selection = Selection()
        selection.clients = [Subnet("10.0.0.8/31")].compactMap(\.self)
        selection.since = at(27 * hour)
        #expect(try store().clients(of: place, selection).map(\.client) == [address("10.0.0.8")])
    }

    @Test("bytes add up to what fits", arguments: [false, true])
    func manyBytes(_ rollsUp: Bool) throws {
        let store = try Store()
        for name in ["a.pcap", "b.pcap"] {
            try store.write(name) { batch in
                batch.sessions += (1...6).map {
                    session("10.0.0.9:\($0)", "10.0.0.5:49152", at: hour, bytes: .max / 10)
                }
            }
            if rollsUp { try Retention(sessions: -1).apply(to: store, clock: at(day).nanoseconds) }
        }
        let usage = try store.usage(of: place, Selection(), per: nil).whole
        #expect(usage.sessions == 12 && usage.clientBytes == .max && usage.serverBytes == .max)
        #expect(try store.clients(of: place, Selection()).map(\.usage) == [usage])
        let events = try store.timeline(of: place.endpoint.address, Selection(), per: .day)
        #expect(events.map(\.usage?.clientBytes) == [Int.max])
    }

    @Test("a session that lasted longer than can be")
    func farTimes() throws {
        var far = session("10.0.0.9:1", "10.0.0.5:49152", at: 0)
        far.start = Timestamp(nanoseconds: -8_500_000_000_000_000_000)
        far.end = Timestamp(nanoseconds: 9_100_000_000_000_000_000)
        let store = try Store()
        try store.write { $0.sessions.append(far) }
        let sessions = try store.sessions(of: place, Selection(), limit: nil)
        #expect(sessions.map(\.start) == [far.start] && sessions.map(\.end) == [far.end])
        #expect(Table(sessions).csv().contains("9223372036"))
        #expect(try store.usage(of: place, Selection(), per: nil).division == .day)
        #expect(try store.timeline(of: place.endpoint.address, Selection(), per: nil).count == 1)
    }

    @Test("first packet, first session, first recognition", arguments: [false, true])
    func firstUse(_ rollsUp: Bool) throws {
        let firsts = try store(rollsUp: rollsUp).firstUse(of: place)
        #expect(firsts.map(\.event) == [.packet, .session, .recognition])
        #expect(firsts.map(\.time) == [at(hour), at(2 * hour), at(2 * hour + 0.1)])
        #expect(firsts.map(\.client) == [address("10.0.0.7"), address("10.0.0.9"), nil])
        #expect(firsts.allSatisfy { $0.transport == .tcp })
        #expect(try store().firstUse(of: Place(endpoint("10.0.0.99:1"))).isEmpty)
    }

    @Test("what clients and the server reached afterwards", arguments: [false, true])
    func reached(_ rollsUp: Bool) throws {
        let reached = try store(rollsUp: rollsUp).reached(from: place, Selection())
        #expect(
            reached.map { "\($0.place)" } == [
                "10.0.0.21:22/tcp", "[2001:db8::1]:80/tcp", "198.51.100.1:443/tcp",
            ])
        #expect(reached.map(\.isServer) == [false, false, true])
        #expect(reached.map(\.protocolName) == ["ssh", "http", nil])
    }

    @Test("a timeline has everything, in the order of time")
    func timeline() throws {
        let events = try store().timeline(of: address("10.0.0.5"), Selection(), per: nil)
        #expect(
            events.map(\.kind) == [
                .served, .service, .finding, .served, .banner, .served, .served, .used,
            ])
        #expect(events.map(\.time) == events.map(\.time).sorted())
        let days = try store(rollsUp: true).timeline(of: address("10.0.0.5"), Selection(), per: .day)
        #expect(days.filter { $0.kind == .served }.map { $0.usage?.sessions } == [1, 1, 2])
    }

    @Test("sessions come as flow records, the latest last")
    func sessions() throws {
        let store = try store()
        #expect(try store.sessions(of: place, Selection(), limit: nil).count == 4)
        let latest = try store.sessions(of: place, Selection(), limit: 1)
        #expect(latest.map(\.start) == [at(27 * hour)])
        #expect(latest.first?.protocolName == "ftp" && latest.first?.state == .established)
        #expect(latest.first?.client.endpoint == endpoint("10.0.0.8:1"))
        #expect(try store.sessionsCountedOnly(of: place, Selection()) == 0)
        let old = try self.store(rollsUp: true)
        #expect(try old.sessions(of: place, Selection(), limit: nil).isEmpty)
        #expect(try old.sessionsCountedOnly(of: place, Selection()) == 4)
    }

    @Test("clients of a port: by transport, with the programs of that time", arguments: [false, true])
    func programsAndTransports(_ rollsUp: Bool) throws {
        let store = try Store()
        try store.write { batch in
            batch.append(service("ssh", "10.0.0.5:53"), at: 0)
            batch.append(service("ssh", "10.0.0.6:22", first: day), at: 1)
            batch.append(program("ssh", "10.0.0.9", "OpenSSH 9.2 (old)"), at: 0)
            batch.append(program("ssh", "10.0.0.9", "OpenSSH 9.6 (new)"), at: 1)
            batch.append(program("ssh", "10.0.0.9", "PuTTY"), at: 2)
            batch.sightings += [
                sighting(0, "10.0.0.9:1", at: hour, program: 0),
                sighting(0, "10.0.0.9:2", at: 2 * hour, program: 1),
                sighting(1, "10.0.0.9:3", at: day, program: 2),
            ]
            batch.sessions += [
                session("10.0.0.9:1", "10.0.0.5:53", at: hour, protocolNumber: 2, service: 0),
                session("10.0.0.9:2", "10.0.0.5:53", at: 2 * hour, protocolNumber: 2, service: 0),
                session("10.0.0.9:4", "10.0.0.5:53", at: 3 * hour, transport: .udp),
                session("10.0.0.9:3", "10.0.0.6:22", at: day, protocolNumber: 2, service: 1),
            ]
        }
        if rollsUp { try Retention(sessions: -1).apply(to: store, clock: at(2 * day).nanoseconds) }
        let place = Place(endpoint("10.0.0.5:53"))
        let clients = try store.clients(of: place, Selection())
        #expect(clients.map(\.transport) == [.tcp, .udp] && clients.map(\.usage.sessions) == [2, 1])
        // The program of the next day was for another server.
        #expect(clients.map(\.software) == [["OpenSSH 9.2 (old)", "OpenSSH 9.6 (new)"], []])
        let table = Table(clientsOf: place, clients)
        #expect(table.csv().contains(",10.0.0.9,tcp,2,0,"))
        #expect(table.csv().contains(",ssh,OpenSSH 9.2 (old) | OpenSSH 9.6 (new)\r\n"))
        #expect(table.text().contains("OpenSSH 9.2 (old) | OpenSSH 9.6 (new)"))
        #expect(try store.clients(of: Place("10.0.0.5:53/udp") ?? place, Selection()).count == 1)
    }

    @Test("what is new, and what is different between two dates")
    func changes() throws {
        let store = try store()
        let new = try store.novelties(since: at(hour), Selection())
        #expect(new.map(\.time) == [at(2 * hour), at(2 * hour), at(2 * hour)])
        #expect(try store.novelties(since: at(3 * hour), Selection()).isEmpty)
        func kinds(_ from: Double, _ to: Double) throws -> [InventoryChange.Kind] {
            try store.changes(from: at(from), to: at(to), window: Int64(day * 1e9), Selection()).map(\.kind)
        }
        #expect(try kinds(0, day) == [.appeared])
        #expect(try kinds(day, 2 * day).isEmpty)
        #expect(try kinds(day, 9 * day) == [.gone])
    }

    /// A service that was gone for three weeks.
    private func comingAndGoing() throws -> Store {
        let store = try Store()
        try store.write { batch in
            batch.append(service("ftp", "10.0.0.5:21"), at: 0)
            for days in [0, 1, 2, 25, 26] {
                let seconds = Double(days) * day
                batch.sightings.append(sighting(0, "10.0.0.9:1", at: seconds, isNewClient: days == 0))
                batch.sessions.append(
                    session("10.0.0.9:1", "10.0.0.5:21", at: seconds, protocolNumber: 1, service: 0))
            }
        }
        return store
    }

    @Test("a service that was gone and came back", arguments: [false, true])
    func backAgain(_ rollsUp: Bool) throws {
        let store = try comingAndGoing()
        if rollsUp { try Retention(sessions: -1).apply(to: store, clock: at(30 * day).nanoseconds) }
        func kinds(_ from: Double, _ to: Double) throws -> [InventoryChange.Kind] {
            try store.changes(
                from: at(from * day), to: at(to * day), window: Int64(7 * day * 1e9), Selection()
            ).map(\.kind)
        }
        #expect(try kinds(3, 20) == [.gone] && kinds(20, 26) == [.appeared])
        #expect(try kinds(3, 8).isEmpty && kinds(3, 26).isEmpty && kinds(12, 20).isEmpty)
    }

    @Test("where the sessions are kept no more, a service was there from the first sign to the last")
    func sessionsThatAreGone() throws {
        let store = try comingAndGoing()
        try store.write { (database: Database) in
            try database.execute(sql: "DELETE FROM sessions")
            try database.execute(sql: "DELETE FROM blocks")
        }
        let changes = try store.changes(
            from: at(3 * day), to: at(20 * day), window: Int64(7 * day * 1e9), Selection())
        #expect(changes.isEmpty)
    }

    @Test("a host that was a client before it serves is not new", arguments: [false, true])
    func clientsBefore(_ rollsUp: Bool) throws {
        let store = try Store()
        try store.write { batch in
            batch.append(service("ftp", "10.0.0.5:21", first: 3 * day), at: 0)
            batch.append(service("ftp", "10.0.0.6:21", first: 3 * day), at: 1)
            batch.sightings += [
                sighting(0, "10.0.0.9:1", at: 3 * day), sighting(1, "10.0.0.9:1", at: 3 * day),
            ]
            batch.sessions += [
                session("10.0.0.5:9", "10.0.0.20:80", at: hour),
                // Who was only asked and did not answer was not there for that.
                session("10.0.0.20:9", "10.0.0.6:80", at: hour, state: .attempted),
                session("10.0.0.6:9", "10.0.0.20:80", at: 2 * day + hour),
            ]
        }
        if rollsUp { try Retention(sessions: -1).apply(to: store, clock: at(4 * day).nanoseconds) }
        let hosts = try store.novelties(since: at(2 * day), Selection()).compactMap {
            novelty -> (IPAddress, Timestamp)? in
            guard case .host(let host, let time) = novelty else { return nil }
            return (host, time)
        }
        #expect(hosts.map(\.0) == [address("10.0.0.6")] && hosts.map(\.1) == [at(2 * day + hour)])
    }

    @Test("banners and products of a time are those that were said then")
    func words() throws {
        let store = try Store()
        try store.write { batch in
            batch.append(service("ftp", "10.0.0.5:21"), at: 0)
            batch.append(FieldSet([("banner", "220 vs"), ("product", "vsFTPd")]), at: 0)
            batch.append(FieldSet([("banner", "220 pure"), ("product", "Pure-FTPd")]), at: 1)
            batch.sightings += [
                sighting(0, "10.0.0.9:1", at: 0, banner: 0), sighting(0, "10.0.0.9:1", at: day, banner: 1),
            ]
        }
        func told(_ question: Question, _ change: (inout Selection) -> Void) throws -> String {
            var selection = Selection()
            change(&selection)
            return try question.table(of: store.holdings(for: question, selection)).csv()
        }
        for (question, old, new) in [
            (Question.banners, "220 vs", "220 pure"), (Question.products, "vsFTPd", "Pure-FTPd"),
        ] {
            for change: (inout Selection) -> Void in [
                { $0.since = at(hour) }, { $0.newSince = at(hour) },
            ] {
                let late = try told(question, change)
                #expect(late.contains(new) && !late.contains(old))
            }
            let early = try told(question) { $0.until = at(hour) }
            #expect(early.contains(old) && !early.contains(new))
            #expect(try told(question) { $0.since = at(2 * day) }.split(separator: "\r\n").count == 1)
        }
    }

    @Test("what is new until a time: banners that came later are not")
    func newUntil() throws {
        let store = try Store()
        try store.write { batch in
            batch.append(service("ftp", "10.0.0.5:21"), at: 0)
            for (place, words) in ["220 first", "220 second", "220 third"].enumerated() {
                batch.append(FieldSet([("banner", words)]), at: place)
                batch.sightings.append(sighting(0, "10.0.0.9:1", at: Double(place) * day, banner: place))
            }
        }
        var selection = Selection()
        selection.until = at(1.5 * day)
        let banners = try store.novelties(since: at(hour), selection).map { novelty -> String? in
            if case .banner(_, let banner) = novelty { banner.text } else { nil }
        }
        #expect(banners == ["220 second"])
    }

    @Test("sessions tell their VLAN where one has any", arguments: [0, 9])
    func vlans(_ vlan: UInt16) throws {
        var tagged = session("10.0.0.9:1", "10.0.0.5:49152", at: hour)
        tagged.vlan = vlan
        let store = try Store()
        try store.write { $0.sessions = [tagged] }
        let table = Records.Table(try store.sessions(of: place, Selection(), limit: nil))
        #expect(table.text().contains("VLAN") == (vlan != 0))
        #expect(table.csv().contains(vlan == 0 ? ",tcp,,established," : ",tcp,9,established,"))
    }

    @Test("places as analysts write them", arguments: ["10.0.0.5:1", "[::1]:80", "10.0.0.5:53/udp"])
    func places(_ text: String) { #expect(Place(text)?.description == text) }

    @Test("what is no place", arguments: ["10.0.0.5", "::1:80", "10.0.0.5:1/tpc", ":1", "10.0.0.5:70000"])
    func noPlaces(_ text: String) { #expect(Place(text) == nil) }
}

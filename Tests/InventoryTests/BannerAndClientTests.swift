import Inventory
import Net
import Testing

@Suite("Banners and clients")
struct BannerAndClientTests {
    private func banner(_ text: String, product: String? = nil) -> FieldSet {
        FieldSet([("banner", text)] + (product.map { [("product", $0)] } ?? []))
    }

    @Test("A11: changed banners are kept, each with its own first and last sighting")
    func changedBanners() {
        let (old, new) = (banner("220 old"), banner("220 new"))
        var inventory = Inventory()
        inventory.see(
            Sighting("ftp", "10.0.0.1:21", at: 1, says: old),
            Sighting("ftp", "10.0.0.1:21", at: 2, says: old),
            Sighting("ftp", "10.0.0.1:21", at: 3, says: new), Sighting("ftp", "10.0.0.1:21", at: 4),
            // The same words from another set of fields are the same banner.
            Sighting("ftp", "10.0.0.1:21", at: 5, says: banner("220 old")))
        let banners = inventory.service(0).banners
        #expect(banners.map(\.text) == ["220 old", "220 new"])
        #expect(banners.map(\.firstSeen) == [1, 3].map { Timestamp(seconds: $0) })
        #expect(banners.map(\.lastSeen) == [5, 3].map { Timestamp(seconds: $0) })
        #expect(banners.map(\.sessions) == [3, 1])
        #expect(inventory.service(0).currentBanner?.text == "220 old")
    }

    @Test("a service keeps sixteen banners: the one silent longest makes room for a new one")
    func boundedBanners() {
        var inventory = Inventory()
        for number in 0..<20 {
            let time = Int64(100 + 2 * number)
            inventory.see(
                Sighting("ftp", "10.0.0.1:21", at: time, says: banner("220 \(number)")),
                // The first one is heard again and again.
                Sighting("ftp", "10.0.0.1:21", at: time + 1, says: banner("220 0")))
        }
        let banners = inventory.service(0).banners
        #expect(banners.map(\.text) == ([0] + Array(5..<20)).map { "220 \($0)" })
        #expect(banners.map(\.sessions) == [21] + Array(repeating: 1, count: 15))
        #expect(inventory.counters.bannersForgotten == 4)
    }

    @Test("the current banner is the latest that names a product")
    func currentBanner() {
        var inventory = Inventory()
        inventory.see(
            Sighting("http", "10.0.0.1:80", at: 1, says: banner("HTTP/1.1 200", product: "nginx")),
            Sighting("http", "10.0.0.1:80", at: 2, says: banner("HTTP/1.1 304")),
            Sighting("http", "10.0.0.1:80", at: 3, says: FieldSet([("info", "x")])))
        #expect(inventory.service(0).currentBanner?.product == "nginx")
    }

    @Test(
        "what a resumed session does not repeat still describes the service, unless something else was said")
    func resumedSession() {
        func said(_ fields: [String: String]) -> FieldSet {
            FieldSet(fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        }
        let full = ["certificate_subject": "a", "cipher": "x", "protocol_version": "TLS 1.2"]
        let resumed = ["cipher": "x", "protocol_version": "TLS 1.2"]
        var inventory = Inventory()
        inventory.see(
            Sighting("tls", "10.0.0.1:443", at: 1, says: said(full)),
            Sighting("tls", "10.0.0.1:443", at: 2, says: said(resumed)))
        #expect(inventory.service(0).currentBanner?.fields["certificate_subject"] == "a")
        inventory.see(
            Sighting(
                "tls", "10.0.0.1:443", at: 3, says: said(["cipher": "y", "protocol_version": "TLS 1.3"])))
        #expect(inventory.service(0).currentBanner?.fields["protocol_version"] == "TLS 1.3")
        #expect(inventory.service(0).currentBanner?.fields["certificate_subject"] == nil)
    }

    @Test("a client that names no program is told by how it greets")
    func fingerprint() {
        let ja4 = "t13d1812h2_85036bcba153_d41ae481755e"
        var inventory = Inventory()
        inventory.see(
            Sighting("tls", "10.0.0.1:443", from: "10.9.0.1:1", clientSays: FieldSet([("ja4", ja4)])),
            Sighting("tls", "10.0.0.2:443", from: "10.9.0.1:2", clientSays: FieldSet([("ja4", ja4)])),
            Sighting(
                "http", "10.0.0.3:443", from: "10.9.0.2:1",
                clientSays: FieldSet([("ja4", ja4), ("user_agent", "curl/8")])))
        #expect(inventory.allClients.map(\.software).sorted() == ["curl/8", "ja4 \(ja4)"])
        #expect(inventory.allClients.map(\.sessions).sorted() == [1, 2])
    }

    @Test("A12: client programs are recorded by name, make no service and no finding")
    func clients() {
        let (ssh, curl) = (FieldSet([("software", "OpenSSH_9.6")]), FieldSet([("user_agent", "curl/8")]))
        var inventory = Inventory()
        let findings = inventory.see(
            Sighting("ssh", "10.0.0.1:22", from: "10.9.0.1:1", at: 1, clientSays: ssh),
            Sighting("ssh", "10.0.0.2:22", from: "10.9.0.1:2", at: 2, clientSays: ssh),
            Sighting("ssh", "10.0.0.2:22", from: "10.9.0.2:2", at: 3, clientSays: FieldSet(ssh.values)),
            // Even where no server was heard.
            Sighting(
                "http", "10.0.0.9:9999", from: "10.9.0.1:3", at: 4, clientSays: curl, serverSpoke: false),
            Sighting("http", "10.0.0.1:80", from: "10.9.0.1:4", at: 5, clientSays: FieldSet([("x", "y")])))
        #expect(findings.isEmpty)
        let clients = inventory.allClients
        #expect(clients.map(\.protocolName) == ["http", "ssh", "ssh"])
        #expect(clients.map(\.software) == ["curl/8", "OpenSSH_9.6", "OpenSSH_9.6"])
        #expect(clients.map(\.host.description) == ["10.9.0.1", "10.9.0.1", "10.9.0.2"])
        #expect(clients.map(\.sessions) == [1, 2, 1])
        #expect(inventory.serviceCount == 3)
        #expect(!inventory.allServices.contains { $0.host == IPAddress("10.9.0.1") })
    }

    @Test("software is told apart though the sets of fields come and go")
    func manyFieldSets() {
        var inventory = Inventory()
        for number in 0..<20_000 {
            inventory.see(
                Sighting(
                    "ssh", "10.0.0.1:22", from: "10.9.0.1:1",
                    clientSays: FieldSet([("software", "client \(number % 10)")])))
        }
        #expect(inventory.allClients.map(\.sessions) == Array(repeating: 2000, count: 10))
    }

    @Test("hosts gather what they serve and use")
    func hosts() {
        var inventory = Inventory()
        inventory.see(
            Sighting("ssh", "10.0.0.2:22", at: 10), Sighting("http", "10.0.0.2:80", at: 20),
            Sighting(
                "ssh", "10.0.0.1:22", from: "10.0.0.2:999", at: 30,
                clientSays: FieldSet([("software", "OpenSSH")])))
        let hosts = inventory.hosts()
        #expect(hosts.map(\.address.description) == ["10.0.0.1", "10.0.0.2"])
        #expect(hosts.map(\.services.count) == [1, 2])
        #expect(hosts.map(\.clients.count) == [0, 1])
        #expect(hosts[1].firstSeen == Timestamp(seconds: 9))
        #expect(hosts[1].lastSeen == Timestamp(seconds: 30))
    }
}

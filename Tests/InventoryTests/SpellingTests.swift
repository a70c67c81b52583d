import Inventory
import Net
import Testing

@Suite struct SpellingTests {
    /// A title may write the name as people do.
    @Test(arguments: [
        ("fastcgi", "FastCGI", "FastCGI"), ("battlenet", "Battle.net (classic)", "Battle.net"),
        ("openwire", "OpenWire (Apache ActiveMQ)", "OpenWire"),
        ("melsec", "Mitsubishi SLMP (MELSEC)", "MELSEC"),
        ("worldofwarcraft", "World of Warcraft", "World of Warcraft"), ("both-a", "Both A", "Both A"),
        ("ansi-c12-22", "ANSI C12.22 metering", "ANSI C12.22"), ("zork", "Zork", "Zork"),
        ("edonkey", "eDonkey, eMule, Kademlia", "eDonkey"), ("ab", "a AB", "AB"),
        ("ssh", "Secure Shell", nil), ("ab", "abc", nil), ("ab", "a b c", "a b"), ("ab", "", nil),
        ("tacacs-plus", "TACACS+", "TACACS+"),
    ])
    func titlesSpellNames(name: String, title: String, expected: String?) {
        #expect(ProtocolFacts.spelling(of: name, in: title) == expected)
    }

    @Test func findingsAndServicesKnowIt() {
        func facts(_ name: String, _ title: String, _ port: String) -> ProtocolFacts {
            ProtocolFacts(
                name: name, title: title, category: "", plugin: "t/\(name)",
                ports: [PortRange(port)].compactMap { $0 }, alternates: [], isDynamic: false)
        }
        let judge = Judge(
            protocols: [facts("ssh", "Secure Shell", "22/tcp"), facts("zork", "Zork", "7001/tcp")],
            policy: Policy())
        var inventory = Inventory(judge: judge)
        let finding = inventory.see(Sighting("ssh", "10.0.0.1:7001")).first
        #expect(finding?.owner == "zork" && finding?.spelling(of: "zork") == "Zork")
        #expect(inventory.allServices.map(\.ownerSpelling) == ["Zork"])
    }
}

import Net
import Testing

@testable import Probes

@Suite struct TargetTests {
    @Test(arguments: [
        ("10.0.0.5", 1, "10.0.0.5", "10.0.0.5"), ("10.0.0.0/24", 254, "10.0.0.1", "10.0.0.254"),
        ("10.0.0.0/31", 2, "10.0.0.0", "10.0.0.1"), ("10.0.0.9/32", 1, "10.0.0.9", "10.0.0.9"),
        ("10.0.0.5-10.0.0.20", 16, "10.0.0.5", "10.0.0.20"), ("::1", 1, "::1", "::1"),
        ("2001:db8::/120", 256, "2001:db8::", "2001:db8::ff"),
        ("2001:db8::fffe-2001:db8::1:1", 4, "2001:db8::fffe", "2001:db8::1:1"),
    ])
    func readsWhatAUserWrites(text: String, count: Int, first: String, last: String) throws {
        var list = TargetList()
        try list.add(text)
        #expect(list.count == count)
        let addresses = list.addresses
        #expect(addresses.count == count)
        #expect(addresses.first == IPAddress(first))
        #expect(addresses.last == IPAddress(last))
    }

    @Test(arguments: [
        "", "10.0.0", "10.0.0.0/33", "10.0.0.9-10.0.0.1", "10.0.0.1-::1", "224.0.0.1", "0.0.0.0", "ff02::1",
        "host",
    ])
    func refusesWhatIsNoHost(text: String) {
        var list = TargetList()
        #expect(throws: TargetList.Mistake.self) { try list.add(text) }
    }

    @Test func knowsWhatCannotBeListed() throws {
        var list = TargetList()
        try list.add("10.0.0.0/8")
        try list.add("2001:db8::/32")
        for (text, isThere) in [
            ("10.255.0.9", true), ("11.0.0.1", false), ("2001:db8:ffff::1", true), ("2001:db9::", false),
            ("::a00:1", false),
        ] {
            #expect(list.contains(try #require(IPAddress(text))) == isThere, "\(text)")
        }
    }

    @Test func countsWhatCannotBeListed() throws {
        var list = TargetList()
        try list.add("2001:db8::/32")
        #expect(list.count == .max)
        try list.add("10.0.0.0/8")
        #expect(list.count == .max)
        #expect(list.largest?.text == "2001:db8::/32")
    }
}

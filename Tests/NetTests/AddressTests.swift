import Net
import Testing

@Suite("Addresses")
struct AddressTests {
    // RFC 5952 sections 4 and 5, RFC 4291 section 2.2.
    static let canonical: [(String, String)] = [
        ("10.0.0.1", "10.0.0.1"),
        ("255.255.255.255", "255.255.255.255"),
        ("::", "::"),
        ("::1", "::1"),
        ("1::", "1::"),
        ("2001:0db8::0001", "2001:db8::1"),
        ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
        ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:DB8::A", "2001:db8::a"),
        ("0:0:0:0:0:0:0:0", "::"),
        ("0:1:0:1:0:1:0:1", "0:1:0:1:0:1:0:1"),
        ("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"),
        ("0:0:3:4:5:6:7:8", "::3:4:5:6:7:8"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        // An IPv4-mapped address is that IPv4 address.
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::ffff:c000:201", "192.0.2.1"),
        ("::ffff:0:0", "0.0.0.0"),
        // Other embedded forms stay IPv6.
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("::192.0.2.1", "::c000:201"),
        ("1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"),
    ]

    @Test("text forms become canonical", arguments: canonical)
    func canonicalText(text: String, expected: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == expected)
        #expect(IPAddress(expected) == address)
    }

    @Test(
        "what is no address",
        arguments: [
            "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.", ".1.2.3", "1.2.3.4 ", "+1.2.3.4",
            "1.2.3.0004", ":",
            ":::", "::1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "1::2:3:4:5:6:7:8:9",
            "12345::", "g::", "::+1", "::-1", "::-0", "1:", ":1", "1:2:3:4:5:6:7:", "::1.2.3", "::1.2.3.4.5",
            "1.2.3.4::",
            "::1.2.3.4:5", "fe80::1%eth0", "[::1]", "1:2:3:4:5:6:7:1.2.3.4", ":::1", "1:::2", "::1:",
        ])
    func noAddress(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("every zero pattern survives its text")
    func zeroPatterns() {
        for pattern in 0..<256 {
            var (high, low): (UInt64, UInt64) = (0, 0)
            for group in 0..<8 where pattern >> group & 1 == 1 {
                let bits = UInt64(group + 1) << UInt64(48 - 16 * (group % 4))
                if group < 4 { high |= bits } else { low |= bits }
            }
            let address = IPAddress(high: high, low: low)
            #expect(IPAddress(address.description) == address)
            #expect(!address.description.contains(":::"))
        }
    }

    @Test("IPv4 comes before IPv6, then by number")
    func order() {
        let texts = [
            "0.0.0.0", "9.255.255.255", "10.0.0.1", "255.255.255.255", "::", "::1", "1::", "fe80::1",
        ]
        let addresses = texts.compactMap { IPAddress($0) }
        #expect(addresses.shuffled().sorted().map(\.description) == texts)
    }

    @Test(
        "groups of hosts",
        arguments: [
            ("223.255.255.255", false), ("224.0.0.1", true), ("239.255.255.250", true), ("240.0.0.1", false),
            ("255.255.255.255", true), ("10.255.255.255", false), ("ff02::fb", true), ("fe80::1", false),
            ("::", false),
        ])
    func groups(text: String, expected: Bool) throws {
        #expect(try #require(IPAddress(text)).isMulticastOrBroadcast == expected)
    }

    @Test(
        "broadcast addresses of subnets",
        arguments: [
            ("10.255.255.255", true), ("192.168.1.255", true), ("192.168.1.63", true), ("192.168.1.7", false),
            ("192.168.1.254", false), ("fe80::ffff", false),
        ])
    func subnetBroadcast(text: String, expected: Bool) throws {
        #expect(try #require(IPAddress(text)).mayBeSubnetBroadcast == expected)
    }

    @Test("versions and the unspecified address")
    func versions() throws {
        #expect(IPAddress(v4: 0x0a00_0001).v4 == 0x0a00_0001)
        #expect(try #require(IPAddress("::1")).v4 == nil)
        #expect(try #require(IPAddress("::")).isUnspecified)
        #expect(try #require(IPAddress("0.0.0.0")).isUnspecified)
        #expect(try !#require(IPAddress("0.0.0.1")).isUnspecified)
    }

    @Test(
        "endpoints",
        arguments: ["10.0.0.1:22", "[2001:db8::1]:443", "0.0.0.0:0", "255.255.255.255:65535", "[::]:1"])
    func endpoints(_ text: String) throws {
        #expect(try #require(Endpoint(text)).description == text)
    }

    @Test(
        "what is no endpoint",
        arguments: [
            "10.0.0.1", "10.0.0.1:", "10.0.0.1:65536", "10.0.0.1:+1", "10.0.0.1:-1", "2001:db8::1:22", "::1",
            "[::1]", "[::1]22", "[::1:22", "::1]:22", "[10.0.0.1]:22", "[]:22", ":22", "",
        ])
    func noEndpoint(_ text: String) {
        #expect(Endpoint(text) == nil)
    }
}

@Suite("Subnets")
struct SubnetTests {
    @Test(
        "containment",
        arguments: [
            ("10.20.0.0/16", "10.20.255.255", true), ("10.20.0.0/16", "10.21.0.0", false),
            ("10.20.0.0/16", "::ffff:10.20.1.1", true), ("10.20.30.40/16", "10.20.0.1", true),
            ("0.0.0.0/0", "255.1.2.3", true), ("0.0.0.0/0", "::1", false), ("::/0", "2001:db8::1", true),
            ("::/0", "10.0.0.1", false), ("10.0.0.1", "10.0.0.1", true), ("10.0.0.1", "10.0.0.2", false),
            ("10.0.0.1/32", "10.0.0.0", false), ("10.0.0.0/31", "10.0.0.1", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
            ("2001:db8::/64", "2001:db8:0:0:ffff::1", true), ("2001:db8::/64", "2001:db8:0:1::", false),
            ("2001:db8::/65", "2001:db8::7fff:0:0:1", true), ("2001:db8::/65", "2001:db8::8000:0:0:1", false),
            ("2001:db8::1", "2001:db8::1", true), ("2001:db8::1/128", "2001:db8::2", false),
            ("2001:db8::/127", "2001:db8::1", true), ("::/1", "7fff::", true), ("::/1", "8000::", false),
        ])
    func contains(subnet: String, address: String, expected: Bool) throws {
        #expect(try #require(Subnet(subnet)).contains(#require(IPAddress(address))) == expected)
    }

    @Test(
        "text",
        arguments: [
            ("10.20.30.40/16", "10.20.0.0/16"), ("10.0.0.1", "10.0.0.1/32"), ("fd00::1", "fd00::1/128"),
            ("2001:db8:ffff::/33", "2001:db8:8000::/33"), ("255.255.255.255/1", "128.0.0.0/1"),
            ("1.2.3.4/0", "0.0.0.0/0"), ("1::/0", "::/0"),
        ])
    func text(_ text: String, expected: String) throws {
        #expect(try #require(Subnet(text)).description == expected)
    }

    @Test(
        "what is no subnet",
        arguments: [
            "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/-0", "10.0.0/8",
            "::/129",
            "10.0.0.0/8/8", "10.0.0.0/ 8", "10.0.0.0/255.0.0.0",
        ])
    func noSubnet(_ text: String) {
        #expect(Subnet(text) == nil)
    }
}

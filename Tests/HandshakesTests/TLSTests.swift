import Handshakes
import Net
import Testing

@Suite struct TLSTests {
    private static let asking = Hello(extensions: [
        Hello.serverName("example.org"), Hello.protocols("h2", "http/1.1"), Hello.versions(0x0304, 0x0303),
    ])

    @Test func aHandshakeOfTLS13() {
        let words = Words(.tls, client: Recordings.clientTLS13, server: Recordings.serverTLS13)
        #expect(
            words.server == [
                "alpn": "h2,http/1.1", "cipher": "TLS_AES_256_GCM_SHA384", "protocol_version": "TLS 1.3",
                "sni": "www.example.org",
            ])
        #expect(words.client == ["ja4": "t13d1812h2_85036bcba153_d41ae481755e"])
    }

    @Test func aHandshakeOfTLS12() {
        let words = Words(.tls, client: Recordings.clientTLS12, server: Recordings.serverTLS12)
        #expect(
            words.server == [
                "alpn": "imap", "certificate_expires": "2031-12-24",
                "certificate_issuer": "Example Authority",
                "certificate_names":
                    "mail.example.org,imap.example.org,smtp.example.org,webmail.example.org,fifth.example.org",
                "certificate_subject": "mail.example.org",
                "cipher": "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "protocol_version": "TLS 1.2",
                "sni": "mail.example.org",
            ])
    }

    @Test func fieldsComeInTheOrderOfTheirNames() {
        let names = Recordings.clientTLS12.withBytes { client in
            Recordings.serverTLS12.withBytes { server in
                HandshakeKind.tls.serverFields(client: client, server: server).map(\.name)
            }
        }
        #expect(names == names.sorted())
    }

    @Test(
        arguments: [
            (0x0300, nil, "SSL 3.0"), (0x0301, nil, "TLS 1.0"), (0x0302, nil, "TLS 1.1"),
            (0x0303, nil, "TLS 1.2"),
            (0x0303, 0x0304, "TLS 1.3"), (0x0303, 0x7F1C, "TLS 1.3 draft-28"), (0x0303, 0x1234, nil),
            (0x1234, nil, nil),
        ] as [(Int, Int?, String?)])
    func theVersionIsTheOneChosen(_ legacy: Int, _ chosen: Int?, _ expected: String?) {
        let extensions = chosen.map { [(43, pairs([$0]))] } ?? []
        let server = records(Hello(version: legacy, extensions: extensions).server)
        #expect(Words(.tls, server: server).server["protocol_version"] == expected)
    }

    @Test func suitesHaveTheirRegisteredNames() {
        func name(_ suite: Int) -> String? {
            Words(.tls, server: records(Hello(suites: [suite]).server)).server["cipher"]
        }
        #expect(name(0x00A7) == "TLS_DH_anon_WITH_AES_256_GCM_SHA384")
        #expect(name(0x1305) == "TLS_AES_128_CCM_8_SHA256")
        #expect(name(0xC106) == "TLS_GOSTR341112_256_WITH_MAGMA_MGM_S")
    }

    @Test func aSuiteWithoutANameIsANumber() {
        #expect(Words(.tls, server: records(Hello(suites: [0xC0FF]).server)).server["cipher"] == "0xc0ff")
    }

    @Test func whatWasAgreedCountsMoreThanWhatWasOffered() {
        let client = records(Self.asking.client)
        let silent = records(Hello().server)
        let agreeing = records(Hello(extensions: [Hello.protocols("h2")]).server)
        let alert: [UInt8] = [21, 3, 3, 0, 2, 2, 40]
        #expect(Words(.tls, client: client, server: agreeing).server["alpn"] == "h2")
        #expect(Words(.tls, client: client, server: silent).server["alpn"] == "h2,http/1.1")
        #expect(Words(.tls, client: client, server: alert).server == Words(.tls, client: client).server)
        #expect(Words(.tls, client: client).server == ["alpn": "h2,http/1.1", "sni": "example.org"])
        #expect(Words(.tls, server: agreeing).server["alpn"] == "h2")
    }

    @Test(arguments: [1, 2, 3, 4, 5, 38, 100, 400])
    func messagesMaySpanRecords(_ longest: Int) {
        let whole = Words(.tls, client: Recordings.clientTLS12, server: Recordings.serverTLS12)
        let client = records(Array(Recordings.clientTLS12.dropFirst(5)), longest: longest)
        #expect(Words(.tls, client: client).client == whole.client)
        let server = withoutRecords(Recordings.serverTLS12)
        #expect(
            Words(.tls, client: client, server: records(server, longest: longest)).server == whole.server)
    }

    /// A server that does not know the name may say so and go on (RFC 6066 section 3).
    @Test func warningsMayComeBeforeTheHello() {
        let whole = Words(.tls, server: Recordings.serverTLS12)
        let (warning, fatal): ([UInt8], [UInt8]) = ([21, 3, 3, 0, 2, 1, 112], [21, 3, 3, 0, 2, 2, 112])
        for count in 1...4 {
            let warnings = Array(repeatElement(warning, count: count).joined())
            #expect(Words(.tls, server: warnings + Recordings.serverTLS12) == whole)
        }
        let many = Array(repeatElement(warning, count: 5).joined())
        for other in [many, fatal, fatal + warning, Array(warning.dropLast())] {
            #expect(Words(.tls, server: other + Recordings.serverTLS12).server.isEmpty)
        }
        #expect(Words(.tls, server: warning).server.isEmpty)
    }

    @Test func whatFollowsChangeCipherSpecIsNotRead() {
        let certificate = withoutRecords(Recordings.serverTLS12)
        let hello = records(Hello().server) + records([1], type: 20)
        #expect(
            Words(.tls, server: hello + records(certificate)).server == Words(.tls, server: hello).server)
    }

    @Test(arguments: [
        ("example.org", "example.org"), ("bücher.example", "bücher.example"), ("", nil), ("a\u{1B}[2J", nil),
        ("a\u{7F}", nil), ("a\u{202E}b", nil), ("a\u{85}", nil), (String(repeating: "x", count: 256), nil),
    ])
    func namesThatCannotBePrintedAreLeftOut(_ name: String, _ expected: String?) {
        let client = records(Hello(extensions: [Hello.serverName(name)]).client)
        #expect(Words(.tls, client: client).server["sni"] == expected)
    }

    @Test func bytesThatAreNoTextAreLeftOut() {
        let name: [UInt8] = [0x61, 0xC3, 0x28]
        let extensions = [(0, counted([0] + counted(name, by: 2), by: 2)), Hello.protocols([name, [0x78]])]
        #expect(Words(.tls, client: records(Hello(extensions: extensions).client)).server == ["alpn": "x"])
    }

    @Test func protocolsForToleranceAreLeftOut() {
        let offered = Hello.protocols([[0x0A, 0x0A], Array("h2".utf8)])
        let words = Words(.tls, client: records(Hello(extensions: [offered]).client))
        #expect(words.server["alpn"] == "h2")
        #expect(words.client["ja4"]?.prefix(10) == "t12i0201h2")
    }

    @Test func aListOfProtocolsIsNoLongerThanAText() throws {
        let offered = Hello.protocols((0..<40).map { Array("protocol-\($0)".utf8) })
        let list = try #require(
            Words(.tls, client: records(Hello(extensions: [offered]).client)).server["alpn"])
        #expect(list.utf8.count <= 255 && list.hasPrefix("protocol-0,protocol-1,"))
    }

    private func withoutRecords(_ bytes: [UInt8]) -> [UInt8] {
        var (rest, messages) = (bytes[...], [UInt8]())
        while rest.count > 5 {
            let length = Int(rest[rest.startIndex + 3]) << 8 | Int(rest[rest.startIndex + 4])
            messages += rest.dropFirst(5).prefix(length)
            rest = rest.dropFirst(5 + length)
        }
        return messages
    }
}

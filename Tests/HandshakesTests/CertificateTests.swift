import Net
import Testing

@testable import Handshakes

/// A certificate to be written as bytes.
private struct Paper {
    var issuer = name((3, 0x13, "Example Authority"))
    var subject = name((3, 0x0C, "www.example.org"))
    var end = der(0x17, Array("311224180000Z".utf8))
    var hasNumber = true
    var extensions: [UInt8] = []

    /// As a Certificate message without its header.
    var body: [UInt8] {
        let integer = der(0x02, [1])
        let object = der(0x30, der(0x06, [0x2A, 3, 4]))
        let validity = der(0x30, der(0x17, Array("250101000000Z".utf8)) + end)
        let parts = [
            hasNumber ? der(0xA0, der(0x02, [2])) : [], integer, object, issuer, validity, subject, object,
            extensions.isEmpty ? [] : der(0xA3, der(0x30, extensions)),
        ]
        let whole = der(0x30, der(0x30, Array(parts.joined())) + object + der(0x03, [0]))
        return counted(counted(whole, by: 3), by: 3)
    }

    var words: [String: String] {
        let hello = Hello().server
        return Words(.tls, server: records(hello + message(11, body))).server.filter {
            $0.key.hasPrefix("certificate")
        }
    }
}

private func der(_ tag: UInt8, _ body: [UInt8]) -> [UInt8] {
    switch body.count {
    case ..<0x80: [tag] + counted(body, by: 1)
    case ..<0x100: [tag, 0x81] + counted(body, by: 1)
    default: [tag, 0x82] + counted(body, by: 2)
    }
}

/// Attributes below 2.5.4: their numbers, the tags of their values, the values.
private func name(_ attributes: (UInt8, UInt8, String)...) -> [UInt8] {
    der(
        0x30,
        attributes.flatMap { number, tag, text in
            let value =
                tag == 0x1E ? text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } : Array(text.utf8)
            return der(0x31, der(0x30, der(0x06, [0x55, 4, number]) + der(tag, value)))
        })
}

@Suite struct CertificateTests {
    private static let names = der(
        0x30,
        der(0x06, [0x55, 0x1D, 0x11]) + der(0x01, [0xFF])
            + der(
                0x04,
                der(
                    0x30,
                    der(0x87, [192, 0, 2, 1]) + der(0x82, Array("a.example.org".utf8)) + der(0x82, [0x0A])
                        + der(0x82, Array("*.example.org".utf8)))))

    @Test func whatACertificateSays() {
        let other = der(0x30, der(0x06, [0x55, 0x1D, 0x13]) + der(0x04, der(0x30, [])))
        #expect(
            Paper(extensions: other + Self.names).words == [
                "certificate_expires": "2031-12-24", "certificate_issuer": "Example Authority",
                "certificate_names": "a.example.org,*.example.org", "certificate_subject": "www.example.org",
            ])
        #expect(Paper(hasNumber: false).words["certificate_subject"] == "www.example.org")
    }

    @Test(
        arguments: [
            (name((6, 0x13, "XX"), (10, 0x0C, "Works"), (3, 0x0C, "host")), "host"),
            (name((10, 0x0C, "Works"), (10, 0x0C, "Others")), "Works"), (name((6, 0x13, "XX")), nil),
            (name(), nil),
            (name((3, 0x1E, "büro")), "büro"), (name((3, 0x16, "mail")), "mail"),
            (name((10, 0x13, "Works"), (3, 0x0C, "a\u{7}")), "Works"), (name((3, 0x02, "1")), nil),
            (name((3, 0x0C, "first"), (3, 0x0C, "second")), "first"), ([0x30, 0x80], nil),
        ] as [([UInt8], String?)])
    func theCommonNameElseTheOrganisation(_ subject: [UInt8], _ expected: String?) {
        #expect(Paper(subject: subject).words["certificate_subject"] == expected)
    }

    @Test(
        arguments: [
            (0x17, "311224180000Z", "2031-12-24"), (0x17, "491231235959Z", "2049-12-31"),
            (0x17, "500101000000Z", "1950-01-01"), (0x18, "20520101000000Z", "2052-01-01"),
            (0x18, "99991231235959Z", "9999-12-31"), (0x17, "31122", nil), (0x17, "31x224180000Z", nil),
            (0x16, "311224180000Z", nil),
        ] as [(UInt8, String, String?)])
    func theLastDay(_ tag: UInt8, _ text: String, _ expected: String?) {
        #expect(Paper(end: der(tag, Array(text.utf8))).words["certificate_expires"] == expected)
    }

    private static func names(_ names: [String]) -> [UInt8] {
        let list = der(0x30, names.flatMap { der(0x82, Array($0.utf8)) })
        return der(0x30, der(0x06, [0x55, 0x1D, 0x11]) + der(0x04, list))
    }

    /// A list that goes on says so, or whoever looks for a name in it would miss what is not shown.
    @Test(
        arguments: [
            ((1...8).map { "h\($0)" }, "h1,h2,h3,h4,h5,h6,h7,h8"),
            ((1...9).map { "h\($0)" }, "h1,h2,h3,h4,h5,h6,h7,h8,..."),
            (
                [String(repeating: "a", count: 240), "b.example.org"],
                String(repeating: "a", count: 240) + ",..."
            ),
            ([String(repeating: "a", count: 252)], nil), ([], nil),
        ] as [([String], String?)])
    func aListThatGoesOnEndsInDots(_ names: [String], _ expected: String?) {
        #expect(Paper(extensions: Self.names(names)).words["certificate_names"] == expected)
    }

    /// When more bytes come, what was known stays as it is, and lists grow at their end.
    @Test func aCertificateThatIsCutOff() {
        let subject = name((10, 0x0C, "Works"), (3, 0x0C, "host"))
        let whole = records(
            Hello().server + message(11, Paper(subject: subject, extensions: Self.names).body))
        var known: [String: String] = [:]
        for end in 0...whole.count {
            let words = Words(.tls, server: Array(whole.prefix(end))).server
            for (name, value) in known {
                let begun = value.hasSuffix(",...") ? value.dropLast(4) : value[...]
                #expect(words[name]?.hasPrefix(begun) == true, "\(name) at \(end)")
            }
            known = words
        }
        #expect(known["certificate_subject"] == "host")
        #expect(known["certificate_names"] == "a.example.org,*.example.org")
    }

    /// What is remembered of one is said of no other, however alike they are, nor of what is there of it when it is cut.
    @Test func certificatesThatWereReadBefore() {
        let memory = HandshakeMemory()
        func subject(_ host: String, cut: Int = 0) -> String? {
            let server = records(
                Hello().server + message(11, Paper(subject: name((3, 0x0C, host))).body))
            return Array(server.dropLast(cut)).withBytes { server in
                HandshakeKind.tls.fields(client: RawSpan(), server: server, memory: memory).server
                    .first { $0.name == "certificate_subject" }?.value
            }
        }
        let hosts = (0..<600).map { "host-\($0 % 300 + 100)" }
        #expect(hosts.map { subject($0) } == hosts)
        #expect((0..<200).allSatisfy { [nil, "host-1"].contains(subject("host-1", cut: $0)) })
        #expect(subject("host-1", cut: 150) == nil && subject("host-1", cut: 1) == "host-1")
    }
}

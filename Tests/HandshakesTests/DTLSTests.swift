import Testing

@testable import Handshakes

@Suite struct DTLSTests {
    private static let asking = Hello(
        version: 0xFEFD, extensions: [Hello.serverName("example.org"), Hello.protocols("webrtc")],
        cookie: [1, 2, 3])

    @Test func aHandshake() {
        let words = Words(.dtls, client: Recordings.clientDTLS, server: Recordings.serverDTLS)
        #expect(
            words.server == [
                "alpn": "webrtc,c-webrtc", "certificate_issuer": "Example Authority",
                "certificate_expires": "2031-12-24", "cipher": "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                "protocol_version": "DTLS 1.2", "sni": "dtls.example.org",
            ])
        #expect(words.client["ja4"] == "dd2d2808wc_d943125447b4_e7e480e5a997")
    }

    /// A server that asks for a cookie writes DTLS 1.0 whatever it speaks (RFC 6347 section 4.2.1).
    @Test func aCookieIsNoAnswer() {
        let words = Words(.dtls, client: Recordings.clientDTLS, server: Recordings.verifyDTLS)
        #expect(words.server["protocol_version"] == "DTLS 1.2")
        #expect(words.server["sni"] == "dtls.example.org")
        #expect(words.server["cipher"] == nil)
    }

    @Test func theVersionIsNotGuessed() {
        var hello = Self.asking
        #expect(Words(.dtls, client: datagram(1, hello.clientBody)).server["protocol_version"] == "DTLS 1.2")
        hello.extensions.append(Hello.versions(0xFEFC, 0xFEFD))
        let client = datagram(1, hello.clientBody)
        #expect(Words(.dtls, client: client).server["protocol_version"] == nil)
        let server = datagram(2, Hello(version: 0xFEFD, extensions: [(43, pairs([0xFEFC]))]).serverBody)
        #expect(Words(.dtls, client: client, server: server).server["protocol_version"] == "DTLS 1.3")
    }

    @Test func aConversationJoinedMidwayHasAVersion() {
        let data: [UInt8] = [23, 0xFE, 0xFF, 0, 1, 0, 0, 0, 0, 0, 9, 0, 2, 1, 2]
        #expect(Words(.dtls, client: data, server: data).server == ["protocol_version": "DTLS 1.0"])
    }

    @Test func onlyTheFirstFragmentIsRead() {
        let body = Self.asking.clientBody
        let whole = Words(.dtls, client: datagram(1, body))
        let first = Words(.dtls, client: datagram(1, body, fragment: 0..<body.count - 5))
        #expect(whole.client["ja4"] != nil && first.client.isEmpty)
        #expect(first.server["sni"] == "example.org")
        #expect(Words(.dtls, client: datagram(1, body, fragment: 9..<body.count)).server.isEmpty)
    }

    @Test func severalRecordsInADatagram() {
        let hello = datagram(1, Self.asking.clientBody)
        #expect(Words(.dtls, client: datagram(3, [0xFE, 0xFD, 0]) + hello) == Words(.dtls, client: hello))
    }
}

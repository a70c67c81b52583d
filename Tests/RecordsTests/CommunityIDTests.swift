import Net
import Records
import Testing

@Suite("Community ID")
struct CommunityIDTests {
    // The baseline of github.com/corelight/community-id-spec, seed 0.
    static let vectors: [(TransportProtocol, String, String, String)] = [
        (.tcp, "128.232.110.120:34855", "66.35.250.204:80", "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
        (.tcp, "66.35.250.204:80", "128.232.110.120:34855", "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
        (.udp, "192.168.1.52:54585", "8.8.8.8:53", "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
        (.sctp, "192.168.170.8:7", "192.168.170.56:7", "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs="),
        (
            .tcp, "[2001:470:e5bf:dead:4957:2174:e82c:4887]:63943", "[2607:f8b0:400c:c03::1a]:25",
            "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4="
        ),
    ]

    @Test("known vectors, in both directions", arguments: vectors)
    func knownVectors(transport: TransportProtocol, one: String, other: String, expected: String) {
        #expect(CommunityID.text(transport, endpoint(one), endpoint(other)) == expected)
        #expect(CommunityID.text(transport, endpoint(other), endpoint(one)) == expected)
    }

    @Test("equal addresses are ordered by port")
    func samePeers() {
        let (one, other) = (endpoint("127.0.0.1:40000"), endpoint("127.0.0.1:80"))
        #expect(CommunityID.text(.tcp, one, other) == CommunityID.text(.tcp, other, one))
    }
}

import Flows
import Net
import Testing

@Suite struct FlowStateTests {
    /// What carries it, and what was seen; then the state and the limit.
    static let situations: [(TransportProtocol, FlowMarks, String, Int64)] = [
        (.tcp, [.syn, .sent(0)], "attempted", FlowTimeouts.attempt),
        (.tcp, [.syn, .sent(0), .sent(1), .reset], "rejected", FlowTimeouts.closed),
        // Half open: the client never answered the SYN-ACK, or with a reset only.
        (.tcp, [.syn, .synAck, .sent(0), .sent(1)], "attempted", FlowTimeouts.attempt),
        (.tcp, [.syn, .synAck, .sent(0), .sent(1), .reset], "attempted", FlowTimeouts.closed),
        (.tcp, [.syn, .synAck, .acknowledged, .sent(0), .sent(1)], "established", FlowTimeouts.stream),
        (.tcp, [.synAck, .sent(0), .sent(1)], "established", FlowTimeouts.stream),
        (.tcp, [.syn, .sent(0), .sent(1), .spoke(0)], "established", FlowTimeouts.stream),
        (.tcp, [.acknowledged, .sent(0), .sent(1)], "midstream", FlowTimeouts.stream),
        (.tcp, [.sent(0), .sent(1), .spoke(0), .spoke(1)], "midstream", FlowTimeouts.stream),
        (.tcp, [.acknowledged, .sent(0)], "one-way", FlowTimeouts.stream),
        (.tcp, [.reset, .sent(1)], "one-way", FlowTimeouts.closed),
        // Scans: segments without SYN and ACK; what is refused without a handshake.
        (.tcp, [.sent(0)], "attempted", FlowTimeouts.attempt),
        (.tcp, [.finished(0), .sent(0)], "attempted", FlowTimeouts.attempt),
        (.tcp, [.sent(0), .sent(1), .reset], "rejected", FlowTimeouts.closed),
        (.tcp, [.acknowledged, .sent(0), .sent(1), .reset], "rejected", FlowTimeouts.closed),
        // The client takes its own SYN back.
        (.tcp, [.syn, .sent(0), .reset], "attempted", FlowTimeouts.closed),
        (.tcp, [.syn, .sent(0), .spoke(0)], "one-way", FlowTimeouts.stream),
        (.tcp, [.synAck, .sent(1)], "one-way", FlowTimeouts.stream),
        (
            .tcp, [.syn, .synAck, .acknowledged, .sent(0), .sent(1), .finished(0)], "established",
            FlowTimeouts.stream
        ),
        (
            .tcp, [.syn, .synAck, .acknowledged, .sent(0), .sent(1), .finished(0), .finished(1)],
            "established",
            FlowTimeouts.closed
        ),
        (
            .tcp, [.syn, .synAck, .acknowledged, .sent(0), .sent(1), .reset], "established",
            FlowTimeouts.closed
        ),
        (.udp, [.sent(0)], "one-way", FlowTimeouts.datagram),
        (.udp, [.sent(0), .sent(1)], "established", FlowTimeouts.datagram),
        (.gre, [.sent(1)], "one-way", FlowTimeouts.datagram),
    ]

    @Test(arguments: situations)
    func whatWasSeenHasAName(
        _ transport: TransportProtocol, _ marks: FlowMarks, _ state: String, _ limit: Int64
    ) {
        let flow = flow(key(1, transport), hash: 0, second: 0, marks)
        #expect(flow.state.rawValue == state)
        #expect(flow.idleLimit == limit)
    }

    @Test func theClientIsADirection() {
        var flow = flow(key(1), hash: 0, second: 0)
        #expect(flow.clientDirection == 0)
        flow.setClient(direction: 1, isKnown: false)
        #expect(flow.clientDirection == 1)
        #expect(!flow.marks.contains(.rolesKnown))
        flow.setClient(direction: 0, isKnown: true)
        #expect(flow.clientDirection == 0)
        #expect(flow.marks.contains(.rolesKnown))
    }
}

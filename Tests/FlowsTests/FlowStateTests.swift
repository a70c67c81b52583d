import Flows
import Net
import Testing

@Suite struct FlowStateTests {
    /// What carries it, what was seen, how many packets the client sent; then the state and the limit.
    static let situations: [(TransportProtocol, FlowMarks, UInt32, String, Int64)] = [
        (.tcp, [.syn, .sent(0)], 1, "attempted", FlowTimeouts.attempt),
        (.tcp, [.syn, .sent(0), .sent(1), .reset], 1, "rejected", FlowTimeouts.closed),
        // Half open: the client never answered the SYN-ACK, or with a reset only.
        (.tcp, [.syn, .synAck, .sent(0), .sent(1)], 1, "attempted", FlowTimeouts.attempt),
        (.tcp, [.syn, .synAck, .sent(0), .sent(1), .reset], 2, "attempted", FlowTimeouts.closed),
        (.tcp, [.syn, .synAck, .sent(0), .sent(1)], 2, "established", FlowTimeouts.stream),
        (.tcp, [.synAck, .sent(0), .sent(1)], 2, "established", FlowTimeouts.stream),
        (.tcp, [.syn, .sent(0), .sent(1), .spoke(0)], 2, "established", FlowTimeouts.stream),
        (.tcp, [.sent(0), .sent(1)], 2, "midstream", FlowTimeouts.stream),
        (.tcp, [.sent(0), .sent(1), .spoke(0), .spoke(1)], 2, "midstream", FlowTimeouts.stream),
        (.tcp, [.sent(0)], 2, "one-way", FlowTimeouts.stream),
        (.tcp, [.syn, .sent(0), .spoke(0)], 2, "one-way", FlowTimeouts.stream),
        (.tcp, [.synAck, .sent(1)], 0, "one-way", FlowTimeouts.stream),
        (.tcp, [.syn, .synAck, .sent(0), .sent(1), .finished(0)], 3, "established", FlowTimeouts.stream),
        (
            .tcp, [.syn, .synAck, .sent(0), .sent(1), .finished(0), .finished(1)], 3, "established",
            FlowTimeouts.closed
        ),
        (.tcp, [.syn, .synAck, .sent(0), .sent(1), .reset], 3, "established", FlowTimeouts.closed),
        (.udp, [.sent(0)], 1, "one-way", FlowTimeouts.datagram),
        (.udp, [.sent(0), .sent(1)], 1, "established", FlowTimeouts.datagram),
        (.gre, [.sent(1)], 0, "one-way", FlowTimeouts.datagram),
    ]

    @Test(arguments: situations)
    func whatWasSeenHasAName(
        _ transport: TransportProtocol, _ marks: FlowMarks, _ packets: UInt32, _ state: String, _ limit: Int64
    ) {
        var flow = flow(key(1, transport), hash: 0, second: 0, marks)
        flow.packets = (packets, 9)
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

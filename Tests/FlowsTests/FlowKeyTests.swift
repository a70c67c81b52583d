import Flows
import Net
import Testing
import Wire

@Suite struct FlowKeyTests {
    @Test(arguments: [
        ("10.0.0.1:4000", "10.0.0.2:22"), ("10.0.0.2:4000", "10.0.0.1:22"), ("10.0.0.1:22", "10.0.0.1:4000"),
        ("10.0.0.1:22", "10.0.0.1:22"), ("[2001:db8::1]:4000", "[2001:db8::2]:22"),
        ("[2001:db8:1::5]:4000", "[2001:db8:2::5]:22"), ("[fe80::1]:1", "10.0.0.1:2"),
    ])
    func bothDirectionsHaveOneKey(_ client: String, _ server: String) {
        let there = FlowKey.of(packet(client, server), tunnel: 3, vlan: 4)
        let back = FlowKey.of(packet(server, client), tunnel: 3, vlan: 4)
        #expect(there.key == back.key)
        #expect(there.key.hash(seed: 9) == back.key.hash(seed: 9))
        #expect(client == server || there.direction != back.direction)
        #expect(there.key.sender(there.direction).description == client)
        #expect(there.key.sender(1 - there.direction).description == server)
    }

    @Test func everyPartCounts() {
        let base = packet("10.0.0.1:4000", "10.0.0.2:22")
        let other = [
            FlowKey.of(base, tunnel: 0, vlan: 0), FlowKey.of(base, tunnel: 1, vlan: 0),
            FlowKey.of(base, tunnel: 0, vlan: 1),
            FlowKey.of(packet("10.0.0.1:4000", "10.0.0.2:22", .udp), tunnel: 0, vlan: 0),
            FlowKey.of(packet("10.0.0.1:4001", "10.0.0.2:22"), tunnel: 0, vlan: 0),
            FlowKey.of(packet("10.0.0.1:4000", "10.0.0.2:23"), tunnel: 0, vlan: 0),
            FlowKey.of(packet("10.0.0.3:4000", "10.0.0.2:22"), tunnel: 0, vlan: 0),
            FlowKey.of(packet("10.0.0.1:22", "10.0.0.2:4000"), tunnel: 0, vlan: 0),
        ].map(\.key)
        for (number, first) in other.enumerated() {
            for second in other[(number + 1)...] {
                #expect(first != second)
                #expect(first.hash(seed: 0) != second.hash(seed: 0))
            }
        }
    }

    @Test(arguments: [0, 1, UInt64.max])
    func hashesAreSpreadAndDependOnTheSeed(_ seed: UInt64) {
        var buckets = [Int](repeating: 0, count: 256)
        for number in 0..<25_600 {
            let hash = key(number).hash(seed: seed)
            #expect(hash != key(number).hash(seed: seed ^ 0x5555))
            buckets[Int(hash & 255)] += 1
        }
        // A hundred each on average, with a standard deviation of ten.
        #expect(buckets.allSatisfy { (50...150).contains($0) })
    }

    @Test func aFlowIs128BytesAndItsNumberDependsOnItsStart() {
        #expect(MemoryLayout<Flow>.size == 128)
        #expect(MemoryLayout<Flow>.stride == 128)
        let first = Flow(key: key(1), hash: 0, time: Timestamp(seconds: 5), vlan: 0)
        let again = Flow(key: key(1), hash: 77, time: Timestamp(seconds: 5), vlan: 0)
        let later = Flow(key: key(1), hash: 0, time: Timestamp(seconds: 6), vlan: 0)
        #expect(first.number == again.number)
        #expect(first.number != later.number)
    }
}

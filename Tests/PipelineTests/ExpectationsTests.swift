import Flows
import Net
import Testing
import Wire

@testable import Pipeline

/// Which announced flow a new one is, against a list that is looked through from its end.
@Suite struct ExpectationsTests {
    private struct Listed {
        var initiator: IPAddress
        var responder: Endpoint
        var path: Int
        var parent: UInt64
        var expires: Timestamp
    }

    private func address(_ number: Int) -> IPAddress { IPAddress(v4: 0x0a00_0000 + UInt32(number)) }

    /// The key of a flow between two endpoints; four paths differ in the transport or the tunnel.
    private func key(_ first: Endpoint, _ second: Endpoint, path: Int = 0) -> FlowKey {
        var packet = Packet()
        (packet.source, packet.sourcePort) = (first.address, first.port)
        (packet.destination, packet.destinationPort) = (second.address, second.port)
        packet.transport = path & 1 == 0 ? .tcp : .udp
        return FlowKey.of(packet, tunnel: path & 2 == 0 ? 0 : 7, vlan: 0).key
    }

    @Test("the newest that fits is found, also among many of one port and after the oldest were forgotten")
    func model() {
        var random = SystemRandomNumberGenerator()
        var expectations = Expectations()
        var list: [Listed] = []
        // Few ports of which two are of one class, and few hosts: what fits and what nearly does come often.
        let ports: [UInt16] = [20, 20 + 8192, 21, 40_000, 0]
        func endpoint() -> Endpoint {
            Endpoint(
                address(.random(in: 0..<3, using: &random)), ports.randomElement(using: &random) ?? 0)
        }
        var found = 0
        for step in 0..<5_000 {
            let time = Timestamp(seconds: Int64(step))
            if Bool.random(using: &random) {
                let (initiator, responder) = (endpoint().address, endpoint())
                let path = Int.random(in: 0..<4, using: &random)
                expectations.add(
                    initiator: initiator, responder: responder, by: key(endpoint(), endpoint(), path: path),
                    parent: UInt64(step + 1), protocolIndex: 0, at: time)
                list.append(
                    Listed(
                        initiator: initiator, responder: responder, path: path, parent: UInt64(step + 1),
                        expires: Timestamp(seconds: Int64(step + 120))))
                if list.count > 256 { list.removeFirst() }
            }
            let (first, second, path) = (endpoint(), endpoint(), Int.random(in: 0..<4, using: &random))
            let fitting = list.last { listed in
                time <= listed.expires && listed.path == path
                    && (listed.responder == first && listed.initiator == second.address
                        || listed.responder == second && listed.initiator == first.address)
            }
            #expect(expectations.match(key(first, second, path: path), at: time)?.parent == fitting?.parent)
            if fitting != nil { found += 1 }
        }
        #expect(found > 100)
    }

    @Test func whatIsExpectedOfManyPortsIsForgottenInOrder() {
        var expectations = Expectations()
        let client = address(1)
        for port in 1...300 {
            expectations.add(
                initiator: client, responder: Endpoint(address(2), UInt16(port)),
                by: key(Endpoint(client, 4000), Endpoint(address(2), 21)), parent: UInt64(port),
                protocolIndex: 0, at: Timestamp(seconds: 0))
        }
        let kept = (1...300).filter { port in
            expectations.match(
                key(Endpoint(client, 5000), Endpoint(address(2), UInt16(port))), at: Timestamp(seconds: 1))
                != nil
        }
        #expect(kept == Array(45...300))
    }
}

import Flows
import Net
import Wire

/// A packet between two endpoints, such as `10.0.0.1:4000`.
func packet(_ source: String, _ destination: String, _ transport: TransportProtocol = .tcp) -> Packet {
    let none = Endpoint(IPAddress(high: 0, low: 0), 0)
    let (from, to) = (Endpoint(source) ?? none, Endpoint(destination) ?? none)
    var packet = Packet()
    (packet.source, packet.sourcePort) = (from.address, from.port)
    (packet.destination, packet.destinationPort) = (to.address, to.port)
    packet.transport = transport
    return packet
}

/// The key of the flow number `number`: always another one.
func key(_ number: Int, _ transport: TransportProtocol = .udp) -> FlowKey {
    var packet = Packet()
    packet.source = IPAddress(v4: 0x0a00_0000 + UInt32(number >> 8))
    packet.destination = IPAddress(v4: 0xc0a8_0001)
    packet.sourcePort = UInt16(1024 + number & 255)
    packet.destinationPort = 53
    packet.transport = transport
    return FlowKey.of(packet, tunnel: 0, vlan: 0).key
}

/// A flow, last seen at a second, that hashes to what is given.
func flow(_ key: FlowKey, hash: UInt32, second: Int64, _ marks: FlowMarks = []) -> Flow {
    var flow = Flow(key: key, hash: hash, time: Timestamp(seconds: second), vlan: 0)
    flow.marks = marks
    return flow
}

extension FlowTable {
    /// Ends all that are due at a second; their places.
    mutating func expire(at second: Int64) -> [Place] {
        advance(to: second)
        var ended: [Place] = []
        while true {
            let place = nextDue()
            if place == 0 { return ended }
            ended.append(place)
            remove(place)
        }
    }
}

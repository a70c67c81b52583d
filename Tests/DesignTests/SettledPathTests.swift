import Flows
import Matching
import Net
import Pipeline
import TestSupport
import Testing
import Wire

/// Plugins without Lua functions.
private final class NoScripts: ScriptRunner {
    var domain = 0
    func check(_: CheckReference, client: borrowing RawSpan, server: borrowing RawSpan) -> CheckOutcome {
        .broken
    }
    func fields(
        _: CheckReference, client: borrowing RawSpan, server: borrowing RawSpan
    ) -> [(name: String, value: String)] { [] }
}

/// Frames of many flows, ready for a lane: first one that settles each flow, then ones that are only counted.
private struct Traffic {
    private static let flows = 2000
    var bytes: [UInt8] = []
    var frames: [Frame] = []
    var routes: [Route] = []

    /// Both ends of each flow say something that no signature fits.
    static func settling() -> Traffic {
        var traffic = Traffic()
        for flow in 0..<flows {
            traffic.add(flow, fromClient: true, sequence: 0, at: 1000)
            traffic.add(flow, fromClient: false, sequence: 0, at: 1000)
        }
        traffic.route()
        return traffic
    }

    /// More of the same flows, in later seconds.
    static func counting() -> Traffic {
        var traffic = Traffic()
        for flow in 0..<flows {
            traffic.add(flow, fromClient: flow % 2 == 0, sequence: 1000 + UInt32(flow), at: 1000)
        }
        traffic.route()
        return traffic
    }

    private mutating func add(_ flow: Int, fromClient: Bool, sequence: UInt32, at second: Int64) {
        let client: [UInt8] = [10, 1, UInt8(flow >> 8), UInt8(flow & 255)]
        let server: [UInt8] = [10, 2, 0, UInt8(flow % 50)]
        let payload = Array("something that nobody knows".utf8)
        var tcp: [UInt8] = fromClient ? [0x9c, 0x40, 0, 80] : [0, 80, 0x9c, 0x40]
        tcp += (0..<4).map { UInt8(truncatingIfNeeded: sequence >> UInt32(24 - 8 * $0)) }
        tcp += [0, 0, 0, 0, 0x50, 0x18, 1, 0, 0, 0, 0, 0] + payload
        let length = 20 + tcp.count
        let ip: [UInt8] =
            [0x45, 0, UInt8(length >> 8), UInt8(length & 255), 0, 0, 0, 0, 64, 6, 0, 0]
            + (fromClient ? client + server : server + client)
        let frame: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0] + ip + tcp
        frames.append(
            Frame(
                offset: bytes.count, capturedLength: frame.count, originalLength: frame.count,
                time: Timestamp(seconds: second), linkType: LinkType(number: 1)))
        bytes += frame
    }

    private mutating func route() {
        var router = Router()
        var routes: [Route] = []
        bytes.withBytes { router.route($0, frames.span, into: &routes) }
        self.routes = routes
    }

    /// Moves the frames on in time, in place.
    mutating func delay(seconds: Int64) {
        for index in frames.indices { frames[index].time.nanoseconds += seconds * 1_000_000_000 }
    }

    func run(through lane: inout Lane) {
        bytes.withBytes { lane.process($0, frames: frames.span, routes: routes.span, firstFrame: 1) }
    }

    /// The same as by an only worker, which finds the routes itself.
    func run(through lane: inout Lane, routing router: inout Router) {
        bytes.withBytes { lane.process($0, frames: frames.span, router: &router, firstFrame: 1) }
    }
}

@Suite struct SettledPathTests {
    /// In a process of its own, since other tests allocate too.
    @Test func packetsOfSettledFlowsLeaveNoMemoryBehind() async {
        await #expect(processExitsWith: .success) {
            let letters = Array("KNOWN".utf8).map { ByteClass($0) }
            var known = ProtocolDefinition(
                name: "known", title: "Known", category: "test", reference: "", plugin: "test/known",
                origin: SourceLocation(file: "known.lua", line: 1))
            known.signatures = [
                SignatureDefinition(
                    transport: .tcp, client: .classes(letters, offset: 0), server: nil, isSymmetric: false,
                    alone: [], check: nil, origin: known.origin)
            ]
            var lane = Lane(index: try SignatureIndex([known]), scripts: NoScripts(), options: LaneOptions())
            var router = Router()
            var counting = Traffic.counting()
            Traffic.settling().run(through: &lane)
            let flows = lane.counters.flows
            var inUse: [Int] = []
            inUse.reserveCapacity(8)
            // The first rounds and the first question take memory of their own.
            for _ in 0..<4 {
                for _ in 0..<5 {
                    counting.run(through: &lane)
                    counting.delay(seconds: 1)
                    counting.run(through: &lane, routing: &router)
                    counting.delay(seconds: 1)
                }
                inUse.append(try #require(Allocator.bytesInUse()))
            }
            #expect(inUse[3] == inUse[2], "\(inUse)")
            #expect(flows == 2000)
            #expect(lane.counters.flows == flows)
            #expect(lane.counters.packets == 2 * 2000 + 40 * 2000)
            #expect(lane.takeObservations().isEmpty)
        }
    }

    @Test func aFlowIsTwoCacheLines() {
        #expect(MemoryLayout<Flow>.size == 128)
        #expect(MemoryLayout<Flow>.stride == 128)
        #expect(MemoryLayout<Flow>.alignment == 8)
    }
}

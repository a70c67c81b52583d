import Matching
import Testing

/// What plugins cost is counted and timed, and timing changes nothing else.
@Suite struct CostMeterTests {
    private let frames =
        Talk.whole("10.0.0.1:4000", "10.0.0.2:22", sshTalk).frames()
        + Talk.whole("10.0.0.1:4001", "10.0.0.2:22", sshTalk).frames()
        + Talk.whole("10.0.0.1:4002", "10.0.0.2:8080", httpTalk).frames()

    private func cost(of name: String, _ meter: CostMeter) -> CostMeter.Cost {
        let place = Library.index.protocols.firstIndex { $0.name == name }
        return place.map { meter.costs[$0] } ?? CostMeter.Cost()
    }

    @Test func candidatesAndFieldsAreCounted() {
        var time: Int64 = 0
        let meter = CostMeter(protocols: Library.index.protocols.count) {
            time += 7
            return time
        }
        let outcome = run(frames, meter: meter)
        #expect(outcome.lines == run(frames).lines)
        #expect(cost(of: "ssh", meter).candidates == 2 && cost(of: "ssh", meter).flows == 2)
        #expect(cost(of: "http", meter).candidates == 1 && cost(of: "http", meter).flows == 1)
        #expect(cost(of: "dns", meter) == CostMeter.Cost())
        // A clock that goes on only when it is read shows what reading it costs, and that is left out.
        #expect(meter.costs.allSatisfy { $0.nanoseconds == 0 } && meter.search == 0)
        #expect(meter.overhead == Int64(meter.readings) * 14)
    }

    @Test func timeThatPassesIsFound() {
        var (time, readings) = (Int64(0), 0)
        let meter = CostMeter(protocols: Library.index.protocols.count) {
            readings += 1
            // From the first packet on, every reading finds 500 ns gone.
            time += readings > 40_002 ? 507 : 7
            return time
        }
        _ = run(frames, meter: meter)
        let spent = meter.costs.reduce(0) { $0 + $1.nanoseconds } + meter.search
        #expect(abs(spent - Int64(meter.readings) * 500) < 1000)
        #expect(meter.search > 0 && cost(of: "ssh", meter).nanoseconds > cost(of: "http", meter).nanoseconds)
    }
}

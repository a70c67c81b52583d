import Flows
import Net
import TestSupport
import Testing

@Suite struct FlowExpiryTests {
    /// What can be in a table: transports and marks with different limits.
    private static let kinds: [(TransportProtocol, FlowMarks)] = [
        (.udp, [.sent(0)]), (.tcp, [.sent(0), .syn]), (.tcp, [.sent(0), .sent(1), .spoke(0)]),
        (.tcp, [.sent(0), .sent(1), .reset, .spoke(1)]),
    ]

    /// Time runs on, in small and large steps and far jumps: flows end exactly when their time is up.
    @Test(arguments: 0..<12)
    func agreesWithAListWhileTimeRunsOn(_ seed: UInt64) {
        var generator = Generator(seed: seed)
        var table = FlowTable(capacity: 600)
        var model: [FlowTable.Place: Int64] = [:]
        var second = Int64.random(in: -5...2_000_000_000, using: &generator)
        for number in 0..<1500 {
            let jump = Int.random(in: 0..<200, using: &generator)
            let step =
                jump == 0 ? 100_000_000 : jump < 4 ? 511 + Int64(jump) : jump < 30 ? 17 : jump < 90 ? 1 : 0
            second += step
            let ended = table.expire(at: second)
            let due = model.filter { place, last in last + table[place].idleLimit <= second }.keys
            #expect(ended.sorted() == due.sorted())
            for place in ended { model[place] = nil }
            let (transport, marks) = Self.kinds[Int.random(in: 0..<4, using: &generator)]
            let place = table.insert(
                flow(key(number, transport), hash: UInt32(number), second: second, marks))
            if place != 0 { model[place] = second }
            // Some older flow has a packet too.
            if let touched = model.keys.sorted().randomElement(using: &generator) {
                table[touched].last = Timestamp(seconds: second)
                model[touched] = second
            }
        }
    }

    /// Time jumps: no flow ends before its time, none outstays it by more than a turn of the wheel.
    @Test(arguments: 0..<12)
    func jumpsOfTimeNeitherEndFlowsEarlyNorKeepThemForEver(_ seed: UInt64) {
        var generator = Generator(seed: 100 + seed)
        var table = FlowTable(capacity: 600)
        var model: [FlowTable.Place: Int64] = [:]
        var second: Int64 = 1_000_000
        var wheel = second
        for number in 0..<800 {
            let jumps: [Int64] = [0, 0, 1, 1, 3, -1, -59, -70, -400, -3000, 90, 800, 20_000]
            second += jumps[Int.random(in: 0..<jumps.count, using: &generator)]
            if wheel - second > 60, Bool.random(using: &generator) {
                // So many packets are believed.
                for _ in 0..<FlowTable.stragglersBelieved { table.advance(to: second) }
                wheel = second
            }
            if wheel - second > 60 { second = wheel - 3600 } else { wheel = max(wheel, second) }
            for place in table.expire(at: second) {
                let last = model.removeValue(forKey: place) ?? .max
                #expect(last + table[place].idleLimit <= wheel || last > wheel + 86_400)
            }
            let (transport, marks) = Self.kinds[Int.random(in: 0..<4, using: &generator)]
            let place = table.insert(
                flow(key(number, transport), hash: UInt32(number), second: second, marks))
            if place != 0 { model[place] = second }
        }
        // From here on time behaves.
        let newest = max(wheel, model.values.max() ?? 0)
        for later in stride(from: wheel, through: newest + 512 + FlowTimeouts.stream, by: 1) {
            _ = table.expire(at: later)
        }
        #expect(table.count == 0)
    }

    /// Two clocks take turns: the later one tells the time, until the earlier one has insisted.
    @Test func timeGoesBackWhenEnoughPacketsSaySo() {
        var table = FlowTable(capacity: 16)
        _ = table.expire(at: 10_000)
        let place = table.insert(
            flow(key(1, .tcp), hash: 1, second: 10_000, [.sent(0), .sent(1), .spoke(0)]))
        for step in 0..<Int64(FlowTable.stragglersBelieved) {
            #expect(table.expire(at: 6400).isEmpty)
            let isNews = table.isNews(second: 6400)
            #expect(isNews)
            #expect(table.expire(at: 10_001 + step / 2).isEmpty)
        }
        for _ in 1...FlowTable.stragglersBelieved { _ = table.expire(at: 6400) }
        let isNews = table.isNews(second: 6400)
        #expect(!isNews && table.count == 1)
        table[place].last = Timestamp(seconds: 6400)
        #expect(table.expire(at: 6400 + FlowTimeouts.stream - 1).isEmpty)
        // Its turn in the wheel is that of the later clock.
        var ended: [FlowTable.Place] = []
        for second in 6400 + FlowTimeouts.stream...7300 { ended += table.expire(at: second) }
        #expect(ended == [place])
    }

    @Test func aFlowOfADamagedClockDoesNotStay() {
        var table = FlowTable(capacity: 16)
        _ = table.expire(at: 1000)
        let place = table.insert(flow(key(1), hash: 1, second: 1000))
        table[place].last = Timestamp(seconds: 9_000_000_000)
        var ended: [FlowTable.Place] = []
        for second in Int64(1001)...1600 { ended += table.expire(at: second) }
        #expect(ended == [place])
    }

    @Test func aFlowThatClosesEndsNoLaterThanItWouldHave() {
        var table = FlowTable(capacity: 16)
        _ = table.expire(at: 0)
        let place = table.insert(flow(key(1, .tcp), hash: 1, second: 0, [.sent(0), .sent(1), .syn, .synAck]))
        for second in Int64(1)...5 { #expect(table.expire(at: second).isEmpty) }
        table[place].marks.insert(.reset)
        table[place].last = Timestamp(seconds: 5)
        #expect(table.expire(at: 14).isEmpty)
        var ended: [FlowTable.Place] = []
        for second in Int64(15)...FlowTimeouts.stream + 5 { ended += table.expire(at: second) }
        #expect(ended == [place])
    }

    @Test func secondsAreNewsUntilTheTableIsTold() {
        var table = FlowTable(capacity: 16)
        let before = table.isNews(second: 7)
        _ = table.expire(at: 7)
        #expect([before, table.isNews(second: 7), table.isNews(second: 8)] == [true, false, true])
    }
}

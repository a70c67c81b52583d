import Flows
import Net
import TestSupport
import Testing

@Suite struct FlowTableModelTests {
    /// Random insertions, removals and replacements against a dictionary; few hashes, so that many flows share
    /// a run of slots, and enough flows to make the table grow.
    @Test(arguments: [(1, 100), (3, 200), (40, 1000), (4096, 3000), (65_536, 5000)])
    func findsWhatADictionaryFinds(_ hashes: Int, _ capacity: Int) {
        var generator = Generator(seed: UInt64(hashes))
        var table = FlowTable(capacity: capacity)
        var model: [Int: FlowTable.Place] = [:]
        func hash(_ number: Int) -> UInt32 {
            // The upper bits differ between most, the lower ones choose the slot.
            UInt32(number % hashes) &* 3 &+ UInt32(number % 7) << 24
        }
        var second: Int64 = 1000
        _ = table.expire(at: second)
        for _ in 0..<6 {
            for _ in 0..<capacity / 2 {
                let number = Int.random(in: 0..<2 * capacity, using: &generator)
                guard model[number] == nil else { continue }
                let place = table.insert(flow(key(number), hash: hash(number), second: second))
                #expect((place == 0) == (model.count == capacity))
                if place != 0 { model[number] = place }
            }
            for (number, place) in model.sorted(by: { $0.key < $1.key }) where number % 11 == 0 {
                let new = number + 2 * capacity
                guard model[new] == nil else { continue }
                table.replace(place, with: flow(key(new), hash: hash(new), second: second))
                model[number] = nil
                model[new] = place
            }
            expectAgreement(table, model, hash)
            // Only flows that are due can be removed: the others are touched.
            second += 600
            let gone = model.keys.sorted().filter { _ in Int.random(in: 0..<2, using: &generator) == 0 }
            for (number, place) in model where !gone.contains(number) {
                table[place].last = Timestamp(seconds: second)
            }
            let ended = table.expire(at: second)
            #expect(ended.sorted() == gone.compactMap { model[$0] }.sorted())
            for number in gone { model[number] = nil }
            expectAgreement(table, model, hash)
        }
        table.removeAll()
        expectAgreement(table, [:], hash)
        #expect(table.insert(flow(key(1), hash: 1, second: 0)) == 1)
    }

    private func expectAgreement(
        _ table: borrowing FlowTable, _ model: [Int: FlowTable.Place], _ hash: (Int) -> UInt32
    ) {
        #expect(table.count == model.count)
        #expect(table.places == model.values.sorted())
        var wrong: [Int] = []
        for number in 0..<4 * table.capacity
        where table.find(key(number), hash: hash(number)) != model[number] ?? 0 {
            wrong.append(number)
        }
        #expect(wrong.isEmpty)
        for (number, place) in model where table[place].key != key(number) { wrong.append(number) }
        #expect(wrong.isEmpty)
    }

    // MARK: The victim

    private static let answered: FlowMarks = [.sent(0), .sent(1), .spoke(0)]

    @Test func theUnansweredGoFirstAndTheRecognisedLast() {
        var table = FlowTable(capacity: 16)
        let marks: [FlowMarks] = [Self.answered, [.sent(0), .syn], [.sent(0), .spoke(0)], [.sent(1)]]
        var order: [(rank: Int, last: Int64, place: FlowTable.Place)] = []
        for number in 0..<16 {
            let second = Int64((number * 7) % 16)
            var new = flow(key(number), hash: UInt32(number), second: second, marks[number % 4])
            if number % 5 == 0 { new.protocolNumber = 3 }
            let rank = number % 5 == 0 ? 2 : number % 2 == 1 ? 0 : 1
            order.append((rank, second, table.insert(new)))
        }
        #expect(table.insert(flow(key(99), hash: 99, second: 99)) == 0, "the table is full")
        for expected in order.sorted(by: { ($0.rank, $0.last) < ($1.rank, $1.last) }) {
            let victim = table.victim()
            #expect(victim == expected.place)
            var new = flow(key(100 + Int(victim)), hash: victim, second: 1000, Self.answered)
            new.protocolNumber = 1
            table.replace(victim, with: new)
        }
    }

    @Test func aVictimsPlaceKeepsItsTurnInTheWheel() {
        var table = FlowTable(capacity: 16)
        _ = table.expire(at: 100)
        for number in 0..<16 { _ = table.insert(flow(key(number), hash: 5, second: 100)) }
        for number in 16..<200 {
            let victim = table.victim()
            table.replace(victim, with: flow(key(number), hash: 5, second: 100 + Int64(number) / 16))
        }
        #expect(table.count == 16)
        var ended: [FlowTable.Place] = []
        for second in Int64(101)...300 { ended += table.expire(at: second) }
        #expect(ended.sorted() == Array(1...16))
        #expect(table.count == 0)
    }
}

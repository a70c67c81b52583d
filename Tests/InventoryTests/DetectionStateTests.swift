import Inventory
import Net
import Testing

@Suite struct BoundedTableTests {
    private func key(_ number: Int) -> DetectionKey {
        var key = DetectionKey(seed: 7)
        key.add(UInt64(number))
        return key
    }

    /// The same, as a list from the newest to the oldest.
    private struct Model {
        var list: [(key: Int, value: Int)] = []
        var forgotten = 0
        let maximum: Int

        mutating func find(_ key: Int) -> Int? {
            guard let place = list.firstIndex(where: { $0.key == key }) else { return nil }
            list.insert(list.remove(at: place), at: 0)
            return list[0].value
        }

        mutating func add(_ key: Int, _ amount: Int) {
            if find(key) == nil {
                if list.count == maximum {
                    list.removeLast()
                    forgotten += 1
                }
                list.insert((key, 0), at: 0)
            }
            list[0].value += amount
        }
    }

    @Test(arguments: [1, 2, 3, 10, 64]) func doesAsAListDoes(maximum: Int) {
        var random = Deterministic(state: UInt64(maximum))
        var table = BoundedTable<Int>(maximum: maximum)
        var model = Model(maximum: maximum)
        for step in 0..<5000 {
            let number = Int(random.next() % 100)
            if random.next() % 3 == 0 {
                #expect(table.find(key(number)) == model.find(number), "step \(step)")
            } else {
                table.update(key(number), default: 0) { $0 += step }
                model.add(number, step)
            }
            #expect(table.count == model.list.count && table.count <= maximum)
        }
        #expect(table.forgotten == model.forgotten)
        for (number, value) in model.list.reversed() { #expect(table.find(key(number)) == value) }
    }
}

@Suite struct CountWindowTests {
    /// A window against all times in a list.
    @Test(arguments: [(2, 5), (3, 1), (5, 30), (20, 100)]) func doesAsAListDoes(atLeast: Int, seconds: Int64)
    {
        let count = Detection.Count(key: .client, atLeast: atLeast, within: seconds * 1_000_000_000)
        var random = Deterministic(state: UInt64(atLeast))
        var window = CountWindow()
        var all: [Timestamp] = []
        var time: Int64 = 1_000_000_000_000
        for _ in 0..<4000 {
            time += Int64(random.next() % UInt64(2 * count.within / Int64(atLeast)))
            all.append(Timestamp(nanoseconds: time))
            let last = all.suffix(atLeast)
            let expected =
                last.count == atLeast
                && (last.last?.nanoseconds ?? 0) - (last.first?.nanoseconds ?? 0) <= count.within
            #expect(window.add(Timestamp(nanoseconds: time), count) == expected)
        }
    }

    @Test func theLimitsThemselvesCount() {
        let count = Detection.Count(key: .client, atLeast: 3, within: 10_000_000_000)
        var window = CountWindow()
        #expect([0, 5, 10].map { window.add(Timestamp(seconds: $0), count) } == [false, false, true])
        #expect([16, 17, 18].map { window.add(Timestamp(seconds: $0), count) } == [false, true, true])
    }
}

/// Numbers that look random and are the same in every run.
private struct Deterministic {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}

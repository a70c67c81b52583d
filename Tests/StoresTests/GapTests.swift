import Dispatch
import GRDB
import Inventory
import Net
import Records
import Testing

@testable import Stores

@Suite("A store that takes nothing for long")
struct GapTests {
    /// Keeps everybody else from writing until it is let go.
    private func hold(_ store: Store) -> DispatchSemaphore {
        let (isHeld, isOver) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        DispatchQueue.global().async {
            try? store.database.write { _ in
                isHeld.signal()
                isOver.wait()
            }
        }
        isHeld.wait()
        return isOver
    }

    @Test("what waits is bounded, and what was left out is told again when there is room")
    func gap() throws {
        let store = try Store()
        let writer = try StoreWriter(store, pace: .live)
        let isOver = hold(store)
        var first = StoreBatch()
        first.append(.naming(naming))
        first.append(.begin(StoredCapture(name: "eth0", sensor: "sensor", kind: .interfaces)))
        writer.submit(first)
        let count = 1000
        for number in 0..<count {
            var batch = StoreBatch()
            let server = "10.0.\(number / 200).\(number % 200 + 1):49152"
            batch.append(service("ftp", server, first: Double(number), capture: "eth0"), at: number)
            batch.append(finding("ftp", server, at: Double(number)))
            batch.sightings.append(sighting(number, "10.9.9.9:1", at: Double(number)))
            batch.sessions.append(session("10.9.9.9:1", server, at: Double(number), service: Int32(number)))
            writer.submit(batch)
        }
        // The writer may have taken a few before it found the store held.
        #expect(writer.sessionsLost >= count - 150)
        #expect(writer.takeProblems().count { $0.contains("too much waits for the store") } == 1)
        #expect(writer.takeGap() == nil, "there is no room yet")
        isOver.signal()
        var gap: StoreWriter.Gap?
        for _ in 0..<12_000 where gap == nil {
            gap = writer.takeGap()
            StoreFiles.pause(milliseconds: 5)
        }
        let since = try #require(gap?.findingsSince)
        #expect(since > at(240) && since < at(300))
        // Whoever watches knows them all, and tells them again.
        var again = StoreBatch()
        for number in 0..<count {
            let server = "10.0.\(number / 200).\(number % 200 + 1):49152"
            again.append(service("ftp", server, first: Double(number), capture: "eth0"), at: number)
            if at(Double(number)) >= since {
                again.append(finding("ftp", server, at: Double(number)))
            }
        }
        writer.submit(again)
        writer.finish()
        #expect(writer.takeProblems() == [])
        let holdings = try store.holdings(Selection(), [.services, .findings])
        #expect(holdings.services.count == count && holdings.findings.count == count)
        #expect(holdings.findings.allSatisfy { $0.times == 1 })
    }

    @Test("a sensor that ends meanwhile stores what it can")
    func end() throws {
        let store = try Store()
        let writer = try StoreWriter(store, pace: .live)
        let isOver = hold(store)
        let capture = StoredCapture(name: "eth0", sensor: "sensor", kind: .interfaces)
        var first = StoreBatch()
        first.append(.naming(naming))
        first.append(.begin(capture))
        writer.submit(first)
        for number in 0..<600 {
            var batch = StoreBatch()
            batch.sessions.append(session("10.9.9.9:1", "10.0.0.1:21", at: Double(number)))
            batch.append(finding("ftp", "10.0.0.1:\(number + 1)", at: Double(number)))
            writer.submit(batch)
        }
        var last = StoreBatch()
        last.append(.end(capture))
        writer.submit(last)
        isOver.signal()
        writer.finish()
        let (state, lost) = try store.read { database in
            (
                try String.fetchOne(database, sql: "SELECT state FROM captures"),
                try Int.fetchOne(database, sql: "SELECT lost FROM captures")
            )
        }
        #expect(state == "complete" && lost == writer.sessionsLost)
    }
}

import Inventory
import Net
import Records
import Testing

@testable import Stores

/// Sessions that are left as hourly counts, and moments within an hour.
@Suite("Answers of what is left by the hour")
struct HourTests {
    let place = Place(endpoint("10.0.0.5:49152"))

    private func store(_ sessions: [SessionRow], rollsUp: Bool) throws -> Store {
        let store = try Store()
        try store.write { $0.sessions += sessions }
        if rollsUp { try Retention(sessions: -1).apply(to: store, clock: at(2 * day).nanoseconds) }
        return store
    }

    @Test(
        "who only tried was not there yet: what was reached counts from the first session",
        arguments: [false, true])
    func triedBefore(_ rollsUp: Bool) throws {
        let store = try store(
            [
                session("10.0.0.9:1", "10.0.0.5:49152", at: hour, state: .attempted),
                session("10.0.0.9:2", "10.0.0.20:22", at: 2 * hour),
                session("10.0.0.5:3", "10.0.0.20:22", at: 2 * hour),
                session("10.0.0.9:4", "10.0.0.5:49152", at: 3 * hour),
                session("10.0.0.9:5", "10.0.0.21:22", at: 4 * hour),
                session("10.0.0.5:6", "10.0.0.21:22", at: 5 * hour),
            ], rollsUp: rollsUp)
        let reached = try store.reached(from: place, Selection())
        #expect(
            reached.map { "\($0.from) to \($0.place)" } == [
                "10.0.0.9 to 10.0.0.21:22/tcp", "10.0.0.5 to 10.0.0.21:22/tcp",
            ])
        #expect(!reached.contains { $0.countsWholeHours })
    }

    @Test("the hour of the first session counts whole, but for a single session that was before it")
    func hourOfTheFirstSession() throws {
        let sessions = [
            session("10.0.0.9:1", "10.0.0.20:22", at: 10),
            session("10.0.0.9:2", "10.0.0.21:22", at: 20),
            session("10.0.0.9:3", "10.0.0.5:49152", at: 60),
            session("10.0.0.9:4", "10.0.0.20:22", at: 90),
            session("10.0.0.9:5", "10.0.0.22:22", at: 2 * hour),
        ]
        func reached(rollsUp: Bool) throws -> [String] {
            try store(sessions, rollsUp: rollsUp).reached(from: place, Selection()).map {
                "\($0.place): \($0.usage.sessions)\($0.countsWholeHours ? ", whole hours" : "")"
            }
        }
        #expect(try reached(rollsUp: false) == ["10.0.0.20:22/tcp: 1", "10.0.0.22:22/tcp: 1"])
        #expect(try reached(rollsUp: true) == ["10.0.0.20:22/tcp: 2, whole hours", "10.0.0.22:22/tcp: 1"])
    }

    /// Sessions at 1:01 and 1:10, and one from 3:00 to 3:10.
    @Test(
        "a time that is asked for may begin or end within hours that count whole",
        arguments: [
            (hour + 300, true), (hour + 600, true), (hour + 601.5, false), (hour, false), (2 * hour, false),
            (3 * hour + 300, false),
        ])
    func bounds(_ moment: Double, _ isWithin: Bool) throws {
        let sessions =
            [60, 600].map { session("10.0.0.9:1", "10.0.0.5:49152", at: hour + $0) }
            + [session("10.0.0.9:2", "10.0.0.5:49152", at: 3 * hour, lasting: 600)]
        for rollsUp in [false, true] {
            let store = try store(sessions, rollsUp: rollsUp)
            for change: (inout Selection) -> Void in [
                { $0.since = at(moment) }, { $0.until = at(moment) }, { $0.newSince = at(moment) },
            ] {
                var selection = Selection()
                change(&selection)
                let isWhole = rollsUp && isWithin
                #expect(try store.countsWholeHours(of: place, selection) == isWhole)
                #expect(try store.countsWholeHours(of: address("10.0.0.9"), selection) == isWhole)
                #expect(try !store.countsWholeHours(of: address("10.0.0.8"), selection))
            }
        }
    }

    @Test(
        "of what began since a moment, the hour of that counts whole, but for a single session before it",
        arguments: [(hour + 300, 2, 3), (hour + 700, 1, 1), (3 * hour + 300, 0, 0)])
    func began(_ moment: Double, _ sessions: Int, _ ofHours: Int) throws {
        let rows =
            [60, 600].map { session("10.0.0.9:1", "10.0.0.5:49152", at: hour + $0) }
            + [session("10.0.0.9:2", "10.0.0.5:49152", at: 3 * hour, lasting: 600)]
        var selection = Selection()
        selection.newSince = at(moment)
        for (rollsUp, expected) in [(false, sessions), (true, ofHours)] {
            let store = try store(rows, rollsUp: rollsUp)
            #expect(try store.usage(of: place, selection, per: nil).whole.sessions == expected)
        }
    }

    /// Two sessions that begin at 1:05 and 1:10 and last two hours.
    private let long = [300, 600].map {
        session("10.0.0.9:1", "10.0.0.5:49152", at: hour + $0, lasting: 2 * hour)
    }

    @Test(
        "sessions that go on past their hour did not begin after it",
        arguments: [(1.25 * hour, false), (2 * hour, true), (2.5 * hour, true)], [false, true])
    func beganInTheirHour(_ moment: (seconds: Double, isAfterTheHour: Bool), _ rollsUp: Bool) throws {
        let store = try store(long, rollsUp: rollsUp)
        let isWhole = rollsUp && !moment.isAfterTheHour
        var (new, until) = (Selection(), Selection())
        (new.newSince, until.until) = (at(moment.seconds), at(moment.seconds))
        #expect(try store.usage(of: place, new, per: nil).whole.sessions == (isWhole ? 2 : 0))
        #expect(try store.usage(of: place, until, per: nil).whole.sessions == 2)
        for selection in [new, until] {
            #expect(try store.countsWholeHours(of: place, selection) == isWhole)
        }
    }

    @Test(
        "what began in an hour before the first session was not reached after it", arguments: [false, true])
    func beganBeforeTheFirstSession(_ rollsUp: Bool) throws {
        let before = [300, 600].map {
            session("10.0.0.9:1", "10.0.0.20:22", at: hour + $0, lasting: 2 * hour)
        }
        let first = session("10.0.0.9:3", "10.0.0.5:49152", at: 2.5 * hour)
        let store = try store(before + [first], rollsUp: rollsUp)
        #expect(try store.reached(from: place, Selection()).isEmpty)
    }
}

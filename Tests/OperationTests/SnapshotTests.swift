import Net
import Synchronization
import Testing

@testable import Operation

@Suite struct SnapshotTests {
    @Test(arguments: [Situations.quiet, Situations.busy])
    func jsonComesBackAsItWas(snapshot: SensorSnapshot) throws {
        #expect(try SensorSnapshot(json: snapshot.json()) == snapshot)
        #expect(try SensorSnapshot(json: snapshot.json(isPretty: true)) == snapshot)
    }

    /// Whoever answers at that address may say anything.
    @Test func numbersThatNobodyCountsAreRefused() throws {
        let json = String(decoding: try Situations.busy.json(), as: UTF8.self)
        let changes = [
            (#""packets_per_second":123456.7"#, #""packets_per_second":1e300"#),
            (#""bits_per_second":987654321"#, #""bits_per_second":-1"#),
            (#""tracked":731000"#, #""tracked":-731000"#),
            (#""off_port":31"#, #""off_port":9223372036854775807"#),
        ]
        for (said, other) in changes {
            #expect(json.contains(said))
            let changed = json.replacing(said, with: other)
            #expect(throws: (any Error).self) { try SensorSnapshot(json: Array(changed.utf8)) }
        }
        // What a sensor of many years may have counted is shown.
        let large = json.replacing(#""seen":4812300"#, with: #""seen":1000000000000000000"#)
        let snapshot = try SensorSnapshot(json: Array(large.utf8))
        #expect(StatusPage(width: 200).text(of: snapshot).contains("under 1 % recognised"))
    }

    @Test func jsonNamesAreThoseOfTheDocumentation() throws {
        let text = String(decoding: try Situations.busy.json(), as: UTF8.self)
        for part in [
            #""now":"2026-11-24T10:03:04.000000Z""#, #""ipv4_header_cut_off":12"#, #""off_port":31"#,
            #""protocol":"ssh""#, #""oldest_waiting_seconds":72.5"#, #""packets_per_second":123456.7"#,
            #""is_open":false"#, #""link_down":true"#, #""newest_findings":["#, #""state":"running""#,
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test func jsonDoesNothingOnATerminal() throws {
        var snapshot = Situations.quiet
        snapshot.newestServices = [
            .init(
                time: snapshot.now, protocolName: "ssh", host: "10.0.0.1", port: 22, standing: "expected",
                product: "\u{1b}[2J\u{9b}2J\u{7f}\u{80}é")
        ]
        let json = try snapshot.json()
        let text = String(decoding: json, as: UTF8.self)
        #expect(text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
        #expect(try SensorSnapshot(json: json) == snapshot)
    }

    @Test func aBoardGrowsStale() {
        let clock = Mutex(ContinuousClock.now)
        let board = SnapshotBoard { clock.withLock { $0 } }
        #expect(board.snapshot == nil && board.age == nil && !board.isFresh)
        board.post(Situations.quiet)
        #expect(board.isFresh && board.snapshot == Situations.quiet)
        clock.withLock { $0 += .seconds(10) }
        #expect(board.isFresh)
        clock.withLock { $0 += .milliseconds(1) }
        #expect(!board.isFresh)
        board.post(Situations.busy)
        #expect(board.isFresh && board.snapshot == Situations.busy)
    }

    @Test func aBoardIsReadWhileItIsWritten() async {
        let board = SnapshotBoard()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask { for _ in 0..<500 { board.post(Situations.quiet) } }
                group.addTask { for _ in 0..<500 { #expect(board.snapshot.map { $0.pid == 4242 } ?? true) } }
            }
        }
    }

    @Test func ratesAreThoseOfTheLastTenSeconds() {
        var meter = RateMeter()
        #expect(meter.update(nanoseconds: 0, packets: 0, bytes: 0) == .init())
        var rates = SensorSnapshot.Rates()
        // A hundred packets a second for a minute, then a thousand for ten seconds.
        for second in 1...60 {
            rates = meter.update(
                nanoseconds: Int64(second) * 1_000_000_000, packets: second * 100, bytes: second * 1000)
        }
        #expect(rates == .init(packetsPerSecond: 100, bitsPerSecond: 8000))
        for second in 61...70 {
            rates = meter.update(
                nanoseconds: Int64(second) * 1_000_000_000, packets: 6000 + (second - 60) * 1000,
                bytes: 60_000 + (second - 60) * 10_000)
        }
        #expect(rates == .init(packetsPerSecond: 1000, bitsPerSecond: 80_000))
        // A look between two readings.
        rates = meter.update(nanoseconds: 70_100_000_000, packets: 16_100, bytes: 161_000)
        #expect(abs(rates.packetsPerSecond - 1000) < 10)
    }

    @Test func theNewestComeFirstAndTheOldestGo() {
        var newest = Newest<Int>(limit: 3)
        #expect(newest.elements.isEmpty)
        for number in 1...2 { newest.append(number) }
        #expect(newest.elements == [2, 1])
        for number in 3...8 { newest.append(number) }
        #expect(newest.elements == [8, 7, 6])
    }

    @Test func latenciesFallIntoTheirBuckets() {
        var latency = SensorSnapshot.Latency()
        #expect(latency.bound(of: 0.99) == nil)
        latency.record(seconds: -1, times: 98)
        latency.record(seconds: 0.25)
        latency.record(seconds: 11)
        #expect(latency.buckets.first == 98 && latency.buckets.last == 1 && latency.count == 100)
        #expect(latency.bound(of: 0.5) == 0.005 && latency.bound(of: 0.99) == 0.25)
        #expect(latency.bound(of: 1) == nil && latency.sum == 11.25)
    }

    @Test func latenciesOfOtherBucketsAreNeverQuicker() {
        let latency = SensorSnapshot.Latency(bounds: [0.001, 0.2, 30], counts: [1, 2, 4, 8], sum: 99)
        #expect(latency.buckets == [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 12] && latency.sum == 99)
    }

    @Test func theMemoryOfThisProcessIsKnown() { #expect(ProcessMemory.residentBytes > 1 << 20) }
}

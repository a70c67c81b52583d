import Foundation
import Inventory
import Net
import Testing

@testable import Alerts

extension AlertsTests {
    @Suite struct SpoolTests {
        private func entry(_ number: Int) -> SpoolEntry {
            let alert = finding(number)
            return SpoolEntry(
                submitted: Timestamp(seconds: Int64(number)), key: AlertKey(alert), alert: alert)
        }

        private func numbers(_ entries: [(entry: SpoolEntry, end: SpoolCursor)]) -> [Int] {
            entries.compactMap { $0.entry.alert.port.map(Int.init) }
        }

        @Test func anEntryComesBackAsItWas() throws {
            var whole = entry(22)
            whole.number = 7
            whole.alert.instance = "9f2c"
            whole.alert.direction = .outbound
            whole.alert.host = IPAddress(high: 0x2001_0db8 << 32, low: 1)
            var bare = Alert(
                time: Timestamp(nanoseconds: -5), kind: .heldBack, severity: .info, title: "é", line: [])
            bare.port = 0
            for written in [whole, SpoolEntry(submitted: Timestamp(seconds: 1), key: nil, alert: bare)] {
                let bytes = written.encoded
                let (read, size) = try #require(SpoolEntry.decode(bytes[...]))
                #expect(
                    size == bytes.count && read.number == written.number
                        && read.submitted == written.submitted)
                #expect(read.alert == written.alert && read.key == written.key)
                for length in stride(from: 0, to: bytes.count, by: 7) {
                    #expect(SpoolEntry.decode(bytes[..<length]) == nil)
                }
                for place in stride(from: 0, to: bytes.count, by: 3) {
                    var damaged = bytes
                    damaged[place] ^= 0x10
                    #expect(SpoolEntry.decode(damaged[...]) == nil, "byte \(place)")
                }
            }
        }

        @Test(arguments: [
            "00000000000000000000", "18446744073709551615", "+0000000000000000001", "0000000000000000001",
        ])
        func whatIsNoSegmentIsLeftAlone(_ number: String) throws {
            let folder = Folder()
            try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
            let path = folder.path + "/" + number + ".alerts"
            try Data("notes".utf8).write(to: URL(filePath: path))
            var spool = try Spool(folder: folder.path, limit: 1 << 20, on: Disk())
            #expect(spool.waiting == 0 && spool.takeDropped() == 0)
            try spool.append(entry(1))
            #expect(spool.waiting == 1 && folder.names().contains(number + ".alerts"))
        }

        @Test func aTornTailIsCut() throws {
            for missing in [1, 5, 20, 100] {
                let folder = Folder()
                do {
                    var spool = try Spool(folder: folder.path, limit: 1 << 20, on: Disk())
                    for number in 1...3 { try spool.append(entry(number)) }
                }
                let name = try #require(folder.names().first { $0.hasSuffix(".alerts") })
                let file = try #require(FileHandle(forUpdatingAtPath: folder.path + "/" + name))
                try file.truncate(atOffset: try file.seekToEnd() - UInt64(missing))
                try file.close()
                var spool = try Spool(folder: folder.path, limit: 1 << 20, on: Disk())
                #expect(spool.cuts == 1 && spool.waiting == 2)
                try spool.append(entry(4))
                let left = numbers(try spool.read(atMost: 10))
                #expect(left == [1, 2, 4])
            }
        }

        @Test func aTornPositionIsTheOneBefore() throws {
            let folder = Folder()
            do {
                var spool = try Spool(folder: folder.path, limit: 1 << 20, on: Disk())
                for number in 1...4 { try spool.append(entry(number)) }
                for item in try spool.read(atMost: 3) { spool.acknowledge(item.end) }
            }
            // The third is in the first of the two places.
            let file = try #require(FileHandle(forUpdatingAtPath: folder.path + "/position"))
            try file.write(contentsOf: [0xff])
            try file.close()
            var spool = try Spool(folder: folder.path, limit: 1 << 20, on: Disk())
            let left = numbers(try spool.read(atMost: 10))
            #expect(left == [3, 4])
        }

        @Test func aFullSpoolGivesUpTheOldest() throws {
            let folder = Folder()
            var spool = try Spool(folder: folder.path, limit: 64 << 10, on: Disk())
            for number in 1...2000 {
                try spool.append(entry(number))
                #expect(spool.size <= 64 << 10)
            }
            let left = numbers(try spool.read(atMost: 3000))
            let dropped = spool.takeDropped()
            #expect(dropped > 1000 && left == Array(dropped + 1...2000) && spool.waiting == left.count)
            let again = spool.takeDropped()
            #expect(again == 0)
        }

        @Test func damageInTheMiddleLosesOnlyItsSegment() throws {
            let folder = Folder()
            do {
                var spool = try Spool(folder: folder.path, limit: 64 << 10, on: Disk())
                for number in 1...100 { try spool.append(entry(number)) }
            }
            let names = folder.names().filter { $0.hasSuffix(".alerts") }
            #expect(names.count > 4)
            let file = try #require(FileHandle(forUpdatingAtPath: folder.path + "/" + names[1]))
            try file.seek(toOffset: 40)
            try file.write(contentsOf: [0, 1, 2, 3])
            try file.close()
            var spool = try Spool(folder: folder.path, limit: 64 << 10, on: Disk())
            let left = numbers(try spool.read(atMost: 200))
            let dropped = spool.takeDropped()
            #expect(left.count == 100 - dropped && left == left.sorted() && left.last == 100)
            #expect(left.count > 60)
        }

        /// Whatever is done in whatever order, the spool gives what a plain list gives.
        @Test(arguments: 1...8) func model(seed: Int) throws {
            let folder = Folder()
            var random = UInt64(seed)
            func next(_ bound: Int) -> Int {
                random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int(random >> 33) % bound
            }
            var spool: Spool? = try Spool(folder: folder.path, limit: 64 << 10, on: Disk())
            var list: [Int] = []
            var read: [(entry: SpoolEntry, end: SpoolCursor)] = []
            var number = 0
            for _ in 1...400 {
                switch next(6) {
                case 0, 1:
                    // Few enough that none is given up.
                    guard list.count < 100 else { continue }
                    number += 1
                    list.append(number)
                    try spool?.append(entry(number))
                case 2:
                    let count = next(5) + 1
                    let more = try spool?.read(atMost: count) ?? []
                    #expect(numbers(more) == Array(list.dropFirst(read.count).prefix(more.count)))
                    if let last = more.last { spool?.advance(to: last.end) }
                    read += more
                case 3 where !read.isEmpty:
                    let count = next(read.count) + 1
                    spool?.acknowledge(read[count - 1].end)
                    read.removeFirst(count)
                    list.removeFirst(count)
                case 4 where next(4) == 0:
                    spool = nil
                    spool = try Spool(folder: folder.path, limit: 64 << 10, on: Disk())
                    read = []
                default:
                    spool?.rewind()
                    read = []
                }
                #expect(spool?.waiting == list.count)
                let oldest = spool?.oldest
                #expect(oldest?.nanoseconds == list.first.map { Int64($0) * 1_000_000_000 })
            }
            let keys = try spool?.keys() ?? []
            #expect(keys.count >= list.count)
        }
    }
}

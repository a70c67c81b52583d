import Foundation
import Testing

@testable import Capture

/// What needs no interface: counters of the kernel's, and a folder that is followed.
@Suite struct LiveTests {
    @Test func countersThatWrapGoOn() {
        var counter = WrappingCounter()
        var total = 0
        for count: UInt32 in [10, 2_000_000_000, 4_000_000_000, 4_294_967_295, 4, 1_000_000_000] {
            total += counter.growth(to: count)
        }
        #expect(total == 4_294_967_296 + 1_000_000_000)
        // Begun anew: nothing is counted twice, and nothing is taken back.
        #expect(counter.growth(to: 0) == 0 && counter.growth(to: 7) == 7)
    }

    @Test(arguments: [
        ("No such device exists", "No such device exists", "No such device exists"),
        ("Permission denied", "socket: refused", "Permission denied (socket: refused)"),
        ("Generic error", "", "Generic error"),
    ])
    func whatLibpcapSaysTwiceIsToldOnce(general: String, detail: String, told: String) {
        #expect(LiveInterface.reason(general, detail) == told)
    }

    @Test func aFolderThatCannotBeFollowedIsToldWhy() throws {
        let scratch = try Scratch()
        let notes = try scratch.write(Array("notes".utf8), "notes.txt")
        for (path, reason) in [
            (scratch.path + "/no", "no such file or folder"), (notes + "/in", "Not a directory"),
            (notes, "is no folder: --follow takes one that captures are written to"),
        ] {
            let error = #expect(throws: CaptureError.self) { try FolderSource(folder: path, filter: nil) }
            #expect(error?.description == "\(path): \(reason)")
        }
    }

    @Test func aCaptureThatWasEmptyInItsTurnIsReadLater() throws {
        let scratch = try Scratch()
        let capture = pcap(someFrames(2))
        for (place, name) in ["a", "b", "c"].enumerated() {
            let time = Date(timeIntervalSince1970: 1_000_000_000 + Double(place))
            try FileManager.default.setAttributes(
                [.modificationDate: time], ofItemAtPath: scratch.write(capture, name))
        }
        let source = try FolderSource(folder: scratch.path, filter: nil)
        let chunk = Chunk(capacity: 4096)
        func readUntil(_ count: Int) throws -> Int {
            for _ in 0..<200 where source.framesRead < count { _ = try source.read(into: chunk) }
            return source.framesRead
        }
        #expect(try readUntil(2) == 2)
        try scratch.write([], "b")
        #expect(try readUntil(4) == 4)
        try scratch.write(capture, "b")
        #expect(try readUntil(6) == 6)
    }

    @Test func whatTheFilterDoesNotSuitIsToldOnceForAFolder() throws {
        let scratch = try Scratch()
        for name in ["a", "b"] { try scratch.write(pcap(someFrames(2), linkField: 101), name) }
        let source = try FolderSource(folder: scratch.path, filter: "ether src 02:02:02:02:02:02")
        let chunk = Chunk(capacity: 4096)
        for _ in 0..<200 where source.framesRead < 4 { _ = try source.read(into: chunk) }
        #expect(source.framesLeftOut.filtered == 0 && source.framesLeftOut.unfilterable == 4)
        #expect(source.takeProblems().count == 1)
    }

    @Test func whatAnEarlierRunReadIsNotReadAgain() throws {
        let scratch = try Scratch()
        let paths = try (0..<3).map { try scratch.write(pcap(someFrames(4)), "\($0)") }
        let source = try FolderSource(folder: scratch.path, filter: nil)
        // A pcap header, and two records: the third is the first that is wanted.
        let third = read(try CaptureReader(path: paths[1])).frames.prefix(2).reduce(24) {
            $0 + 16 + $1.bytes.count
        }
        source.progress = { path in
            path == paths[0] ? .whole : path == paths[1] ? .bytes(third) : FolderSource.Progress.none
        }
        var finished: [String] = []
        source.finished = { finished.append($0) }
        let chunk = Chunk(capacity: 4096)
        for _ in 0..<20 where source.framesRead < 6 { _ = try source.read(into: chunk) }
        #expect(source.framesRead == 6)
        // The newest one may grow.
        #expect(finished == [paths[1]] && source.unfinished?.path == paths[2])
        #expect(source.unfinished?.bytes == pcap(someFrames(4)).count)
        let events = source.takeEvents().map(\.text)
        #expect(events.count == 2 && events[0].contains("goes on at byte \(third)"), "\(events)")
        #expect(events[1].contains("1 capture was read to the end before"), "\(events)")
    }

    @Test func aFolderThatGoesAwayIsToldAndNothingOfItIsReadTwice() throws {
        let scratch = try Scratch()
        let folder = scratch.path + "/captures"
        try scratch.write(pcap(someFrames(2)), "captures/a")
        try scratch.write(pcap(someFrames(3)), "captures/b")
        let source = try FolderSource(folder: folder, filter: nil)
        let chunk = Chunk(capacity: 4096)
        func readUntil(_ condition: () -> Bool) throws {
            for _ in 0..<200 where !condition() { _ = try source.read(into: chunk) }
            #expect(condition())
        }
        try readUntil { source.framesRead == 5 }
        #expect(source.takeEvents().isEmpty)
        try FileManager.default.moveItem(atPath: folder, toPath: scratch.path + "/away")
        try readUntil { !source.isThere }
        #expect(source.takeEvents().map(\.isLoss) == [true])
        try FileManager.default.moveItem(atPath: scratch.path + "/away", toPath: folder)
        try readUntil { source.isThere }
        #expect(source.takeEvents().map(\.text) == ["\(folder): is back"])
        try scratch.write(pcap(someFrames(1)), "captures/c")
        try readUntil { source.framesRead == 6 }
    }
}

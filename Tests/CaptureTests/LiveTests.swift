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
}

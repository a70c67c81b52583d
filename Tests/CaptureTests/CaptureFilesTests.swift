import Capture
import Foundation
import Testing

@Suite struct CaptureFilesTests {
    /// Parts of a capture are numbered, with zeros before or without.
    @Test func numbersGoByTheirValues() throws {
        let scratch = try Scratch()
        let names = [
            "a-2.pcap", "a-007.pcap", "a-10.pcap", "b.pcap", "b.pcap1", "b.pcap2", "b.pcap10", "c01.pcap",
            "c1.pcap",
        ]
        for name in names.reversed() { try scratch.write(pcap([]), name) }
        #expect(try CaptureFiles.expand(scratch.path) == names.map { "\(scratch.path)/\($0)" })
    }

    @Test func folder() throws {
        let scratch = try Scratch()
        let capture = pcap(someFrames(1))
        try scratch.write(capture, "b.pcap")
        try scratch.write(gzipped(capture), "a")
        try scratch.write(Pcapng().bytes, "deep/er/c.bin")
        try scratch.write(pcap([], isBig: true), "deep/d.txt")
        try scratch.write(Array("not one".utf8), "e.pcap")
        try scratch.write(gzipped(Array("not one".utf8)), "f.pcap.gz")
        try scratch.write([], "g.pcap")
        let files = FileManager.default
        try files.createSymbolicLink(atPath: scratch.path + "/deep/loop", withDestinationPath: scratch.path)
        try files.createSymbolicLink(atPath: scratch.path + "/link", withDestinationPath: "b.pcap")
        try files.createSymbolicLink(atPath: scratch.path + "/nowhere", withDestinationPath: "missing")
        let expected = ["a", "b.pcap", "deep/d.txt", "deep/er/c.bin", "link"].map { "\(scratch.path)/\($0)" }
        #expect(try CaptureFiles.expand(scratch.path) == expected)
        #expect(try CaptureFiles.expand(scratch.path + "/") == expected)
    }

    @Test func filesOfAnyKindThatAreWanted() throws {
        let scratch = try Scratch()
        for name in ["b.log", "day-10/conn.log.gz", "day-9/conn.log.gz", "a.txt"] {
            try scratch.write(Array("notes".utf8), name)
        }
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path + "/day-9/current", withDestinationPath: scratch.path)
        let expected = ["b.log", "day-9/conn.log.gz", "day-10/conn.log.gz"].map { "\(scratch.path)/\($0)" }
        #expect(try CaptureFiles.expand(scratch.path) { !$0.hasSuffix(".txt") } == expected)
        #expect(CaptureFiles.isFile(expected[0]) && !CaptureFiles.isFile(scratch.path))
        #expect(!CaptureFiles.isFile("/dev/null"))
    }

    /// Into each folder once, wherever links lead.
    @Test func foldersBehindLinksWhereTheyAreRead() throws {
        let scratch = try Scratch()
        for name in ["named/a.lua", "shared/b.lua"] { try scratch.write(Array("notes".utf8), name) }
        let files = FileManager.default
        try files.createSymbolicLink(
            atPath: scratch.path + "/named/shared", withDestinationPath: "../shared")
        try files.createSymbolicLink(atPath: scratch.path + "/shared/back", withDestinationPath: "../named")
        let (named, shared) = ("\(scratch.path)/named", "\(scratch.path)/shared/b.lua")
        #expect(try CaptureFiles.expand(named) { _ in true } == ["\(named)/a.lua"])
        let all = try CaptureFiles.expand(named, followingLinks: true) { _ in true }
        #expect(all == ["\(named)/a.lua", "\(named)/shared/b.lua"])
        #expect(CaptureFiles.isRead(shared, fromWithin: named, followingLinks: true) { _ in true })
        #expect(!CaptureFiles.isRead(shared, fromWithin: named) { _ in true })
    }

    @Test func anythingElseIsItself() throws {
        let scratch = try Scratch()
        let notes = try scratch.write(Array("notes".utf8), "notes.txt")
        #expect(try CaptureFiles.expand(notes) == [notes])
        #expect(try CaptureFiles.expand("-") == ["-"])
        let missing = #expect(throws: CaptureError.self) { try CaptureFiles.expand(scratch.path + "/no") }
        #expect(missing?.description == "\(scratch.path)/no: no such file or folder")
        let behind = #expect(throws: CaptureError.self) { try CaptureFiles.expand(notes + "/a.pcap") }
        #expect(behind?.description == "\(notes)/a.pcap: Not a directory")
    }
}

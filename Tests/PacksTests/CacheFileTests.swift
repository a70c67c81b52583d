import Foundation
import Testing

@testable import Packs

/// A file that only saves time is believed only when nobody else could have written it.
@Suite struct CacheFileTests {
    private let scratch: Scratch
    private var folder: String { scratch.path + "/cache" }
    private var path: String { folder + "/known-files" }
    private var file: CacheFile { CacheFile(path) }

    init() throws { scratch = try Scratch() }

    private func allow(_ mode: Int, _ path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @Test func whatIsKeptIsThereAndIsReplacedWhole() {
        #expect(file.bytes(limit: 100) == nil)
        file.replace(by: [1, 2, 3])
        #expect(file.bytes(limit: 100) == [1, 2, 3])
        file.replace(by: [4])
        #expect(file.bytes(limit: 100) == [4])
        #expect(Disk.names(in: folder) == ["known-files"])
    }

    @Test func whatIsTooLargeIsNotRead() {
        file.replace(by: [1, 2, 3])
        #expect(file.bytes(limit: 2) == nil)
    }

    @Test(arguments: [0o664, 0o646]) func whatOthersMayWriteIsNotBelieved(mode: Int) throws {
        file.replace(by: [1])
        try allow(mode, path)
        #expect(file.bytes(limit: 100) == nil)
        file.replace(by: [2])
        #expect(file.bytes(limit: 100) == [2])
        try allow(mode | 0o111, folder)
        #expect(file.bytes(limit: 100) == nil)
        file.replace(by: [3])
        #expect(try Array(Data(contentsOf: URL(filePath: path))) == [2])
    }

    @Test func aLinkIsNotFollowed() throws {
        file.replace(by: [1])
        try FileManager.default.moveItem(atPath: path, toPath: scratch.path + "/elsewhere")
        try FileManager.default.createSymbolicLink(
            atPath: path, withDestinationPath: scratch.path + "/elsewhere")
        #expect(file.bytes(limit: 100) == nil)
    }

    @Test func whereNothingCanBeWrittenNothingHappens() {
        let nowhere = CacheFile("/proc/offport/known-files")
        nowhere.replace(by: [1])
        #expect(nowhere.bytes(limit: 100) == nil)
    }

    @Test func theProgramIsTheSameAsLongAsItRuns() {
        #expect(CacheFile.program == CacheFile.program && CacheFile.program != nil)
        file.replace(by: [1])
        let stamp = Disk.stamp(of: path)
        file.replace(by: [1])
        #expect(Disk.stamp(of: path) != stamp && Disk.stamp(of: scratch.path + "/nothing") == "")
    }
}

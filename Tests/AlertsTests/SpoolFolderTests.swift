import Foundation
import Testing

@testable import Alerts

@Suite("Spools are brought to the disk")
struct SpoolFolderTests {
    @Test("folders with spools, without, and none at all; what is no folder is told")
    func sync() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "offport-spools-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(SpoolFolder.sync(folder) == nil)
        try FileManager.default.createDirectory(atPath: folder + "/soc", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: folder + "/empty", withIntermediateDirectories: true)
        try Data("alerts".utf8).write(to: URL(filePath: folder + "/soc/1.alerts"))
        #expect(SpoolFolder.sync(folder) == nil)
        try Data().write(to: URL(filePath: folder + "/stray"))
        #expect(SpoolFolder.sync(folder) == "\(folder)/stray: Not a directory")
    }
}

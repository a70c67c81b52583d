import Foundation
import Matching
import Net
import Plugins
import SignatureImports
import Testing

/// Debian's copy of nmap-service-probes, of the package nmap-common; where it is not installed, nothing is tested.
private let debianCopy = "/usr/share/nmap/nmap-service-probes"

@Suite(
    .enabled(
        if: FileManager.default.isReadableFile(atPath: debianCopy),
        "\(debianCopy) is missing: apt-get install nmap-common"))
struct DebianCopyTests {
    private func bytes() throws -> [UInt8] {
        Array(try #require(FileManager.default.contents(atPath: debianCopy)))
    }

    @Test func nineOfTenLinesAreExpressedAndThePackLoads() throws {
        let known = Known(names: [
            "ftp", "http", "ssh", "dns", "smtp", "telnet", "pop3", "imap", "sip", "rtsp",
        ])
        let result = NmapImport.pack(of: try bytes(), file: "nmap-service-probes", beside: known)
        #expect(result.entries > 10_000)
        #expect(result.expressed * 10 >= result.entries * 9)
        #expect(result.expressed + result.leftOut.count == result.entries)
        #expect(result.leftOut.allSatisfy { $0.line > 0 && $0.line <= result.lines })

        var library = result.library
        #expect(library.problems == [])
        let index = try SignatureIndex(library.definitions, regexes: library.regexes)
        library.tryExamples(with: index, ScriptHost(sources: library.sources))
        #expect(library.problems == [])
        #expect(library.definitions.count == result.newProtocols.count + result.extendedProtocols.count)
        #expect(library.isWhole(in: index))
    }

    @Test func theSameFileGivesTheSamePack() throws {
        let bytes = try bytes()
        let (first, second) = (
            NmapImport.pack(of: bytes, file: "x", beside: Known()),
            NmapImport.pack(of: bytes, file: "x", beside: Known())
        )
        #expect(first.files.map(\.path) == second.files.map(\.path))
        #expect(first.files.map(\.text) == second.files.map(\.text))
        #expect(first.leftOut == second.leftOut)
    }
}

import Foundation
import Matching
import Plugins
import Replays

/// The core pack, compiled once for all tests here.
enum CorePack {
    static let library: ReplayLibrary = {
        let library = Library(plugins: ["plugins/core"])
        // Without an index there is nothing to test.
        do {
            let index = try SignatureIndex(library.definitions, regexes: library.regexes)
            return ReplayLibrary(index, sources: library.sources)
        } catch { preconditionFailure("\(error)") }
    }()
}

extension RecordedCapture {
    /// The situations, and what real servers and clients said.
    static let all: Result<[RecordedCapture], any Error> = Result {
        let replay = Replay(CorePack.library)
        return try ["Tests/Golden", "examples/lab", "examples/lab/carriers"].flatMap { folder in
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                .filter { $0.contains(".pcap") }
                .map { try RecordedCapture("\(folder)/\($0)", replay) }
        }
    }
}

import Plugins
import Testing

/// Start-up is part of every run of the command, so loading many plugins must stay cheap.
///
/// The bounds leave room
/// for debug builds and busy machines; the figures to hold are in the benchmarks.
@Suite(.serialized) struct StartupTests {
    private static func protocolText(_ number: Int) -> String {
        """
        protocol "p\(number)" {
          title = "Protocol \(number)", category = "web", reference = "RFC \(number)",
          ports = { "\(number % 60_000 + 1)/tcp" },
          tcp { client = starts "P\(number) ", server = line "R\(number)" },
          fields { server = [[^R\(number)-(?<version>[\\d.]+)-(?<software>[^\\s]+)]] },
          example { client = "P\(number) hello\\r\\n", server = "R\(number)-1.0-x\\r\\n" },
          counterexample { client = "GET / HTTP/1.1\\r\\n", server = "R\(number)\\r\\n" },
        }

        """
    }

    private static func source(_ numbers: Range<Int>) -> PluginSource {
        let text = numbers.map(protocolText).joined()
        return PluginSource(
            path: "p\(numbers.lowerBound).lua", text: Array(text.utf8), kind: .plugin, id: "t/p")
    }

    @Test(arguments: [(200, 1, 500), (1, 1_000, 1_000), (1, 20_000, 20_000)])
    func loadingIsQuick(files: Int, protocols: Int, milliseconds: Int) {
        let sources = (0..<files).map { Self.source($0 * protocols..<($0 + 1) * protocols) }
        var taken = Duration.seconds(3600)
        // What the machine does meanwhile only makes it longer: the shortest of a few counts.
        for _ in 0..<5 where taken >= .milliseconds(milliseconds) {
            let start = ContinuousClock.now
            let library = Library(sources: sources)
            taken = min(taken, start.duration(to: .now))
            #expect(library.definitions.count == files * protocols && library.problems.isEmpty)
        }
        #expect(taken < .milliseconds(milliseconds))
        print("startup: \(files) files of \(protocols): \(taken)")
    }
}

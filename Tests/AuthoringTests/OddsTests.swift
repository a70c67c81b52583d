import Authoring
import Matching
import Net
import Plugins
import Testing

/// What is computed from byte classes is what random bytes do.
@Suite struct OddsTests {
    /// A signature whose odds are large enough to be measured.
    @Test(arguments: [
        #"bytes "4?""#, #"bytes "[00-0f] ??""#, #"at(3, bytes "[00-7f] [00-7f] ?1")"#, "length(1, 64)",
        #"any { bytes "1?", bytes "2?" }"#, #"all { bytes "?1", length(10, 200) }"#,
        #"none { bytes "[00-bf]" }"#, #"all { bytes "[00-0f]", bytes "?1" }"#,
    ])
    func measuredIsComputed(matcher: String) throws {
        let text =
            "protocol \"x\" { title = \"X\", udp { client = \(matcher), alone = \"client\" }, example { client = \"a\" } }"
        let library = Library(
            sources: [PluginSource(path: "x.lua", text: Array(text.utf8), kind: .plugin, id: "t/x")])
        let signature = try #require(library.definitions.first?.signatures.first, "\(library.problems)")
        let computed = Odds.of(signature.client)
        let index = try SignatureIndex(library.definitions, regexes: library.regexes)
        let recogniser = Recogniser(index: index, scripts: ScriptHost(sources: library.sources))
        var (hits, tries) = (0, 20_000)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<tries {
            let bytes = (0..<Int.random(in: 1...256, using: &generator)).map { _ in
                UInt8.random(in: .min ... .max, using: &generator)
            }
            if bytes.withBytes({ recogniser.fit(0, speaker: .client, $0) == .yes }) { hits += 1 }
        }
        tries = max(tries, 1)
        let measured = Double(hits) / Double(tries)
        // Five standard deviations: once in two million runs chance alone fails.
        let slack = 5 * (computed * (1 - computed) / Double(tries)).squareRoot() + 0.002
        #expect(abs(measured - computed) < slack, "measured \(measured), computed \(computed)")
    }

    @Test func nothingAskedIsNothingKnown() { #expect(Odds.of(nil) == 1) }
}

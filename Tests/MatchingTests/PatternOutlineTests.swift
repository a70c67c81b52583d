import Matching
import Net
import Regexes
import TestSupport
import Testing

/// What an outline says of a pattern, against what PCRE2 does with it.
@Suite struct PatternOutlineTests {
    private func literals(_ pattern: String) -> [String]? {
        PatternOutline(pattern.utf8)?.literals.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        ("^220 ExampleD", ["220 ExampleD"]), ("abc|abd", []), ("ab(?:cd)+e", ["abcd", "e"]),
        ("a{3}b", ["aaab"]), ("x?abc", ["abc"]), (#"\Qa.b\Ec"#, ["a.bc"]), ("(?i)ab1", ["1"]),
        ("a(?=zz)b(?!q)c", ["abc"]), ("[a]b[^c]d", ["ab", "d"]), (#"(a)b\1c"#, ["ab", "c"]),
        ("(?i:x)yz", ["yz"]), ("ab(?#note)c", ["abc"]), (#"\x41\102\x{43}"#, ["ABC"]), ("a{x}", ["a{x}"]),
    ])
    func literalsOf(pattern: String, wanted: [String]) { #expect(literals(pattern) == wanted) }

    @Test(arguments: [
        ("^ab", true), ("ab", false), (#"\Aab"#, true), ("^a|^b", true), ("^a|b", false), ("(?m)^a", false),
        ("(?s)^a", true), ("(^a)", true), ("(?:^a)?b", false),
    ])
    func anchors(pattern: String, wanted: Bool) {
        #expect(PatternOutline(pattern.utf8)?.isAnchored == wanted)
    }

    @Test func beginningsAreClassByClass() throws {
        let outline = try #require(PatternOutline(#"(?s)^.\x00[ab]c{2}(?:de|df)g+h"#.utf8))
        #expect(outline.beginning.map(\.count) == [256, 1, 2, 1, 1, 1, 2, 1])
        #expect(PatternOutline("^ab?c".utf8)?.beginning.count == 1)
        #expect(PatternOutline("ab".utf8)?.beginning.isEmpty == true)
    }

    @Test(arguments: [
        "(?(1)a|b)", "(?R)", #"\p{L}"#, "(*UTF)a", "(a", "a)", "[a", "(?x) a", #"\C"#, "[z-a]",
    ])
    func whatIsNotReadHasNone(pattern: String) { #expect(PatternOutline(pattern.utf8) == nil) }

    @Test func deepNestingEnds() {
        let deep = String(repeating: "(", count: 5000) + String(repeating: ")", count: 5000)
        #expect(PatternOutline(deep.utf8) == nil)
        #expect(PatternOutline(String(repeating: "a{9999}", count: 500).utf8) != nil)
    }

    /// Samples fit, and what an outline says of every fit is true of them.
    @Test func outlinesAgreeWithPCRE2() throws {
        var generator = Generator(seed: 11)
        let parts = [
            "a", "bc", ".", "[0-9]", "[^a]", #"\d+"#, "x?", "(?:ab|cd)", "(e)", "f{2,3}", #"\r\n"#, "g*",
            "[[:alpha:]]",
            #"\x00"#, "(?i:Hi)", #"\w"#, "(?!zz)", #"\s"#,
        ]
        let matcher = RegexMatcher()
        var fitted = 0
        for _ in 0..<2000 {
            let count = Int.random(in: 1...7, using: &generator)
            let pattern = "^" + (0..<count).map { _ in parts.randomElement(using: &generator) ?? "" }.joined()
            let outline = try #require(PatternOutline(pattern.utf8), "\(pattern)")
            let regex = try Regex(pattern, usesJIT: false)
            for attempt in 0..<4 {
                let sample = outline.sample(attempt: attempt)
                guard sample.withBytes({ matcher.matches(regex, $0) }) else { continue }
                fitted += 1
                for (place, byteClass) in outline.beginning.enumerated() {
                    #expect(place < sample.count && byteClass.contains(sample[place]), "\(pattern)")
                }
                for literal in outline.literals {
                    let found = sample.indices.contains { sample[$0...].starts(with: literal) }
                    #expect(found, "\(pattern)")
                }
            }
        }
        #expect(fitted > 6000)
    }

    @Test func randomTextsNeverTrap() {
        var generator = Generator(seed: 12)
        let marks = Array("()[]{}|^$.*+?\\:<>=!-,ixsmQEdwx0179aA\n".utf8) + [0, 200]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...24, using: &generator)).map { _ in
                marks.randomElement(using: &generator) ?? 0
            }
            guard let outline = PatternOutline(text) else { continue }
            _ = (outline.bits, outline.literals, outline.beginning, outline.sample(attempt: 5))
        }
    }
}

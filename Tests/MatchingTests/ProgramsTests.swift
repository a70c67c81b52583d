import Net
import Regexes
import TestSupport
import Testing

@testable import Matching

/// How a matcher stands to bytes: when more may come, and when not; and where its line began.
private func evaluate(_ matcher: Matcher, _ bytes: [UInt8]) throws -> (open: Fit, whole: Fit, place: Int) {
    var programs = Programs()
    let root = try programs.compile(matcher)
    let regex = RegexMatcher()
    return bytes.withBytes { span in
        var place = 0
        var lines = LineTable()
        let open = programs.evaluate(root, span, isWhole: false, regex: regex, lines: &lines, place: &place)
        let whole = programs.evaluate(root, span, isWhole: true, regex: regex, lines: &lines, place: &place)
        return (open, whole, place)
    }
}

extension Generator {
    /// A matcher tree; with `stable`, one of which bytes to come cannot change a yes or a no.
    mutating func matcher(depth: Int, stable: Bool) -> Matcher {
        func few<Element>(_ count: Int, _ make: () -> Element) -> [Element] {
            (0...count).map { _ in make() }
        }
        switch below(depth > 0 ? stable ? 10 : 12 : stable ? 6 : 8) {
        case 0, 1: return .classes(few(below(4)) { byteClass() }, offset: below(4))
        case 2: return .line(few(below(3)) { byteClass() })
        case 3: return .command(few(below(2)) { text(1...3) })
        case 4: return .reply([220, 221])
        case 5: return .contains(text(1...3))
        case 6 where !stable && depth == 0, 10: return .length(below(5)...5 + below(5))
        case 7 where !stable && depth == 0, 11:
            return .matches(["^ab", "^a+b", "b:", "^(a|b)A", "^a|b:"][below(5)])
        case 6: return .at(below(5), matcher(depth: depth - 1, stable: stable))
        case 7: return .any(few(below(3)) { matcher(depth: depth - 1, stable: stable) })
        case 8: return .all(few(below(3)) { matcher(depth: depth - 1, stable: stable) })
        default: return .none(few(below(2)) { matcher(depth: depth - 1, stable: stable) })
        }
    }
}

@Suite struct ProgramsTests {
    /// The index leaves out what contradicts these bits: the matcher itself must say no then, at once and for good.
    @Test(arguments: 0..<10)
    func nothingHoldsAgainstItsRequiredBits(_ seed: UInt64) throws {
        var generator = Generator(seed: 4000 + seed)
        var contradictions = 0
        for _ in 0..<100 {
            let matcher = generator.matcher(depth: 2, stable: false)
            let (offset, word) = RequiredBits(of: matcher).strongest(
                beyond: Anchor.Window(offset: 0, mask: 0, key: 0))
            for _ in 0..<20 {
                let bytes = generator.text(8...24)
                guard offset + 8 <= bytes.count, !bytes.withBytes({ word.fits($0.u64le(offset)) }) else {
                    continue
                }
                contradictions += 1
                #expect(try evaluate(matcher, bytes).open == .no, "\(matcher) in \(bytes)")
            }
        }
        #expect(contradictions > 100)
    }

    @Test(
        arguments: [
            (starts("SSH-"), "SSH-2.0", Fit.yes, Fit.yes), (starts("SSH-"), "SSH", .more, .no),
            (starts("SSH-"), "SSX", .no, .no), (starts("SSH-"), "", .more, .no),
            (starts("b", at: 3), "aaab", .yes, .yes), (starts("b", at: 3), "aaa", .more, .no),
            (.classes([ByteClass(ignoringCase: 0x67), .all, ByteClass(0x54)], offset: 0), "gXT", .yes, .yes),
            (.classes([ByteClass(where: { $0 & 0xf0 == 0x30 })], offset: 0), "7", .yes, .yes),
            (
                .classes([ByteClass(where: { $0 == 0x31 || $0 == 0x32 || $0 == 0x34 })], offset: 0), "3", .no,
                .no
            ),
            (line("250 "), "220 a\r\n250 b", .yes, .yes), (line("250 "), "220 a\r\n25", .more, .no),
            (line("250 "), "220 a\r\n", .more, .no),
            (line("X"), String(repeating: "y\n", count: 600), .no, .no),
            (command("USER", "AUTH"), "user x", .yes, .yes), (command("USER"), "USERX", .more, .no),
            (command("USER"), "USER", .more, .no), (command("USER"), "NOOP\r\nUSER\r\n", .yes, .yes),
            (.reply([220, 120]), "220 hello", .yes, .yes), (.reply([220]), "220-hello", .yes, .yes),
            (.reply([220]), "220", .more, .no), (.reply([220]), "221 x", .more, .no),
            (.reply([220]), "2200", .more, .no),
            (.reply([220]), "220\r\n", .yes, .yes), (.reply([22]), "022 x", .yes, .yes),
            (contains("needle"), "a needle here", .yes, .yes), (contains("needle"), "a need", .more, .no),
            (contains("needle"), String(repeating: "x", count: 1024), .no, .no),
            (contains("z"), String(repeating: "x", count: 1024) + "z", .no, .no),
            (.matches("^HTTP/[0-9]"), "HTTP/1.1", .yes, .yes), (.matches("^HTTP/[0-9]"), "HTTP/", .more, .no),
            (.length(2...4), "a", .more, .no), (.length(2...4), "abc", .yes, .yes),
            (.length(2...4), "abcde", .no, .no),
            (.at(4, starts("ab")), "....ab", .yes, .yes), (.at(4, starts("ab")), "...", .more, .no),
            (.at(4, .length(2...2)), "....ab", .yes, .yes), (.at(2, line("x")), "x\nx", .yes, .yes),
            (.at(1, line("x")), "x", .more, .no), (.at(2, .matches("^ab")), "..ab", .yes, .yes),
            (.any([starts("ab"), starts("cd")]), "cd", .yes, .yes),
            (.any([starts("ab"), starts("cd")]), "c", .more, .no),
            (.any([starts("ab"), starts("cd")]), "x", .no, .no), (.any([]), "x", .no, .no),
            (.all([starts("a"), contains("z")]), "abz", .yes, .yes),
            (.all([starts("a"), contains("z")]), "ab", .more, .no),
            (.all([starts("a"), contains("z")]), "bz", .no, .no), (.all([]), "x", .yes, .yes),
            (.none([starts("ab"), starts("cd")]), "ab", .no, .no), (.none([starts("ab")]), "a", .more, .yes),
            (.none([starts("ab"), starts("cd")]), "ef", .yes, .yes), (.none([]), "x", .yes, .yes),
        ] as [(Matcher, String, Fit, Fit)])
    func eachMatcherSaysYesNoOrMore(_ matcher: Matcher, _ text: String, _ open: Fit, _ whole: Fit) throws {
        let answer = try evaluate(matcher, Array(text.utf8))
        #expect(answer.open == open)
        #expect(answer.whole == whole)
    }

    @Test func theEvidenceIsTheLineThatFits() throws {
        #expect(try evaluate(line("two"), Array("one\ntwo\n".utf8)).place == 4)
        #expect(try evaluate(command("two"), Array("one\r\nTWO x".utf8)).place == 5)
        #expect(try evaluate(starts("one"), Array("one\n".utf8)).place == 0)
    }

    /// A yes or a no never changes when bytes are added; when none will come, there is no third answer.
    @Test(arguments: 0..<8)
    func aYesOrNoIsFinal(_ seed: UInt64) throws {
        var generator = Generator(seed: seed)
        for _ in 0..<150 {
            let matcher = generator.matcher(depth: 2, stable: true)
            for _ in 0..<6 {
                let bytes = generator.text(1...14)
                var before = Fit.more
                for end in 1...bytes.count {
                    let answer = try evaluate(matcher, Array(bytes.prefix(end)))
                    #expect(answer.whole != .more)
                    #expect(answer.open == .more || answer.open == answer.whole)
                    #expect(before == .more || answer.open == before, "\(matcher) on \(bytes.prefix(end))")
                    before = answer.open
                }
            }
        }
    }

    @Test func aPatternThatIsNoneIsAnError() {
        #expect(throws: IndexError.self) { try library([signature(client: .matches("("))]) }
    }
}

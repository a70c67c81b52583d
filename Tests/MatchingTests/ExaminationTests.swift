import Net
import Regexes
import TestSupport
import Testing

@testable import Matching

extension Generator {
    /// A matcher of any kind.
    fileprivate mutating func anyMatcher(depth: Int) -> Matcher {
        switch below(depth > 0 ? 8 : 4) {
        case 0: return .header(text(1...3).map(ByteClass.init(ignoringCase:)))
        case 1:
            return .sized(
                offset: below(3), width: 1 + below(2), isLittle: below(2) == 0, plus: below(6) - 0x60)
        case 2: return .sequence((0...below(4)).map { _ in step() })
        case 3: return matcher(depth: 0, stable: false)
        case 4: return .at(below(6), anyMatcher(depth: depth - 1))
        case 5: return .any((0...below(3)).map { _ in anyMatcher(depth: depth - 1) })
        case 6: return .all((0...below(3)).map { _ in anyMatcher(depth: depth - 1) })
        default: return .none((0...below(2)).map { _ in anyMatcher(depth: depth - 1) })
        }
    }

    private mutating func step() -> Step {
        switch below(6) {
        case 0, 1: return .classes((0...below(2)).map { _ in byteClass() })
        case 2: return .labels
        case 3:
            let low = below(3)
            return .counted(
                width: 1 + below(2), isLittle: below(2) == 0, range: low...(low + below(120)),
                less: below(low + 1))
        case 4: return .element(byteClass(), enters: below(2) == 0)
        default: return .ends
        }
    }

    /// Bytes in which letters, small lengths and elements meet.
    fileprivate mutating func bytes() -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0...below(5) {
            switch below(5) {
            case 0, 1: bytes += text(1...4)
            case 2: bytes += [UInt8(below(6))]
            case 3: bytes += [0x30, UInt8(below(5))]
            default:
                bytes += [[0xc0, 0x0c], [0, 2], [0x81, 3], [0x80], [0x84, 0, 0, 0, 1], [0x41]][below(6)]
            }
        }
        return bytes
    }
}

@Suite struct ExaminationTests {
    /// Both ways of evaluating a matcher give the same answer.
    @Test(arguments: 0..<16)
    func saysWhatProgramsSay(_ seed: UInt64) throws {
        var generator = Generator(seed: 3000 + seed)
        let (regex, examiner) = (RegexMatcher(), Examiner())
        var answers: [Fit: Int] = [:]
        for _ in 0..<150 {
            let matcher = generator.anyMatcher(depth: 2)
            var programs = Programs()
            let root = try programs.compile(matcher)
            for round in 0..<12 {
                let said = round & 1 == 0 ? generator.bytes() : generator.text(0...14)
                for isWhole in [true, false] {
                    let base = min(generator.below(3), said.count)
                    said.withBytes { bytes in
                        var (lines, place) = (LineTable(), 0)
                        let fit = programs.evaluate(
                            root, bytes, from: base, isWhole: isWhole, regex: regex, lines: &lines,
                            place: &place)
                        let examined = examiner.examine(matcher, bytes, from: base, isWhole: isWhole)
                        #expect(examined.fit == fit, "\(matcher) on \(said) from \(base), whole: \(isWhole)")
                        answers[fit, default: 0] += 1
                    }
                }
            }
        }
        #expect(answers[.yes, default: 0] > 100 && answers[.no, default: 0] > 100)
        #expect(answers[.more, default: 0] > 100)
    }

    /// Lines beyond the first kilobyte, and more of them than are looked at.
    @Test func agreesOnLongTexts() throws {
        let matchers: [Matcher] = [
            line("x"), contains("needle"), .reply([220]), command("USER"), .matches("^y+z"),
            .header(Array("host".utf8).map(ByteClass.init(ignoringCase:))),
        ]
        let texts = [
            String(repeating: "y\n", count: 600) + "x", String(repeating: "z", count: 1030) + "needle",
            String(repeating: "y", count: 1019) + "\n220 ", "GET\r\n\r\nHost: a", "GET\r\nHOST: a\r\n",
            String(repeating: "\n", count: 70) + "x", "",
        ]
        for matcher in matchers {
            var programs = Programs()
            let root = try programs.compile(matcher)
            for (text, isWhole) in texts.flatMap({ [($0, true), ($0, false)] }) {
                Array(text.utf8).withBytes { bytes in
                    var (lines, place) = (LineTable(), 0)
                    let fit = programs.evaluate(
                        root, bytes, isWhole: isWhole, regex: RegexMatcher(), lines: &lines, place: &place)
                    #expect(Examiner().examine(matcher, bytes, isWhole: isWhole).fit == fit, "\(matcher)")
                }
            }
        }
    }

    private static func outcome(_ matcher: Matcher, _ text: String) -> Examination.Outcome {
        Array(text.utf8).withBytes { Examiner().examine(matcher, $0, isWhole: true).outcome }
    }

    @Test(
        arguments: [
            (starts("SSH-"), "SSH-2.0", .holds(0..<4)),
            (starts("SSH-"), "SSL-2", .differs(at: 2, expected: ByteClass(0x48), found: 0x4c)),
            (starts("SSH-"), "SS", .ends(at: 2, expected: ByteClass(0x48))),
            (starts("b", at: 3), "aaac", .differs(at: 3, expected: ByteClass(0x62), found: 0x63)),
            (
                line("250 "), "220 a\r\n251 b\r\n",
                .noLine(lines: 2, at: 9, expected: ByteClass(0x30), found: 0x31)
            ),
            (line("two"), "one\ntwo\n", .holds(4..<7)),
            (contains("needle"), "haystack", .absent(0..<8)), (contains("a"), "bab", .holds(1..<2)),
            (.matches("b+"), "abbc", .holds(1..<3)), (.matches("x"), "abc", .absent(0..<3)),
            (.matches("(a+)+b"), String(repeating: "a", count: 60) + "cb", .gaveUp(0..<62)),
            (.length(2...4), "abcde", .length(found: 5, allowed: 2...4)),
            (.sized(offset: 0, width: 1, isLittle: false, plus: 0), "\u{3}ab", .holds(0..<1)),
            (
                .sized(offset: 0, width: 1, isLittle: false, plus: 0), "\u{9}ab",
                .size(at: 0, says: 9, found: 3)
            ),
            (.at(2, starts("x")), "abc", .differs(at: 2, expected: ByteClass(0x78), found: 0x63)),
            (.at(9, starts("x")), "abc", .ends(at: 9, expected: nil)),
        ] as [(Matcher, String, Examination.Outcome)])
    func namesTheByte(_ matcher: Matcher, _ text: String, _ expected: Examination.Outcome) {
        #expect(Self.outcome(matcher, text) == expected)
    }

    @Test func aSequenceTellsItsStep() {
        let steps: [Step] = [
            .classes([ByteClass(1)]),
            .counted(width: 1, isLittle: false, range: 2...4, less: 0), .classes([ByteClass(9)]), .ends,
        ]
        func parts(_ bytes: [UInt8]) -> [Examination.Outcome] {
            bytes.withBytes { Examiner().examine(.sequence(steps), $0, isWhole: true).parts.map(\.outcome) }
        }
        #expect(parts([1, 2, 0, 0, 9]) == [.holds(0..<1), .holds(1..<4), .holds(4..<5), .holds(5..<5)])
        let short = parts([1, 7])
        #expect(
            short == [
                .holds(0..<1), .number(at: 1, found: 7, allowed: 2...4), .notReached, .notReached,
            ])
        #expect(parts([1, 2, 0, 0, 9, 5]).last == .trailing(at: 5, count: 1))
        #expect(parts([1, 2, 0, 0, 8])[2] == .differs(at: 4, expected: ByteClass(9), found: 8))
    }

    @Test func everyPartIsLookedAt() {
        let matcher = Matcher.all([starts("x"), .any([contains("z"), starts("a")]), .none([starts("a")])])
        let examined = Array("abc".utf8).withBytes { Examiner().examine(matcher, $0, isWhole: true) }
        #expect(examined.parts.map(\.fit) == [.no, .yes, .no])
        #expect(examined.parts[1].parts.map(\.fit) == [.no, .yes])
    }

    // MARK: Candidates and claims

    @Test func theIndexTellsWhomItFinds() throws {
        let index = try library([
            signature(client: starts("GET "), server: starts("HTTP/")), signature(server: line("220 ")),
            signature(server: starts("SSH-"), alone: [.server]), signature(client: .length(3...3)),
        ])
        let recogniser = Recogniser(index: index, scripts: Scripts())
        let found = Array("GET /".utf8).withBytes { first in
            Array("hello\n220 x".utf8).withBytes {
                recogniser.candidates(.tcp, first: first, second: $0)
            }
        }
        #expect(found.map(\.signature).sorted().contains(1))
        #expect(!found.contains { $0.signature >= 2 })
        let claims = Array("GET /".utf8).withBytes { client in
            Array("SSH-2.0".utf8).withBytes { server in
                (0..<4).map { recogniser.claim($0, client: client, server: server) }
            }
        }
        #expect(claims[0] == nil && claims[1] == nil && claims[3] == nil)
        #expect(claims[2] == Claim(rank: .whole, specificity: 32))
    }

    @Test func theServersWordsAreEnough() throws {
        let index = try library([
            signature(client: starts("SSH-"), server: starts("SSH-"), alone: [.server]),
            signature(client: starts("GET ")),
        ])
        let recogniser = Recogniser(index: index, scripts: Scripts())
        let claims = Array("GET /".utf8).withBytes { client in
            Array("SSH-2.0".utf8).withBytes { server in
                (0..<2).map { recogniser.claim($0, client: client, server: server) }
            }
        }
        #expect(claims[0] == Claim(rank: .serverAlone, specificity: 64))
        #expect(claims[1] == Claim(rank: .unaskedServer, specificity: 32))
    }
}

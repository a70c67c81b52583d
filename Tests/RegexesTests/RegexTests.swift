import Regexes
import Testing

extension RegexMatcher {
    fileprivate func match(_ regex: Regex, in bytes: [UInt8]) -> RegexOutcome {
        unsafe match(regex, in: bytes.span.bytes)
    }

    fileprivate func matches(_ regex: Regex, _ bytes: [UInt8], from base: Int = 0) -> Bool {
        unsafe matches(regex, bytes.span.bytes, from: base)
    }

    fileprivate func namedGroups(_ regex: Regex, _ bytes: [UInt8]) -> [(name: String, range: Range<Int>)] {
        guard unsafe matches(regex, bytes.span.bytes) else { return [] }
        return regex.groups.compactMap { group in
            guard let range = range(ofGroup: group.number), !range.isEmpty else { return nil }
            return (group.name, range)
        }
    }
}

/// Bytes of a text, for matching.
private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite struct RegexTests {
    @Test func theLibraryTellsItsVersion() {
        // Such as 10.42 2022-12-11.
        #expect(
            Regex.library.hasPrefix("10.") && Regex.library.utf8.allSatisfy { (0x20...0x7e).contains($0) })
    }

    @Test func namedGroupsGiveNamesAndRanges() throws {
        let regex = try Regex(#"^SSH-(?<protocol_version>[\d.]+)-(?<software>[^\s]+)(?<rest>x)?"#)
        #expect(regex.groupNames == ["protocol_version", "software", "rest"])
        let text = bytes("SSH-2.0-OpenSSH_9.6\r\n")
        let matcher = RegexMatcher()
        let found = matcher.namedGroups(regex, text)
        #expect(found.map(\.name) == ["protocol_version", "software"])
        #expect(found.map(\.range) == [4..<7, 8..<19])
        #expect(matcher.range(ofGroup: 0) == 0..<19)
        #expect(matcher.range(ofGroup: 3) == nil)
        #expect(matcher.range(ofGroup: 99) == nil)
        #expect(matcher.namedGroups(regex, bytes("HTTP")).isEmpty)
    }

    @Test(arguments: [
        ("a(b", "missing closing parenthesis", 3), ("[a", "missing terminating ]", 2), ("(?", "", 2),
    ])
    func brokenPatternsSayWhere(pattern: String, message: String, offset: Int) {
        #expect {
            _ = try Regex(pattern)
        } throws: { error in
            guard let error = error as? RegexError else { return false }
            return error.message.contains(message) && error.offset == offset && error.pattern == pattern
        }
    }

    /// Machine code is made for the first match: whoever comes while it is made must wait for it.
    @Test func manyThreadsMatchANewPatternAtOnce() async throws {
        for _ in 0..<20 {
            let regex = try Regex(#"^(?<name>[a-z]{1,20}(?:-[a-z]{1,20}){0,9})/(?<version>\d+(?:\.\d+)*)"#)
            let answers = await withTaskGroup(of: [Range<Int>].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        RegexMatcher().namedGroups(regex, bytes("open-ssh/9.6.1 x")).map(\.range)
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers == Array(repeating: [0..<8, 9..<14], count: 8))
        }
    }

    @Test func bytesAreBytes() throws {
        let matcher = RegexMatcher()
        #expect(matcher.matches(try Regex(#"^\xff\xfe.$"#), [0xff, 0xfe, 0x80]))
        #expect(!matcher.matches(try Regex("^a.b"), bytes("a\nb")))
        #expect(matcher.matches(try Regex("(?i)^HELLO"), bytes("hello")))
        #expect(matcher.matches(try Regex("(?m)^b"), bytes("a\nb")))
        #expect(matcher.matches(try Regex("^$"), [UInt8]()))
        #expect(matcher.matches(try Regex("^cd"), bytes("abcd"), from: 2))
        #expect(!matcher.matches(try Regex("^cd"), bytes("abcd"), from: 9))
        #expect(throws: RegexError.self) { try Regex("(*UTF)a") }
        #expect(throws: RegexError.self) { try Regex(String(repeating: "(a)", count: 64)) }
    }

    @Test(arguments: [true, false])
    func catastrophicPatternsStopAtALimit(usesJIT: Bool) throws {
        let regex = try Regex("^(a+)+$", usesJIT: usesJIT)
        let matcher = RegexMatcher()
        let text = bytes(String(repeating: "a", count: 64) + "!")
        #expect(matcher.match(regex, in: text) == .limit)
        #expect(!matcher.matches(regex, text))
        #expect(matcher.limitHits == 2 && matcher.givenUp == ["^(a+)+$"])
        #expect(matcher.matches(regex, bytes("aaaa")))
    }

    @Test(arguments: [
        ("^SSH-", "SSH-"), ("^abc[de]", "abc"), ("^abc*", "ab"), ("^abc+d", "abc"), ("^abc{2}", "ab"),
        (#"^a\.b\x16\r\n\d"#, "a.b\u{16}\r\n"), ("^a|b", ""), ("^a(b|c)", "a"), ("^a[|]b", "a"),
        ("^a[]|]b", "a"), ("abc", ""), ("(?i)^abc", ""), ("^(?i)abc", ""), ("^", ""), ("", ""),
        (#"^a\Qb|c\E"#, ""), (#"^\Aabc"#, ""), ("^ab?", "a"), (#"^a\|b"#, "a|b"), (#"^ab\x1"#, "ab"),
    ])
    func literalPrefixIsWhatEveryMatchStartsWith(pattern: String, prefix: String) throws {
        #expect(Regex.literalPrefix(of: pattern) == bytes(prefix))
        #expect(try Regex(pattern, usesJIT: false).isLiteralStart == !prefix.isEmpty)
    }

    @Test func aRegexIsSharedByThreads() async throws {
        let regex = try Regex("^(?<word>[a-z]+)")
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let matcher = RegexMatcher()
                    return (0..<1_000).allSatisfy { _ in matcher.matches(regex, bytes("word")) }
                }
            }
            for await held in group { #expect(held) }
        }
    }
}

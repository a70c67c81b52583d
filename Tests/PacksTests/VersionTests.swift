import Testing

@testable import Packs

@Suite struct VersionTests {
    @Test func versionsInTheirOrder() throws {
        // Semantic Versioning 2.0.0, sections 10 and 11.
        let texts = [
            "0.9.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
            "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0",
        ]
        let versions = texts.compactMap { Version($0) }
        #expect(versions.count == texts.count && versions == versions.sorted())
        for (one, other) in zip(versions, versions.dropFirst()) { #expect(one < other && !(other < one)) }
        #expect(Version("1.0.0+a") == Version("1.0.0+b"))
    }

    @Test(arguments: [
        "", "1", "1.0", "1.0.0.0", "01.0.0", "1.0.x", "v1.0.0", "1.0.0-", "1.0.0-01", "1.0.0+", "1.0.0 ",
    ])
    func whatIsNoVersion(text: String) { #expect(Version(text) == nil) }

    @Test(arguments: [
        ("^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0 1.3.0-rc.1"), ("^0.2.3", "0.2.3 0.2.9", "0.3.0 0.2.2"),
        ("^0.0.3", "0.0.3", "0.0.4"), ("^1.0", "1.0.0 1.9.9", "0.9.0 2.0.0"),
        ("^0.1", "0.1.0 0.1.9", "0.2.0"),
        ("^0", "0.0.1 0.9.0", "1.0.0"), ("~1.2.3", "1.2.3 1.2.9", "1.3.0"), ("~1", "1.0.0 1.9.0", "2.0.0"),
        (">= 1.0, < 2.0", "1.0.0 1.9.9", "0.9.9 2.0.0"), (">=1.0 <1.5 || ^3.0", "1.4.0 3.1.0", "1.5.0 2.0.0"),
        ("1.2", "1.2.0 1.2.9", "1.3.0"), ("=1.2.3", "1.2.3", "1.2.4"), ("*", "0.0.1 9.9.9", "1.0.0-rc.1"),
        ("> 1.2", "1.3.0", "1.2.9"), ("<= 1.2", "1.2.9", "1.3.0"),
        (">=1.0.0-rc.1", "1.0.0-rc.2 1.0.0", "1.0.0-alpha"),
    ])
    func ranges(text: String, within: String, without: String) throws {
        let range = try #require(VersionRange(text))
        for version in within.split(separator: " ") {
            #expect(range.contains(try #require(Version(version))))
        }
        for version in without.split(separator: " ") {
            #expect(!range.contains(try #require(Version(version))))
        }
    }

    @Test(arguments: ["", "^", "x", "^1.x", ">=", "1.0.0.0", "|"])
    func whatIsNoRange(text: String) { #expect(VersionRange(text) == nil) }
}

@Suite struct ResolverTests {
    /// Packs are written `name version:dependency range,...`.
    private static func resolve(_ there: [String], _ wishes: [String]) throws -> [String] {
        var all: [String: [Candidate]] = [:]
        for line in there {
            let parts = line.split(separator: ":", omittingEmptySubsequences: false)
            let head = parts[0].split(separator: " ")
            var depends: [String: String] = [:]
            for one in parts[1].split(separator: ",") {
                let words = one.split(separator: " ", maxSplits: 1)
                depends[String(words[0])] = String(words[1])
            }
            all[String(head[0]), default: []].append(
                Candidate(
                    name: String(head[0]), version: try #require(Version(head[1])), depends: depends,
                    isInstalled: false))
        }
        let known = all.mapValues { $0.sorted { $0.version > $1.version } }
        var resolver = Resolver { (name: String) throws(PackFailure) -> [Candidate] in known[name] ?? [] }
        let found = try resolver.resolve(
            try wishes.map { text in
                let words = text.split(separator: " ", maxSplits: 1)
                let range = try #require(VersionRange(words[1]))
                return Resolver.Wish(name: String(words[0]), range: range, by: nil)
            })
        return found.values.map { "\($0.name) \($0.version)" }.sorted()
    }

    @Test func theNewestThatEverybodyAccepts() throws {
        let there = [
            "a/x 1.0.0:", "a/x 1.5.0:", "a/x 2.0.0:", "a/y 1.0.0:a/x ^1.0", "a/z 1.0.0:a/x <1.4,a/y *",
        ]
        #expect(try Self.resolve(there, ["a/y *"]) == ["a/x 1.5.0", "a/y 1.0.0"])
        #expect(try Self.resolve(there, ["a/z *"]) == ["a/x 1.0.0", "a/y 1.0.0", "a/z 1.0.0"])
    }

    /// The newest of the first makes the second impossible: an older first is tried.
    @Test func anOlderOneWhereTheNewestContradicts() throws {
        let there = [
            "a/x 1.0.0:", "a/x 2.0.0:", "a/y 2.0.0:a/x ^2.0", "a/y 1.0.0:a/x ^1.0", "a/z 1.0.0:a/x ^1.0",
        ]
        #expect(try Self.resolve(there, ["a/y *", "a/z *"]) == ["a/x 1.0.0", "a/y 1.0.0", "a/z 1.0.0"])
    }

    @Test func conflictsNameBothSides() throws {
        let there = ["a/x 1.0.0:", "a/x 2.1.0:", "a/y 1.0.0:a/x ^1.0", "a/z 1.0.0:a/x ^2.0"]
        let said = refusal { _ = try Self.resolve(there, ["a/y *", "a/z *"]) }
        for words in [
            "no version of a/x fits", "a/y 1.0.0 needs ^1.0", "a/z 1.0.0 needs ^2.0", "2.1.0, 1.0.0",
        ] {
            #expect(said.contains(words), "\(said)")
        }
        #expect(
            refusal { _ = try Self.resolve(["a/y 1.0.0:a/w ^1.0"], ["a/y *"]) }.contains(
                "there is no pack a/w"))
        #expect(refusal { _ = try Self.resolve(there, ["a/x ^3.0"]) }.contains("you ask for ^3.0"))
    }

    @Test func circlesEnd() throws {
        #expect(try Self.resolve(["a/x 1.0.0:a/y *", "a/y 1.0.0:a/x *"], ["a/x *"]).count == 2)
    }
}

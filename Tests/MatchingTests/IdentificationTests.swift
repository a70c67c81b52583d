import Matching
import Net
import TestSupport
import Testing

/// What words say of a program, and signatures that are asked last.
@Suite struct IdentificationTests {
    private func rule(
        _ pattern: String, within: String? = nil, speaker: Speaker = .server,
        _ gives: KeyValuePairs<String, String>
    ) throws -> Identification {
        Identification(
            speaker: speaker, pattern: pattern, within: within,
            gives: try gives.map { ($0, try FieldTemplate($1.utf8)) }, origin: here)
    }

    private func fields(_ rules: [Identification], client: String = "", server: String) throws -> [String] {
        var definition = ProtocolDefinition(
            name: "p", title: "", category: "", reference: "", plugin: "t/p", origin: here)
        definition.signatures = [signature(server: starts("2"))]
        definition.identifications = rules
        let extractor = FieldExtractor(index: try SignatureIndex([definition]), scripts: Scripts())
        let found = Array(client.utf8).withBytes { client in
            Array(server.utf8).withBytes { extractor.fields(of: 0, client: client, server: $0) }
        }
        return found.client.map { "client.\($0.name)=\($0.value)" }
            + found.server.map { "\($0.name)=\($0.value)" }
    }

    @Test func theFirstThatFitsCounts() throws {
        let rules = [
            try rule(#"^220 ExampleD (\d+)\.(\d+)"#, ["product": "ExampleD", "version": "{1}-{2}"]),
            try rule("^220 Example", ["product": "Example", "info": "other"]),
            try rule("(?i)hello", ["product": "Hello"]),
        ]
        #expect(try fields(rules, server: "220 ExampleD 1.2\r\n") == ["product=ExampleD", "version=1-2"])
        #expect(try fields(rules, server: "220 ExampleX\r\n") == ["product=Example", "info=other"])
        #expect(try fields(rules, server: "220 HELLO\r\n") == ["product=Hello"])
        #expect(try fields(rules, server: "221 bye\r\n") == [])
    }

    @Test func withinNarrowsTheText() throws {
        let rules = [
            try rule(
                "^nginx/(.+)$", within: #"(?im)^server: ([^\r\n]+)"#, ["product": "nginx", "version": "{1}"]),
            try rule("^Login$", within: "<title>(.*?)</title>", ["info": "login page"]),
        ]
        let said = "HTTP/1.1 200 OK\r\nServer: nginx/1.2\r\n\r\n<title>Login</title>nginx/9"
        #expect(try fields(rules, server: said) == ["product=nginx", "version=1.2", "info=login page"])
    }

    @Test func speakersAreToldApart() throws {
        let rules = [
            try rule("^Ask/(.+)", speaker: .client, ["software": "Ask {1}"]),
            try rule("^Say", ["product": "Say"]),
        ]
        #expect(
            try fields(rules, client: "Ask/2", server: "Say") == ["client.software=Ask 2", "product=Say"])
    }

    /// Thousands of rules filed by four of their bytes give what trying them one after the other would.
    @Test func filingLosesNothing() throws {
        var generator = Generator(seed: 5)
        func word() -> String {
            String(
                (0..<Int.random(in: 3...7, using: &generator)).map { _ in
                    "abcd".randomElement(using: &generator) ?? "a"
                })
        }
        let words = (0..<400).map { _ in word() }
        let rules = try words.enumerated().map { try rule("\($1)", ["product": "\($0)"]) }
        var found = 0
        for _ in 0..<60 {
            let said = (0..<4).map { _ in word() }.joined(separator: "-")
            let first = words.firstIndex { said.contains($0) }
            #expect(try fields(rules, server: said).first == first.map { "product=\($0)" })
            if first != nil { found += 1 }
        }
        #expect(found > 20)
    }

    @Test(arguments: [
        ("{1}", "a_b\u{1}C/"), ("{1:printable}", "a_bC/"), ("{1:replace/_/./}", "a.b\u{1}C/"),
        ("{1:replace|/|+|}", "a_b\u{1}C+"), ("{2:number}", "258"), ("{2:number_le}", "513"), ("{3}", ""),
        ("x{{{1:printable:cpe}", "x{a_bc%2f"), ("  {3} ", ""),
    ])
    func templates(text: String, wanted: String) throws {
        let rules = [try rule("(?s)^(.+)#(.+)#(z)?$", ["x": text])]
        let expected = wanted.isEmpty ? [] : ["x=\(wanted)"]
        #expect(try fields(rules, server: "a_b\u{1}C/#\u{1}\u{2}#") == expected)
    }

    @Test(arguments: ["{", "{1", "{x}", "{-1}", "{64}", "{1:shout}", "{1:replace/a/}", "{1:}", "{1:replace}"])
    func brokenTemplates(text: String) {
        #expect(throws: FieldTemplate.Problem.self) { try FieldTemplate(text.utf8) }
    }

    @Test func templatesAreBounded() {
        #expect(throws: FieldTemplate.Problem.self) {
            try FieldTemplate(String(repeating: "{1}", count: 17).utf8)
        }
    }

    /// Each filter makes a thousand of one; what a peer says a thousand times must not become a billion bytes.
    @Test func filtersAreBounded() throws {
        let many = ":replace/a/\(String(repeating: "a", count: 1000))/"
        let rules = [try rule("^(a+)$", ["x": "{1\(many)\(many)\(many)}"])]
        let found = try fields(rules, server: String(repeating: "a", count: 1000))
        #expect(found.map(\.utf8.count) == ["x=".utf8.count + 4096])
    }

    /// Who was told nothing, because a function failed for it, has not told the others so.
    @Test func whatFailedForOneIsAskedForAnother() throws {
        var definition = ProtocolDefinition(
            name: "p", title: "", category: "", reference: "", plugin: "t/p", origin: here)
        definition.signatures = [signature(server: starts("2"))]
        definition.fields = [FieldSource(speaker: .server, extractor: .pattern("^(?<banner>.+)"))]
        definition.descriptions = [
            FieldDescription(field: "banner", function: CheckReference(source: 0, function: 0))
        ]
        let runner = FailingOnce()
        let extractor = FieldExtractor(index: try SignatureIndex([definition]), scripts: runner)
        let told = (0..<4).map { domain in
            runner.domain = domain
            return Array("220".utf8).withBytes { server in
                extractor.fields(of: 0, client: RawSpan(), server: server).server.map(\.name)
            }
        }
        #expect(told == [["banner"], ["banner", "product"], ["banner", "product"], ["banner", "product"]])
    }

    /// What was not heard is nil in Lua, and most functions read it.
    @Test(arguments: [
        ("a", "", [0, 2]), ("", "b", [1, 2]), ("a", "b", [0, 1, 2]),
    ])
    func functionsAreAskedOfWhoWasHeard(client: String, server: String, asked: [Int]) throws {
        var definition = ProtocolDefinition(
            name: "p", title: "", category: "", reference: "", plugin: "t/p", origin: here)
        definition.signatures = [signature(server: starts("b"))]
        definition.fields = [
            FieldSource(speaker: .client, extractor: .function(CheckReference(source: 0, function: 0))),
            FieldSource(speaker: .server, extractor: .function(CheckReference(source: 0, function: 1))),
            FieldSource(
                speaker: .server, extractor: .function(CheckReference(source: 0, function: 2)),
                readsEither: true),
        ]
        let runner = Asked()
        let extractor = FieldExtractor(index: try SignatureIndex([definition]), scripts: runner)
        Array(client.utf8).withBytes { client in
            Array(server.utf8).withBytes { _ = extractor.fields(of: 0, client: client, server: $0) }
        }
        #expect(runner.functions == asked)
    }

    @Test func fallbacksAreAskedLast() throws {
        func last(_ matcher: Matcher) -> SignatureDefinition {
            var made = signature(server: matcher, alone: [.server])
            made.isFallback = true
            return made
        }
        let index = try library([
            last(starts("220 Example")), signature(client: starts("USER"), server: starts("2")),
            last(contains("zebra")),
        ])
        var recogniser = Recogniser(index: index, scripts: Scripts())
        // However much more it asks for.
        #expect(recogniser.words("USER x", "220 Example") == "p1 first certain")
        #expect(recogniser.words("HI", "220 Example", isFinal: true) == "p0 first certain")
        #expect(recogniser.words("", "220 Example", isFinal: true) == "p0 first likely")
        #expect(recogniser.words("HI", "a zebra", isFinal: true) == "p2 first certain")
        #expect(recogniser.words("HI", "200 other", isFinal: true) == "none")
        // A datagram that nothing else decides may be followed by one that something does.
        var udp = signature(.udp, server: starts("220"), alone: [.server])
        udp.isFallback = true
        var datagrams = Recogniser(index: try library([udp]), scripts: Scripts())
        #expect(datagrams.words("a", "220", .firstIsClient, isFinal: false, .udp) == "none")
        #expect(datagrams.words("a", "220", .firstIsClient, isFinal: true, .udp) == "p0 first certain")
    }

    @Test func addedSignaturesHaveTheirPluginsName() throws {
        var definition = ProtocolDefinition(
            name: "p", title: "", category: "", reference: "", plugin: "core/p", origin: here)
        var added = signature(server: starts("b"))
        added.plugin = "local/p"
        definition.signatures = [signature(server: starts("a")), signature(server: starts("c")), added]
        #expect(try SignatureIndex([definition]).signatureNames == ["core/p#1", "core/p#2", "local/p#1"])
    }
}

/// Keeps which functions were asked for fields.
private final class Asked: ScriptRunner {
    var domain = 0
    var functions: [Int] = []

    func check(_: CheckReference, client: borrowing RawSpan, server: borrowing RawSpan) -> CheckOutcome {
        .holds
    }

    func fields(
        _ reference: CheckReference, client: borrowing RawSpan, server: borrowing RawSpan
    ) -> [(name: String, value: String)] {
        functions.append(reference.function)
        return []
    }
}

/// Describes every text, but for the first that asks.
private final class FailingOnce: ScriptRunner {
    var domain = 0
    var hasFailed = false

    func check(_: CheckReference, client: borrowing RawSpan, server: borrowing RawSpan) -> CheckOutcome {
        .holds
    }

    func fields(
        _: CheckReference, client: borrowing RawSpan, server: borrowing RawSpan
    ) -> [(name: String, value: String)] { [] }

    func describe(_: CheckReference, _ text: borrowing RawSpan) -> [(name: String, value: String)] {
        guard domain > 0 else {
            hasFailed = true
            return []
        }
        return [("product", "Example")]
    }
}

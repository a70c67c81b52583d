import Matching
import Net
import Plugins
import Testing

extension ScriptHost {
    /// Asks function `number` of the only file; nil is a speaker that was not heard.
    func check(_ number: Int = 0, client: String?, server: String? = nil) -> CheckOutcome {
        let (client, server) = (Array((client ?? "").utf8), Array((server ?? "").utf8))
        let reference = CheckReference(source: 0, function: number)
        return unsafe check(reference, client: client.span.bytes, server: server.span.bytes)
    }

    func fields(client: String) -> [String] {
        let client = Array(client.utf8)
        let reference = CheckReference(source: 0, function: 0)
        let fields = unsafe fields(reference, client: client.span.bytes, server: [UInt8]().span.bytes)
        return fields.map { "\($0.name)=\($0.value)" }
    }
}

/// A host of one file with one check.
func host(check body: String, before: String = "", limits: ScriptLimits = .standard) -> ScriptHost {
    let signature = "tcp { client = starts \"a\", check = function(m)\n\(body)\nend },"
    return ScriptHost(sources: source(before + protocolText(signature)), limits: limits)
}

/// A host of one file with one field function.
func host(fields body: String) -> ScriptHost {
    ScriptHost(sources: source(protocolText("fields { client = function(m)\n\(body)\nend },")))
}

private func source(_ text: String) -> [PluginSource] {
    [PluginSource(path: "x.lua", text: Array(text.utf8), kind: .plugin, id: "t/x")]
}

@Suite struct ScriptHostTests {
    @Test(arguments: [
        ("return true", CheckOutcome.holds), ("return false", .fails), ("", .fails), ("return more", .more),
        ("return m.client:size() == 8", .holds), ("return m.client:u8(0) == 0x61", .holds),
        ("return m.client:u16(0) == 0x6162", .holds), ("return m.client:u24(1) == 0x626364", .holds),
        ("return m.client:u32(0) == 0x61626364", .holds), ("return m.client:u16le(0) == 0x6261", .holds),
        ("return m.client:u32le(4) == 0x68676665", .holds), ("return m.client:bytes(2, 3) == 'cde'", .holds),
        ("return m.client:starts(1, 'bc')", .holds), ("return m.client:starts(1, 'bx')", .fails),
        ("return m.client:find(0, 'cd') == 2", .holds), ("return m.client:find(3, 'cd') == nil", .holds),
        ("return m.client:u8(8) == nil and m.client:u32(5) == nil and m.client:u8(-1) == nil", .holds),
        ("return m.client:bytes(7, 2) == nil and m.client:bytes(0, -1) == nil", .holds),
        ("return m.client:u8(nil) == nil and m.client:bytes(0, nil) == nil", .holds),
        ("return m.client:starts(6, 'ghi') == nil and m.client:find(9, 'a') == nil", .holds),
        ("return m.client:u8(math.huge and 1 << 62) == nil and m.client:bytes(1, 1 << 62) == nil", .holds),
        ("return m.server == nil", .holds),
        ("return type(more) == 'more' and tostring(m) == 'userdata'", .holds),
        ("return string.upper(m.client:bytes(0, 1)) == 'A'", .holds),
        ("local a, z = string.find('a.b.c', '.b') return a == 2 and z == 3", .holds),
        ("return string.find('a.b.c', '.', 3) == 4 and string.find('a.b.c', '.', -2) == 4", .holds),
        ("return string.find('abc', 'd') == nil and string.find('abc', 'abcd') == nil", .holds),
        ("return string.find('abc', 'a', 2) == nil and string.find('abc', 'c', 99) == nil", .holds),
        ("return string.find('abc', '') == 1 and string.find('abc', '', 4) == 4", .holds),
        ("return string.find('abc', 'a', -99) == 1 and string.find('a\\0b', '\\0b') == 2", .holds),
        ("return string.find('50 %', '%', 1, true) == 4", .holds),
    ])
    func checksSeeTheBytes(body: String, outcome: CheckOutcome) {
        let host = host(check: body)
        #expect(host.check(client: "abcdefgh") == outcome)
        #expect(host.failures.isEmpty)
        #expect(host.counters.calls == 1 && host.counters.errors == 0)
    }

    @Test(arguments: [
        ("return 1", "check must return true, false or more, not a number"),
        ("return m.clinet", "m has no 'clinet'; it has client and server"),
        (
            "return m.client:u9(0)",
            "what was said has no 'u9'; it has size u8 u16 u24 u32 u16le u32le bytes starts find"
        ),
        ("return m.client.u8(0)", "write it with a colon, like m.client:u8(0)"),
        ("return string.find('a1', '%d')", "(for a % write find(s, \"%\", 1, true))"),
        ("m.client.x = 1", "this table belongs to the language and cannot be changed"),
        ("m.x = 1", "this table belongs to the language and cannot be changed"),
        ("string.x = 1", "this table belongs to the language and cannot be changed"),
        ("return m.server:u8(0)", "attempt to index a nil value (field 'server')"),
        ("protcol()", "unknown word 'protcol' (did you mean 'protocol'?)"),
        ("counter = 1", "'counter' would be a global; write local counter = ..."),
        ("while true do end", "ran longer than 100000 instructions (an endless loop?)"),
        ("return string.format('%s %s', 'a')", "bad argument #3 to 'format' (no value)"),
    ])
    func mistakesInAChecker(body: String, message: String) {
        let host = host(check: body)
        #expect(host.check(client: "abc") == .broken)
        #expect(host.failures[0]?.description.hasSuffix(message) == true)
        // What the function returned has no line of its own: then it is where the function begins.
        #expect(host.failures[0]?.location?.line == (body == "return 1" ? 3 : 4))
    }

    @Test func aFileIsDisabledAfterFiveFailures() {
        let host = host(check: "if m.client:u8(0) == 0x62 then error('first') end error('then')")
        #expect(host.check(client: "b") == .broken)
        for _ in 0..<4 {
            #expect(ScriptHost.failures(in: [host]).filter(\.isDisabled).isEmpty)
            #expect(host.check(client: "a") == .broken)
        }
        #expect(
            ScriptHost.failures(in: [host]).filter(\.isDisabled).map(\.first.description) == [
                "x.lua:4: first"
            ])
        #expect(host.check(client: "a") == .broken)
        #expect(host.counters.calls == 5 && host.counters.errors == 5 && host.counters.refused == 1)
    }

    /// What is told of failures does not depend on how the domains are shared out, nor on who was asked first.
    @Test func failuresAreTheSameForAnyNumberOfHosts() {
        let body = "if m.client:u8(0) > 0x61 then error(m.client:bytes(0, 1)) end return true"
        func failures(_ shares: [[Int]]) -> [ScriptHost.Failures] {
            let hosts = shares.map { domains in
                let host = host(check: body)
                for domain in domains {
                    host.domain = domain
                    for said in domain == 2 ? ["a", "a"] : ["a", domain == 1 ? "b" : "c", "d"] {
                        _ = host.check(client: said)
                    }
                }
                return host
            }
            return ScriptHost.failures(in: hosts)
        }
        let alone = failures([[3, 1, 2]])
        #expect(alone.map(\.words) == ["4 calls failed; x.lua:4: b"])
        #expect(alone.first?.id == "t/x" && alone.first?.isDisabled == false)
        #expect(failures([[3], [2, 1]]) == alone && failures([[2], [1], [3]]) == alone)
    }

    @Test func aViewIsDeadAfterItsCall() {
        let host = host(
            check: "if kept[1] then return kept[1]:u8(0) == 0 end kept[1] = m.client return true",
            before: "local kept = {} ")
        #expect(host.check(client: "abc") == .holds)
        #expect(host.check(client: nil, server: "abc") == .broken)
        #expect(host.failures[0]?.message == "what was said can only be read during the call")
    }

    @Test(arguments: [
        ("return { b = 'x', a = 5, c = true, d = 1.5, e = '' }", ["a=5", "b=x", "c=true", "d=1.5"]),
        ("return nil", []), ("return { vendor = m.client:bytes(0, 2) }", ["vendor=ab"]),
    ])
    func fieldsComeSorted(body: String, expected: [String]) {
        let host = host(fields: body)
        #expect(host.fields(client: "abc") == expected)
        #expect(host.failures.isEmpty)
    }

    @Test(arguments: [
        ("return 5", "fields must return a table, not a number"),
        ("return { a = {b = {}} }", "a must be a string, number or true/false, not a table"),
        ("return { a = function() end }", "a must be a string, number or true/false, not a function"),
    ])
    func mistakesInFields(body: String, message: String) {
        let host = host(fields: body)
        #expect(host.fields(client: "abc") == [])
        #expect(host.failures[0]?.message == message)
    }

    @Test func theFunctionsOfAFileKeepTheirNumbers() {
        let signatures = (0..<20).map {
            "tcp { client = starts \"a\", check = function(m) return m.client:size() == \($0) end },"
        }
        let text = protocolText(signatures.joined(separator: "\n"))
        let library = library(plugin: text)
        let host = ScriptHost(sources: library.sources)
        for (size, signature) in library.definitions[0].signatures.enumerated() where size > 0 {
            let number = signature.check?.function ?? -1
            #expect(host.check(number, client: String(repeating: "a", count: size)) == .holds)
        }
        #expect(host.check(99, client: "a") == .broken)
    }
}

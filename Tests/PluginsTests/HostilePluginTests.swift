import Matching
import Plugins
import Testing

/// Text to run at load, and what the report says of it after `bad.lua:`; empty when nothing is wrong.
struct Attack: CustomTestStringConvertible {
    let text: String
    let report: String

    init(_ text: String, _ report: String) { (self.text, self.report) = (text, report) }

    var testDescription: String { String(text.prefix(60)) }
}

/// Plugins that mean harm: each is stopped and named, and what stands beside it runs on.
@Suite struct HostilePluginTests {
    static let atLoad: [Attack] = [
        Attack("while true do end", "1: ran longer than 10000000 instructions"),
        Attack("\ngoto a ::a:: goto a", "2: "),
        Attack("\n::a:: goto a", "2: ran longer than 10000000 instructions"),
        Attack("for i = 1, math.huge do end", "1: ran longer than"),
        Attack("for i = 1, 1 << 62 do end", "1: ran longer than"),
        Attack("local function f() return f() end f()", "1: ran longer than"),
        Attack("local function f() return 1 + f() end f()", "1: "),
        Attack("\nlocal t = {} for i = 1, 1 << 40 do t[i] = i end", "2: used more than 64 MB of memory"),
        Attack("local t = {} for i = 1, 1 << 40 do t[i] = {} end", "1: used more than 64 MB of memory"),
        Attack(
            "local t = {} for i = 1, 1 << 40 do t[tostring(i)] = i end", "1: used more than 64 MB of memory"),
        Attack("\nlocal s = 'x' while true do s = s .. s end", "2: made a string longer than 64 KB"),
        Attack("local s = string.rep('x', 60000) while true do local t = s .. 'y' end", "1: used more than"),
        Attack("\nlocal s = string.rep('x', 1 << 40)", "2: made a string longer than 64 KB"),
        Attack("local s = string.rep('', 1 << 62)", ""),
        Attack("local s = string.rep('x', 9, string.rep('y', 60000))", "1: made a string"),
        Attack("local s = string.format('%999999d', 1)", "1: format knows"),
        Attack("local s = string.format('%p', {})", "1: format knows"),
        Attack(
            "local s = string.format('%s', {})", "1: bad argument #2 to 'format' (string expected, got table)"
        ),
        Attack("local s = string.format('%99.99f', 1e308)", ""),
        Attack("local s = string.format('%d')", "1: bad argument #2"),
        Attack(
            "local s = string.char(table.unpack({1, 2}, 1, 1 << 62))", "1: unpack gives 250 values at most"),
        Attack("local s = table.unpack({}, -1 << 63, 1 << 62)", "1: unpack gives"),
        Attack("local s = table.concat({}, 'x', 1, 1 << 62)", "1: concat: item 1 is a nil"),
        Attack(
            "local t = {} for i = 1, 60000 do t[i] = 'x' end while true do local s = table.concat(t) end",
            "1: ran longer than"),
        Attack("local t = {} while true do table.insert(t, 1, 1) end", "1: ran longer than"),
        Attack(
            "table.sort({3, 2, 1}, function() return true end)",
            "1: 'table.sort' is not part of this language; table has concat insert unpack"),
        Attack("local n = '1' | 0", "1: attempt to perform bitwise operation on a string value"),
        Attack(
            "local s = string.rep(' ', 60000) .. '1' while true do local n = tonumber(s) end",
            "1: ran longer than"),
        Attack(
            "local a, b = string.rep('x', 60000) .. 'y', string.rep('x', 60000) .. 'y' while true do local c = a == b end",
            "1: ran longer"),
        // Objects of every size, made, grown, dropped and made again, keep what is in them.
        Attack(
            """
            local kept = {}
            for round = 1, 3 do
              for size = 1, 2000, 7 do
                local list = {}
                for i = 1, size % 97 do list[i] = i * round end
                kept[size] = { text = string.rep("ab", size) .. round, list = list }
                if size > 700 and size % 3 == 0 then kept[size - 7] = nil end
              end
              for size, one in pairs(kept) do
                assert(one.text == string.rep("ab", size) .. round)
                for i = 1, size % 97 do assert(one.list[i] == i * round) end
              end
            end
            """, ""),
        Attack("while true do for k in pairs({a = 1, b = 2}) do end end", "1: "),
        Attack("local s = ('x'):rep(9)", "1: attempt to index a string value"),
        Attack("local s = ('').len", "1: attempt to index a string value"),
        Attack("local n = '1' + 1", "1: attempt to perform arithmetic on a string value"),
        Attack("getmetatable('')", "1: unknown word 'getmetatable'"),
        Attack("setmetatable({}, {})", "1: unknown word 'setmetatable'"),
        Attack("load('x')", "1: unknown word 'load'"),
        Attack("loadstring('x')", "1: unknown word 'loadstring'"),
        Attack("dofile('/etc/passwd')", "1: unknown word 'dofile'"),
        Attack("require 'os'", "1: require 'os': only files of a pack share code"),
        Attack(
            "local r = require for i = 1, 3 do r('../../etc/passwd') end", "1: require '../../etc/passwd'"),
        Attack("io.open('/etc/passwd')", "1: unknown word 'io'"),
        Attack("debug.getregistry()", "1: unknown word 'debug'"),
        Attack("coroutine.wrap(function() end)()", "1: unknown word 'coroutine'"),
        Attack("pcall(error)", "1: unknown word 'pcall'"),
        Attack("collectgarbage('stop')", "1: unknown word 'collectgarbage'"),
        Attack("rawset(_ENV, 'x', 1)", "1: unknown word 'rawset'"),
        Attack("print(1)", "1: unknown word 'print'"), Attack("_G.x = 1", "1: unknown word '_G'"),
        Attack("_ENV.x = 1", "1: 'x' would be a global"),
        Attack("local _ENV = {} x = 1 y()", "1: attempt to call a nil value (global 'y')"),
        Attack("local e <close> = {}", "1: variable 'e' got a non-closable value"),
        Attack("math.random()", "1: 'math.random' is not part of this language; math has floor"),
        Attack("math.floor = nil", "1: this table belongs"),
        Attack("string.gsub('a', 'b', 'c')", "1: 'string.gsub' is not part of this language; string has sub"),
        Attack(
            "local s = string.rep('a', 60000) while true do local n = string.find(s, 'ab') end",
            "1: ran longer than"),
        Attack("error(error)", "1: error was called with a function"),
        Attack("error()", "1: error was called with a nil"),
        Attack("error(string.rep('x', 60000))", "1: xxx"), Attack("error('\\0\\255')", "1: "),
        Attack("starts(starts, starts, starts, starts, starts)", "1: starts takes fewer values"),
        Attack("local t = {} t.t = t protocol 'x' (t)", "1: tables are nested too deeply"),
        Attack(
            "local t = {} for i = 1, 40 do t = {t, t} end protocol 'x' (t)", "1: tables are nested too deeply"
        ),
        Attack("local t = {} for i = 1, 28 do t = {t, t} end protocol 'x' (t)", "1: ran longer than"),
        Attack(
            "local t = starts 'a' for i = 1, 40 do t = any {t} end protocol 'x' {t}",
            "1: tables are nested too deeply"),
        Attack(
            "local t = {} for i = 1, 200 do t = {t} end protocol 'x' (t)", "1: tables are nested too deeply"),
        Attack(String(repeating: "(", count: 10_000), "1: C stack overflow"),
        Attack("local t = " + String(repeating: "{", count: 10_000), "1: C stack overflow"),
        Attack("--[[" + String(repeating: "x", count: 1 << 20) + "]] x = 1", "1: 'x' would be a global"),
        Attack("local s = [[" + String(repeating: "x", count: 1 << 20), "1: "),
        Attack(
            "local s = '" + String(repeating: "x", count: 1 << 20) + "'", "1: made a string longer than 64 KB"
        ),
        Attack("\u{1b}LuaS", "1: cannot be read as Lua: attempt to load a binary chunk"),
        Attack("protocol(string.rep('x', 60000)) { }", "1: "),
        Attack("protocol '' { }", "1: '' is not a protocol's name"),
        Attack("local p = pairs(_ENV) for k in pairs(string) do error(k) end", ""),
    ]

    @Test(arguments: atLoad)
    func aBadFileIsStoppedAndTheNextLoads(attack: Attack) {
        let (text, report) = (attack.text, attack.report)
        let library = Library(sources: [
            PluginSource(path: "bad.lua", text: Array(text.utf8), kind: .plugin, id: "t/bad"),
            PluginSource(
                path: "ssh.lua", text: Array(PluginLoadingTests.ssh.utf8), kind: .plugin, id: "t/ssh"),
        ])
        #expect(library.definitions.map(\.name) == ["ssh"])
        let message = library.problems.first?.description ?? ""
        #expect(
            report.isEmpty ? message.isEmpty : message.hasPrefix("bad.lua:" + report),
            "\(message.prefix(200))")
    }

    @Test(arguments: [
        ("while true do end", "ran longer than"), ("local function f() return 1 + f() end f()", ""),
        ("local t = {} for i = 1, 1 << 40 do t[i] = i end", "used more than 1 MB of memory"),
        ("local s = 'x' while true do s = s .. s end", "made a string longer than 16 KB"),
        ("local s = string.rep('x', 1 << 30)", "made a string longer than 16 KB"),
        ("while true do m.client:find(0, 'xyz') end", "ran longer than"),
        ("while true do local s = m.client:bytes(0, 3) end", "ran longer than"),
        ("kept = {}", "'kept' would be a global"), ("protocol 'y' { }", ""),
    ])
    func aBadCheckIsStopped(body: String, report: String) {
        let host = host(check: body)
        for _ in 0..<4 { #expect(host.check(client: "abc") == .broken || report.isEmpty) }
        let message = host.failures[0]?.message ?? ""
        #expect(message.hasPrefix(report), "\(message)")
    }

    @Test func garbageOfChecksIsCollected() {
        let host = host(
            check: "local s = m.client:bytes(0, 8000) .. tostring(m.client:size()) return s ~= nil")
        let text = String(repeating: "a", count: 8_000)
        for _ in 0..<20_000 { #expect(host.check(client: text) == .holds) }
        #expect(host.failures.isEmpty)
    }

    @Test func everyByteMayBeWrong() {
        // A cut or damaged file must give an error, never a crash.
        let text = Array(PluginLoadingTests.ssh.utf8)
        for place in text.indices {
            var damaged = text
            damaged[place] = damaged[place] ^ UInt8(1 << (place % 8))
            for candidate in [damaged, Array(text[..<place])] {
                let source = PluginSource(path: "x.lua", text: candidate, kind: .plugin, id: "t/x")
                let library = Library(sources: [source])
                #expect(library.hasErrors || library.definitions.count <= 1)
            }
        }
    }
}

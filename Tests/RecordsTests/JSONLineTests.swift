import Net
import Records
import Testing

@Suite("JSON lines")
struct JSONLineTests {
    private func object(_ body: (inout JSONLine) -> Void) -> String {
        var line = JSONLine()
        line.begin("x")
        body(&line)
        line.end()
        return String(decoding: line.bytes, as: UTF8.self)
    }

    @Test(
        "strings are escaped",
        arguments: [
            ("plain", #"plain"#), (#"say "hi" \ there"#, #"say \"hi\" \\ there"#),
            ("a\r\nb\tc", #"a\r\nb\tc"#), ("\u{0}\u{1b}[31m\u{7f}", #"\u0000\u001b[31m\u007f"#),
            ("caf\u{e9} \u{2713}", "caf\u{e9} \u{2713}"),
            ("C1 \u{85}\u{9b} and \u{a0}", "C1 \\u0085\\u009b and \u{a0}"),
            ("", ""),
        ])
    func escapes(text: String, expected: String) {
        #expect(object { $0.field("t", text) } == "{\"kind\":\"x\",\"t\":\"\(expected)\"}\n")
        #expect(object { $0.field(text, "v") } == "{\"kind\":\"x\",\"\(expected)\":\"v\"}\n")
    }

    @Test("bytes that are no UTF-8 become U+FFFD")
    func invalidUTF8() {
        #expect(
            object { $0.field("t", utf8: [0x41, 0xff, 0x42]) } == "{\"kind\":\"x\",\"t\":\"A\u{fffd}B\"}\n")
    }

    @Test("nil is left out, null is said")
    func missing() {
        let line = object {
            $0.field("a", String?.none)
            $0.field("b", Int?.none)
            $0.field("c", Timestamp?.none)
            $0.null("d")
            $0.list("e", [])
        }
        #expect(line == "{\"kind\":\"x\",\"d\":null}\n")
    }

    @Test("objects, lists and commas")
    func nesting() {
        let line = object {
            $0.object("o") { $0.object("empty") { _ in } }
            $0.list("l", ["a", "b"])
            $0.list("m", [1, 2]) { line, number in line.element { $0.field("n", number) } }
            $0.field("z", true)
            $0.field("d", decimal: 1.5)
            $0.field("e", decimal: .infinity)
        }
        #expect(
            line
                == #"{"kind":"x","o":{"empty":{}},"l":["a","b"],"m":[{"n":1},{"n":2}],"z":true,"d":1.5,"e":null}"#
                + "\n")
    }

    @Test("numbers", arguments: [0, 9, 10, 99, 100, 65_535, Int.max, -1, Int.min])
    func numbers(_ number: Int) {
        #expect(object { $0.field("n", number) } == "{\"kind\":\"x\",\"n\":\(number)}\n")
    }

    @Test("the largest number, a flow and bytes")
    func hexadecimal() {
        #expect(object { $0.field("n", UInt64.max) } == "{\"kind\":\"x\",\"n\":18446744073709551615}\n")
        #expect(object { $0.field("f", flow: 0x9f2c) } == "{\"kind\":\"x\",\"f\":\"0000000000009f2c\"}\n")
        #expect(object { $0.field("h", hex: [0, 0x1f, 0xff]) } == "{\"kind\":\"x\",\"h\":\"001fff\"}\n")
        #expect(flowName(0x9f2c) == "0000000000009f2c")
    }

    @Test(
        "times and addresses read as Net writes them",
        arguments: [0, 1, -1, 1_795_464_909_123_456_789, -2_208_988_800_000_000_001, .max, .min] as [Int64])
    func times(_ nanoseconds: Int64) {
        let time = Timestamp(nanoseconds: nanoseconds)
        #expect(object { $0.field("t", time) } == "{\"kind\":\"x\",\"t\":\"\(time)\"}\n")
        let address = IPAddress(high: UInt64(bitPattern: nanoseconds), low: 1)
        #expect(object { $0.field("a", address) } == "{\"kind\":\"x\",\"a\":\"\(address)\"}\n")
        let v4 = IPAddress(v4: UInt32(truncatingIfNeeded: nanoseconds))
        #expect(object { $0.field("a", v4) } == "{\"kind\":\"x\",\"a\":\"\(v4)\"}\n")
    }

    @Test("the buffer is used again")
    func reuse() {
        var line = JSONLine()
        line.begin("x")
        line.end()
        line.clear()
        line.begin("y")
        line.end()
        line.begin("z")
        line.end()
        #expect(String(decoding: line.bytes, as: UTF8.self) == "{\"kind\":\"y\"}\n{\"kind\":\"z\"}\n")
    }
}

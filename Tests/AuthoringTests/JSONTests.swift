import Authoring
import Testing

@Suite struct JSONTests {
    @Test(arguments: [
        "null", "true", "-1.5e3", #""""#, #""a\"b\\c\n""#, "[]", "{}", #"[1,[2,{"a":null}]]"#,
        #"{"a":1,"b":{"c":[true,"ä"]}}"#,
    ])
    func whatIsReadIsWritten(text: String) throws {
        #expect(try JSON(text).text == text)
        #expect(try JSON(JSON(text).pretty()) == JSON(text))
    }

    @Test(arguments: ["", "{", "[1,]", "nul", #"{"a"}"#, #""a"#, "1 2", #"{"a":1,}"#, #""\u12""#])
    func whatIsNoJSONIsRefused(text: String) {
        #expect(throws: JSON.Failure.self) { try JSON(text) }
    }

    @Test func depthIsBounded() {
        #expect(throws: JSON.Failure.self) { try JSON(String(repeating: "[", count: 100_000)) }
    }

    @Test func escapes() throws {
        #expect(try JSON(#""\u00e4\ud83d\ude00\/""#) == .string("ä😀/"))
    }

    private static let records = [
        #"{"kind":"service","host":"10.0.0.5","port":22,"protocol":"ssh","version":"1"}"#,
        #"{"kind":"flow","client":{"ip":"a","port":1},"server":{"ip":"b","port":2},"protocol":null}"#,
    ]

    @Test func expectedRecordsAreParts() throws {
        let records = try Self.records.map { try JSON($0) }
        let held = try RecordExpectation(
            "# why\n\n{\"kind\":\"service\",\"port\":22}\n{\"server\":{\"port\":2}}\n")
        #expect(held.count == 2 && held.misses(among: records).isEmpty)
        let twice = try RecordExpectation("{\"kind\":\"flow\"}\n{\"kind\":\"flow\"}")
        #expect(twice.misses(among: records).map(\.line) == [2])
        let wrong = try RecordExpectation(#"{"kind":"service","protocol":"ftp","version":"1","product":"x"}"#)
        let miss = try #require(wrong.misses(among: records).first)
        #expect(miss.nearest == "service 10.0.0.5 22 ssh")
        #expect(
            miss.differences
                == [#"protocol is "ssh", expected "ftp""#, #"product is missing, expected "x""#])
        #expect(throws: RecordExpectation.Failure.self) { try RecordExpectation("{\"kind\":") }
    }

    @Test func whatIsWrittenHolds() throws {
        let records = try Self.records.map { try JSON($0) }
        let expectation = try RecordExpectation(RecordExpectation.text(of: records))
        #expect(expectation.count == 2 && expectation.misses(among: records).isEmpty)
    }
}

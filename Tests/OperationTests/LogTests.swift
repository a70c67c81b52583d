import Foundation
import Logging
import Net
import Operation
import Synchronization
import Testing

@Suite struct LogTests {
    /// What a logger writes.
    private final class Sink: Sendable {
        let lines = Mutex<[String]>([])

        func logger(_ format: LogFormat, _ level: Logger.Level = .info) -> Logger {
            LogSetting(format: format, level: level).logger("offport") {
                Situations.time(1)
            } write: { bytes in
                self.lines.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
            }
        }

        var all: [String] { lines.withLock { $0 } }
    }

    @Test func aLineHasTimeLevelMessageAndValues() {
        let sink = Sink()
        var logger = sink.logger(.text)
        logger[metadataKey: "interface"] = "eth0"
        logger.warning(
            "the link is down",
            metadata: ["words": "no carrier", "list": ["a", "b"], "count": "\(3)", "empty": ""])
        logger.debug("not written")
        #expect(
            sink.all == [
                "2026-11-23T08:00:01.000000Z warning the link is down count=3 empty=\"\" interface=eth0 list=\"[a, b]\" words=\"no carrier\"\n"
            ])
    }

    @Test(arguments: LogFormat.allCases)
    func aMessageIsOneHarmlessLineWhateverIsInIt(format: LogFormat) {
        let sink = Sink()
        let words = "a\nb\r\n\u{1b}[2J\u{9b}2J\u{2028}\u{202e}\u{0}\"quoted\" \\"
        sink.logger(format).error("\(words)", metadata: ["\(words)": "\(words)"])
        let text = sink.all.joined()
        #expect(sink.all.count == 1 && text.hasSuffix("\n"))
        #expect(
            text.dropLast().unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
        #expect(!text.dropLast().contains { $0 == "\n" || $0 == "\r\n" })
    }

    @Test func whatTheMessageEscapedIsNotEscapedAgain() {
        let sink = Sink()
        sink.logger(.text).warning(#"a.txt: it begins with 'hello\x0a'"#)
        #expect(sink.all.first?.hasSuffix(#" warning a.txt: it begins with 'hello\x0a'"# + "\n") == true)
    }

    @Test func jsonIsJSON() throws {
        let sink = Sink()
        sink.logger(.json, .debug).debug("a \"b\"\n", metadata: ["key": "ä\u{7}"])
        let line = try #require(sink.all.first)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["kind"] as? String == "log" && object["level"] as? String == "debug")
        #expect(object["message"] as? String == "a \"b\"\n" && object["source"] as? String == "offport")
        #expect(object["time"] as? String == "2026-11-23T08:00:01.000000Z")
        #expect(object["fields"] as? [String: String] == ["key": "ä\u{7}"])
    }

    @Test func anErrorIsAValue() {
        struct Mishap: Error {}
        let sink = Sink()
        sink.logger(.text).error("ended", error: Mishap())
        #expect(sink.all.first?.contains("error=Mishap()") == true)
    }
}

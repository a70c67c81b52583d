public import Logging
public import Net
import Records

/// How log lines look.
public enum LogFormat: String, Sendable, CaseIterable {
    /// `2026-11-23T20:15:00.000123Z warning words key=value`
    case text
    /// An object a line.
    case json
}

/// Writes each message as one line, whatever is in it, and does nothing on a terminal with strangers' words.
public struct LineLogHandler: LogHandler {
    /// What is written with every message.
    public var metadata: Logger.Metadata = [:]
    /// Messages below it are not written.
    public var logLevel: Logger.Level
    /// Gives more to write with every message.
    public var metadataProvider: Logger.MetadataProvider?

    private let format: LogFormat
    private let label: String
    private let now: @Sendable () -> Timestamp
    private let write: @Sendable ([UInt8]) -> Void

    /// A handler that hands whole lines to `write`, from any thread.
    public init(
        label: String, format: LogFormat, level: Logger.Level, now: @escaping @Sendable () -> Timestamp,
        write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.label = label
        self.format = format
        self.now = now
        self.write = write
        logLevel = level
    }

    /// A value that is written with every message.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a message.
    public func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let own = event.metadata { all.merge(own) { $1 } }
        if let error = event.error { all["error"] = "\(error)" }
        let values = all.sorted { $0.key < $1.key }.map { ($0.key, Self.text($0.value)) }
        switch format {
        case .text: write(textLine(event, values))
        case .json: write(jsonLine(event, values))
        }
    }

    private func textLine(_ event: LogEvent, _ values: [(key: String, value: String)]) -> [UInt8] {
        // A backslash of the message is its own: it may have escaped what it quotes.
        let message = Self.escaped(event.message.description, doublesBackslashes: false)
        var line = "\(now()) \(event.level.rawValue) \(message)"
        for (key, value) in values {
            line += " \(Self.escaped(key))=" + Self.quoted(value)
        }
        return Array((line + "\n").utf8)
    }

    private func jsonLine(_ event: LogEvent, _ values: [(key: String, value: String)]) -> [UInt8] {
        var line = JSONLine()
        line.begin("log")
        line.field("time", now())
        line.field("level", event.level.rawValue)
        line.field("source", label)
        line.field("message", event.message.description)
        if !values.isEmpty {
            line.object("fields") { object in
                for (key, value) in values { object.field(key, value) }
            }
        }
        line.end()
        return line.bytes
    }

    private static func text(_ value: Logger.Metadata.Value) -> String {
        switch value {
        case .string(let text): text
        case .stringConvertible(let value): value.description
        case .array(let values): "[" + values.map(text).joined(separator: ", ") + "]"
        case .dictionary(let values):
            "{"
                + values.sorted { $0.key < $1.key }.map { "\($0.key): \(text($0.value))" }
                .joined(separator: ", ") + "}"
        }
    }

    private static func quoted(_ value: String) -> String {
        let isPlain =
            !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x3d }
        if isPlain { return value }
        return "\""
            + escaped(value).split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\\\"") + "\""
    }

    /// Line ends and tabs as they are written in programs, whatever else acts on terminals as dots.
    private static func escaped(_ text: String, doublesBackslashes: Bool = true) -> String {
        var safe = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": safe += #"\n"#
            case "\r": safe += #"\r"#
            case "\t": safe += #"\t"#
            case "\\" where doublesBackslashes: safe += #"\\"#
            default: safe.unicodeScalars.append(scalar)
            }
        }
        return printable(safe)
    }
}

/// Where messages go and how they look.
public struct LogSetting: Sendable {
    /// How lines look.
    public var format: LogFormat
    /// Messages below it are not written.
    public var level: Logger.Level

    /// A setting.
    public init(format: LogFormat = .text, level: Logger.Level = .info) {
        self.format = format
        self.level = level
    }

    /// A logger of that kind.
    public func logger(
        _ label: String, now: @escaping @Sendable () -> Timestamp,
        write: @escaping @Sendable ([UInt8]) -> Void
    ) -> Logger {
        let (format, level) = (format, level)
        return Logger(label: label) { _ in
            LineLogHandler(label: label, format: format, level: level, now: now, write: write)
        }
    }
}

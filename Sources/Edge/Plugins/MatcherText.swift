public import Matching

extension Matcher {
    /// The matcher as the language writes it, for messages: `line "SSH-"`, `bytes "16 03 0?"`.
    public var pluginText: String {
        switch self {
        case .classes(let classes, let offset):
            let text =
                Self.text("starts", classes) ?? "bytes \"\(classes.map(Self.hex).joined(separator: " "))\""
            return offset == 0 ? text : "at(\(offset), \(text))"
        case .line(let classes):
            return Self.text("line", classes) ?? "line \"\(classes.map(Self.hex).joined(separator: " "))\""
        case .header(let classes):
            // Any case fits: small letters, which are the last of each two.
            return "header \(Quoted.text(classes.compactMap(\.values.last)))"
        case .command(let words): return "command { \(words.map(Quoted.text).joined(separator: ", ")) }"
        case .reply(let codes): return "reply { \(codes.map(String.init).joined(separator: ", ")) }"
        case .contains(let text): return "contains \(Quoted.text(text))"
        case .matches(let pattern): return "matches [[\(pattern)]]"
        case .length(let range):
            return range.count == 1
                ? "length(\(range.lowerBound))" : "length(\(range.lowerBound), \(range.upperBound))"
        case .sized(let offset, let width, let isLittle, let plus):
            return "sized\(isLittle ? "_le" : "")(\(offset), \(width), \(plus))"
        case .sequence(let steps): return "seq { \(steps.map(\.pluginText).joined(separator: ", ")) }"
        case .at(let offset, let inner): return "at(\(offset), \(inner.pluginText))"
        case .any(let parts): return Self.list("any", parts)
        case .all(let parts): return Self.list("all", parts)
        case .none(let parts): return Self.list("none", parts)
        }
    }

    private static func list(_ word: String, _ parts: [Matcher]) -> String {
        "\(word) { \(parts.map(\.pluginText).joined(separator: ", ")) }"
    }

    /// `word "text"`, or `word_nocase "text"`; nil when the classes are neither.
    private static func text(_ word: String, _ classes: [ByteClass]) -> String? {
        let first = classes.compactMap(\.values.first)
        guard first.count == classes.count else { return nil }
        if zip(first, classes).allSatisfy({ ByteClass($0) == $1 }) {
            // Mostly unprintable bytes read better as hexadecimal digits.
            let printable = first.count { (32...126).contains($0) }
            if word == "starts", printable * 2 < first.count { return nil }
            return "\(word) \(Quoted.text(first))"
        }
        guard zip(first, classes).allSatisfy({ ByteClass(ignoringCase: $0) == $1 }) else { return nil }
        return "\(word)_nocase \(Quoted.text(first))"
    }

    /// Two digits, `?` where any would do, or a list of values and ranges.
    public static func hex(_ byteClass: ByteClass) -> String {
        let digits = Array("0123456789abcdef")
        guard let first = byteClass.values.first else { return "{}" }
        for (mask, text) in [
            (UInt8(0xff), "\(digits[Int(first >> 4)])\(digits[Int(first & 15)])"),
            (0xf0, "\(digits[Int(first >> 4)])?"), (0x0f, "?\(digits[Int(first & 15)])"), (0, "??"),
        ] where byteClass == ByteClass(where: { $0 & mask == first & mask }) {
            return text
        }
        return "[\(ranges(byteClass.values).map(list).joined(separator: ","))]"
    }

    private static func list(_ range: ClosedRange<UInt8>) -> String {
        let (low, high) = (hex(ByteClass(range.lowerBound)), hex(ByteClass(range.upperBound)))
        return low == high ? low : "\(low)-\(high)"
    }

    /// Ascending values as runs without gaps.
    private static func ranges(_ values: [UInt8]) -> [ClosedRange<UInt8>] {
        var runs: [ClosedRange<UInt8>] = []
        for value in values {
            if let last = runs.last, Int(last.upperBound) + 1 == Int(value) {
                runs[runs.count - 1] = last.lowerBound...value
            } else {
                runs.append(value...value)
            }
        }
        return runs
    }
}

extension ByteClass {
    /// The values as the language writes them: `5a`, `0?`, `??`, or a list of values and ranges.
    public var pluginText: String { Matcher.hex(self) }
}

extension Step {
    /// The step as the language writes it.
    public var pluginText: String {
        switch self {
        case .classes(let classes): return Matcher.classes(classes, offset: 0).pluginText
        case .labels: return "labels()"
        case .counted(let width, let isLittle, let range, let less):
            let limits =
                less == 0 && range == 0...Step.maximumCount
                ? "" : ", \(range.lowerBound), \(range.upperBound)"
            return "counted\(isLittle ? "_le" : "")(\(width)\(limits)\(less == 0 ? "" : ", \(less)"))"
        case .element(let tag, let enters): return "\(enters ? "enter" : "skip") \"\(Matcher.hex(tag))\""
        case .ends: return "ends()"
        }
    }
}

/// Bytes as a string of the language.
public enum Quoted {
    /// The bytes in double quotes, with escapes for what is not printable.
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text = "\""
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""): text += "\\\""
            case UInt8(ascii: "\\"): text += "\\\\"
            case 13: text += "\\r"
            case 10: text += "\\n"
            case 9: text += "\\t"
            case 32...126: text.unicodeScalars.append(UnicodeScalar(byte))
            default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return text + "\""
    }
}

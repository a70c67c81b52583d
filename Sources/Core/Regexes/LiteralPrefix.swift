/// The literal bytes that a pattern anchored with `^` must start with.
enum LiteralPrefix {
    /// The bytes after `^` before the first metacharacter; empty when nothing is certain.
    static func of(_ pattern: String) -> [UInt8] {
        var text = Array(pattern.utf8)
        // That a dot is every byte changes no literal.
        if text.starts(with: Array("(?s)^".utf8)) { text.removeFirst(4) }
        guard text.first == UInt8(ascii: "^"), !hasTopLevelAlternative(text) else { return [] }
        var literal: [UInt8] = []
        var index = 1
        while index < text.count, let (byte, next) = literalByte(in: text, at: index) {
            if next < text.count, [UInt8](("*?{").utf8).contains(text[next]) { break }
            literal.append(byte)
            index = next
            if next < text.count, text[next] == UInt8(ascii: "+") { break }
        }
        return literal
    }

    /// The byte that stands for itself at `index`, and where the next one starts.
    private static func literalByte(in text: [UInt8], at index: Int) -> (byte: UInt8, next: Int)? {
        let byte = text[index]
        guard byte == UInt8(ascii: "\\") else {
            return [UInt8](".[](){}*+?|^$".utf8).contains(byte) ? nil : (byte, index + 1)
        }
        guard index + 1 < text.count else { return nil }
        let escaped = text[index + 1]
        switch escaped {
        case UInt8(ascii: "r"): return (13, index + 2)
        case UInt8(ascii: "n"): return (10, index + 2)
        case UInt8(ascii: "t"): return (9, index + 2)
        case UInt8(ascii: "x"):
            let digits = text[(index + 2)...].prefix(2)
            guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16),
                !digits.contains(UInt8(ascii: "+"))
            else { return nil }
            return (value, index + 4)
        case 0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e: return (escaped, index + 2)
        default: return nil
        }
    }

    /// Whether a `|` stands outside every group and class: then the start holds for one branch only.
    private static func hasTopLevelAlternative(_ text: [UInt8]) -> Bool {
        var depth = 0
        var isInClass = false
        var index = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\\"):
                // \Q...\E quotes what would confuse the count; such patterns get no prefix.
                if index + 1 < text.count, text[index + 1] == UInt8(ascii: "Q") { return true }
                index += 1
            case UInt8(ascii: "["):
                // A bracket that comes first in a class is a member of it.
                if !isInClass {
                    isInClass = true
                    if index + 1 < text.count, text[index + 1] == UInt8(ascii: "^") { index += 1 }
                    if index + 1 < text.count, text[index + 1] == UInt8(ascii: "]") { index += 1 }
                }
            case UInt8(ascii: "]"): isInClass = false
            case UInt8(ascii: "(") where !isInClass: depth += 1
            case UInt8(ascii: ")") where !isInClass: depth -= 1
            case UInt8(ascii: "|") where !isInClass && depth == 0: return true
            default: break
            }
            index += 1
        }
        return false
    }
}

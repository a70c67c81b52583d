/// Text in which nothing moves a cursor, ends a line or hides another character.
enum VisibleText {
    /// The text with every such character written as `\u000a`.
    static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHidden) else { return text }
        var visible = ""
        for scalar in text.unicodeScalars {
            if isHidden(scalar) {
                let digits = String(scalar.value, radix: 16)
                visible += #"\u"# + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            } else {
                visible.unicodeScalars.append(scalar)
            }
        }
        return visible
    }

    /// Control characters, ends of lines and paragraphs, and what turns the direction of writing.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}

/// The text report while it is written: lines, headings, and what is wrapped to the width.
package struct Page {
    package let width: Int
    package let paint: Paint
    package private(set) var text = ""

    package init(width: Int, paint: Paint) {
        self.width = width
        self.paint = paint
    }

    package mutating func line(_ line: String) {
        text += line
        while text.last == " " { text.removeLast() }
        text += "\n"
    }

    /// A section's name after an empty line, with a word about the whole.
    package mutating func heading(_ name: String, _ summary: String) {
        text += "\n"
        line(paint(name, .bold) + (summary.isEmpty ? "" : "  " + summary))
    }

    /// Words wrapped at spaces, aligned behind what the first line begins with.
    package mutating func paragraph(_ words: String, after start: String = "  ", colour: Paint.Colour? = nil)
    {
        let words = words.split(separator: " ").map { paint(String($0), colour) }
        items(words, after: start, maximumLines: .max, more: "", separator: " ")
    }

    /// Items wrapped as wholes, aligned behind what the first line begins with; what does not fit into the lines
    /// allowed is counted: `and 37 more ports`.
    mutating func items(
        _ items: [String], after start: String, maximumLines: Int, more noun: String,
        separator: String = "   ", colour: Paint.Colour? = nil
    ) {
        let indent = String(repeating: " ", count: visibleColumns(start))
        var current = start
        var used = indent.count
        var isFresh = true
        var lines = 1
        for (place, item) in items.enumerated() {
            let rest = items.count - place
            let isLastLine = lines == maximumLines
            let tail = rest > 1 && isLastLine ? "\(separator)and \(grouped(rest)) more \(noun)s" : ""
            let next = (isFresh ? 0 : columns(separator)) + visibleColumns(item)
            if !isFresh, used + next + columns(tail) > width {
                if isLastLine {
                    line(current + separator + "and " + counted(rest, "more \(noun)"))
                    return
                }
                line(current + (separator.first == "," ? "," : ""))
                current = indent
                used = indent.count
                isFresh = true
                lines += 1
            }
            current += (isFresh ? "" : separator) + paint(item, colour)
            used += (isFresh ? 0 : columns(separator)) + visibleColumns(item)
            isFresh = false
        }
        line(current)
    }

    /// The columns of a text without its colours.
    private func visibleColumns(_ text: String) -> Int {
        guard paint.isOn else { return columns(text) }
        var visible = ""
        var isEscape = false
        for scalar in text.unicodeScalars {
            if scalar == "\u{1b}" {
                isEscape = true
            } else if isEscape {
                isEscape = scalar != "m"
            } else {
                visible.unicodeScalars.append(scalar)
            }
        }
        return columns(visible)
    }
}

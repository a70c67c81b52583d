import Records

/// HTML that is written piece by piece; whatever strangers said goes through `text`.
struct Markup {
    private(set) var html = ""

    /// Markup as it is.
    mutating func raw(_ markup: StaticString) { html += "\(markup)" }

    /// Words, which stay words whatever is in them.
    mutating func text(_ words: String) { html += Self.escaped(words) }

    /// An element around words.
    mutating func element(_ tag: StaticString, _ words: String, class name: String? = nil) {
        open(tag, class: name)
        text(words)
        close(tag)
    }

    /// An element around what `body` writes.
    mutating func element(_ tag: StaticString, class name: String? = nil, _ body: (inout Markup) -> Void) {
        open(tag, class: name)
        body(&self)
        close(tag)
    }

    /// An element with attributes and nothing in it, as of SVG.
    mutating func shape(_ tag: StaticString, _ attributes: [(StaticString, String)]) {
        html += "<\(tag)"
        for (name, value) in attributes { html += " \(name)=\"\(Self.escaped(value))\"" }
        html += "/>"
    }

    mutating func open(_ tag: StaticString, class name: String? = nil) {
        html += "<\(tag)"
        if let name { html += " class=\"\(Self.escaped(name))\"" }
        html += ">"
    }

    /// Begins an element that is shown whole or, until it is clicked, by its summary.
    mutating func openDetails(class name: String, isOpen: Bool) {
        html += "<details class=\"\(Self.escaped(name))\"\(isOpen ? " open" : "")>"
    }

    /// A cell of a table that says on narrow screens, where columns have no heads, what it is.
    mutating func cell(_ words: String, label: String) {
        html += "<td data-label=\"\(Self.escaped(label))\">"
        text(words)
        close("td")
    }

    mutating func close(_ tag: StaticString) { html += "</\(tag)>\n" }

    /// The five characters that mean something, and what is not to be printed.
    static func escaped(_ words: String) -> String {
        var out = ""
        for character in printable(words) {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.append(character)
            }
        }
        return out
    }
}

extension Markup {
    /// Begins words at a place of a chart.
    mutating func openText(x: String, y: String, anchor: String) {
        html +=
            "<text x=\"\(Self.escaped(x))\" y=\"\(Self.escaped(y))\" text-anchor=\"\(Self.escaped(anchor))\">"
    }
}

extension Finding {
    /// How the titles of plugins write the protocols that it names, where they do.
    public var spellings: [String: String] {
        var found: [String: String] = [:]
        for (name, title) in [(protocolName, titles.own), (owner, titles.owner), (before, titles.before)] {
            guard let name, let title else { continue }
            found[name] = ProtocolFacts.spelling(of: name, in: title)
        }
        return found
    }
}

extension ProtocolFacts {
    /// A protocol's name as its title writes it: the words of the title that have its letters and digits, in
    /// any case and with any marks between them.
    ///
    /// `FastCGI`, `Battle.net` of "Battle.net (classic)"; nil where none do.
    public static func spelling(of name: String, in title: String) -> String? {
        let wanted = letters(name)
        guard !wanted.isEmpty else { return nil }
        let words = title.split(separator: " ")
        for first in words.indices {
            var found: [UInt8] = []
            for last in first..<words.endIndex where found.count < wanted.count {
                found += letters(words[last])
                guard found == wanted else { continue }
                return bare(title[words[first].startIndex..<words[last].endIndex])
            }
        }
        return nil
    }

    /// Letters and digits alone, in lower case, `plus` for `+`; what is not ASCII stays as it is.
    private static func letters(_ text: some StringProtocol) -> [UInt8] {
        text.utf8.flatMap { byte -> [UInt8] in
            switch byte {
            case 0x41...0x5a: [byte | 0x20]
            case 0x30...0x39, 0x61...0x7a, 0x80...: [byte]
            case 0x2b: Array("plus".utf8)
            default: []
            }
        }
    }

    /// Without the brackets and marks that belong to the sentence.
    private static func bare(_ text: Substring) -> String {
        let marks = "()[]{}<>,;:./\"'"
        var text = text
        while let first = text.first, marks.contains(first) { text.removeFirst() }
        while let last = text.last, marks.contains(last) { text.removeLast() }
        return String(text)
    }
}

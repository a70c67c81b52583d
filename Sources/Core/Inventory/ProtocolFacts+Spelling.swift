extension Finding {
    /// How the title of a plugin writes a protocol that the finding names, where it does.
    public func spelling(of name: String) -> String? {
        let title =
            name == protocolName
            ? titles.own : name == owner ? titles.owner : name == before ? titles.before : nil
        return title.flatMap { ProtocolFacts.spelling(of: name, in: $0) }
    }
}

extension ProtocolFacts {
    /// A protocol's name as its title writes it: the words of the title that have its letters and digits, in
    /// any case and with any marks between them.
    ///
    /// `FastCGI`, `Battle.net` of "Battle.net (classic)"; nil where none do.
    public static func spelling(of name: String, in title: String) -> String? {
        var wanted: [UInt8] = []
        append(lettersOf: name.utf8[...], to: &wanted)
        guard !wanted.isEmpty else { return nil }
        let words = title.utf8.split(separator: UInt8(ascii: " "))
        var found: [UInt8] = []
        for first in words.indices {
            found.removeAll(keepingCapacity: true)
            for last in first..<words.endIndex where found.count < wanted.count {
                append(lettersOf: words[last], to: &found)
                guard found == wanted else { continue }
                return bare(title[words[first].startIndex..<words[last].endIndex])
            }
        }
        return nil
    }

    /// Appends letters and digits alone, in lower case, and `plus` for `+`; what is not ASCII stays as it is.
    private static func append(lettersOf text: Substring.UTF8View, to letters: inout [UInt8]) {
        for byte in text {
            switch byte {
            case 0x41...0x5a: letters.append(byte | 0x20)
            case 0x30...0x39, 0x61...0x7a, 0x80...: letters.append(byte)
            case UInt8(ascii: "+"): letters += "plus".utf8
            default: break
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

/// A line of a word and a value with the indented lines below it: the text form of trust files, locks and indexes.
///
/// `#` begins a comment line.
struct Stanza: Sendable, Equatable {
    var word: String
    var value: String
    var items: [Item] = []
    /// Where it stands, from 1.
    var line = 0

    struct Item: Sendable, Equatable {
        var key: String
        var value: String
    }

    /// The first value of a key.
    subscript(_ key: String) -> String? { items.first { $0.key == key }?.value }

    /// All values of a key.
    func all(_ key: String) -> [String] { items.filter { $0.key == key }.map(\.value) }

    /// Reads a text.
    ///
    /// - Parameter path: how messages call it.
    static func read(_ bytes: [UInt8], path: String) throws(PackFailure) -> [Stanza] {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw PackFailure("\(path): it is no text")
        }
        var stanzas: [Stanza] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.drop { $0 == " " }
            if content.isEmpty || content.hasPrefix("#") { continue }
            let parts = content.split(separator: " ", maxSplits: 1)
            let (word, value) = (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
            if line.hasPrefix(" ") {
                guard !stanzas.isEmpty else {
                    throw PackFailure("\(path):\(number + 1): it is indented, and nothing stands above it")
                }
                stanzas[stanzas.count - 1].items.append(Item(key: word, value: value))
            } else {
                stanzas.append(Stanza(word: word, value: value, line: number + 1))
            }
        }
        return stanzas
    }

    static func text(_ stanzas: [Stanza], comment: String) -> String {
        let lines = stanzas.map { stanza in
            let head = stanza.value.isEmpty ? stanza.word : "\(stanza.word) \(stanza.value)"
            return ([head] + stanza.items.map { "  \($0.key) \($0.value)" }).joined(separator: "\n") + "\n"
        }
        return "# \(comment)\n" + lines.joined()
    }
}

internal import Matching
internal import Net

/// One entry of the imported file, as a rule.
struct ImportedRule: Sendable {
    /// The line that it comes from.
    var line: Int
    /// The file, where there are several.
    var file: String?
    var speaker = Speaker.server
    var pattern: String
    /// The pattern whose first group is the text to look at.
    var within: String?
    /// Fields with their templates; empty when it only recognises.
    var gives: [(name: String, template: [UInt8])] = []
}

/// A signature that is asked where nothing else decides.
struct ImportedSignature: Sendable {
    var line: Int
    var transport: TransportProtocol
    var pattern: String
    /// What the client must have said, where the server's words are not enough.
    var client: [UInt8]?
    /// What every fit begins with, where the pattern does not show it as text.
    var beginning: [ByteClass] = []
    /// A text in every fit, where nothing is known of its beginning.
    var literal: [UInt8]?
    /// Words that fit.
    var sample: [UInt8]
}

/// All that is imported for one protocol.
struct ImportedProtocol: Sendable {
    /// As the imported file writes it.
    var title: String
    /// Whether a loaded plugin declares it.
    var isKnown: Bool
    var signatures: [ImportedSignature] = []
    var rules: [ImportedRule] = []
}

/// Writes the files of a pack.
struct ImportedPack {
    /// The pack's name, such as `local/nmap`.
    var name: String
    /// What was imported.
    var source: String
    var protocols: [String: ImportedProtocol]

    /// A file holds so many entries at most: files are read at the same time.
    private static let entriesPerFile = 400

    /// The files by their paths in the pack, ascending.
    func files() -> [(path: String, text: [UInt8])] {
        var files = [(path: "pack.lua", text: Array(manifest.utf8))]
        for (name, imported) in protocols.sorted(by: { $0.key < $1.key }) {
            let parts = parts(name, imported)
            for (number, part) in parts.enumerated() {
                let digits = String(number + 1)
                let zeros = String(repeating: "0", count: max(0, 2 - digits.utf8.count))
                let stem = parts.count == 1 ? name : "\(name)-\(zeros)\(digits)"
                files.append(("plugins/\(stem).lua", part))
            }
        }
        return files
    }

    private var manifest: String {
        """
        -- Made by `offport pack import`; importing again makes it anew.
        pack {
          name        = \(LuaText.quoted(Array(name.utf8))),
          version     = "1.0.0",
          title       = \(LuaText.quoted(Array("Signatures of \(source)".utf8))),
          description = "A user's own copy of \(source) in Offport's language; its terms are those of that file.",
        }

        """
    }

    private func parts(_ name: String, _ imported: ImportedProtocol) -> [[UInt8]] {
        var entries = imported.signatures.map(Self.text) + imported.rules.map(Self.text)
        if !imported.isKnown, let first = imported.signatures.first {
            let client = first.client.map { "client = \(LuaText.quoted($0)), " } ?? ""
            let transport = first.transport == .tcp ? "" : ", transport = \"\(first.transport)\""
            entries.append(
                Array("  example { \(client)server = \(LuaText.quoted(first.sample))\(transport) },\n".utf8))
        }
        var parts: [[UInt8]] = []
        // A new protocol is declared once; what does not fit into its file extends it.
        var start = 0
        while start < entries.count {
            let isDeclared = imported.isKnown || start > 0
            // The signatures and the example of a new protocol stay together.
            let least = isDeclared ? 0 : imported.signatures.count + 1
            let count = min(entries.count - start, max(Self.entriesPerFile, least))
            let head =
                isDeclared
                ? "extend \"\(name)\" {\n"
                : "protocol \"\(name)\" {\n  title = \(LuaText.quoted(Array(imported.title.utf8))), reference = \(LuaText.quoted(Array(source.utf8))),\n"
            var chosen = Array(entries[start..<(start + count)])
            if !isDeclared, count < entries.count, let example = entries.last {
                chosen.append(example)
                entries.removeLast()
            }
            parts.append(Array(head.utf8) + chosen.flatMap { $0 } + Array("}\n".utf8))
            start += count
        }
        return parts
    }

    private static func text(_ signature: ImportedSignature) -> [UInt8] {
        let pattern = LuaText.long(signature.pattern)
        var server = "matches \(pattern)"
        if !signature.beginning.isEmpty {
            server = "all { bytes \"\(LuaText.bytes(signature.beginning))\", \(server) }"
        } else if let literal = signature.literal {
            server = "all { contains \(LuaText.quoted(literal)), \(server) }"
        }
        let client = signature.client.map { "client = starts \(LuaText.quoted($0)), " } ?? ""
        let alone = signature.client == nil ? ", alone = \"server\"" : ""
        return Array(
            "  \(signature.transport) { \(client)server = \(server)\(alone), fallback = true },  -- line \(signature.line)\n"
                .utf8)
    }

    /// The last part of a path, without what would end a comment.
    private static func plain(_ path: String) -> String {
        String(
            decoding: (path.split(separator: "/").last ?? "").utf8.filter { (0x20...0x7e).contains($0) },
            as: UTF8.self)
    }

    private static func text(_ rule: ImportedRule) -> [UInt8] {
        var text = Array("  identify { \(rule.speaker) = \(LuaText.long(rule.pattern)),".utf8)
        if let within = rule.within { text += Array(" within = \(LuaText.long(within)),".utf8) }
        let gives = rule.gives.map { "\($0.name) = \(LuaText.quoted($0.template))" }.joined(separator: ", ")
        let place = rule.file.map { "\(Self.plain($0)):\(rule.line)" } ?? "line \(rule.line)"
        return text + Array(" gives = { \(gives) } },  -- \(place)\n".utf8)
    }
}

/// How values are written in Lua.
enum LuaText {
    /// A string in quotes; what is no printable ASCII as `\xff`.
    static func quoted(_ bytes: [UInt8]) -> String {
        var text = "\""
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
            case 10: text += "\\n"
            case 13: text += "\\r"
            case 9: text += "\\t"
            case 0x20...0x7e: text += String(UnicodeScalar(byte))
            default: text += "\\x" + hex(byte)
            }
        }
        return text + "\""
    }

    /// A string in long brackets, as patterns are written.
    static func long(_ text: String) -> String {
        var level = 0
        // A bracket at the end would close one bracket early.
        while text.contains("]" + String(repeating: "=", count: level) + "]")
            || text.hasSuffix("]" + String(repeating: "=", count: level))
        {
            level += 1
        }
        let equals = String(repeating: "=", count: level)
        return "[\(equals)[\(text)]\(equals)]"
    }

    /// Classes as `bytes` takes them.
    static func bytes(_ classes: [ByteClass]) -> String {
        classes.map { byteClass in
            if let only = byteClass.onlyValue { return hex(only) }
            if byteClass == .all { return "??" }
            var ranges: [ClosedRange<UInt8>] = []
            for value in byteClass.values {
                if let last = ranges.last, last.upperBound &+ 1 == value {
                    ranges[ranges.count - 1] = last.lowerBound...value
                } else {
                    ranges.append(value...value)
                }
            }
            let texts = ranges.map {
                $0.count == 1 ? hex($0.lowerBound) : "\(hex($0.lowerBound))-\(hex($0.upperBound))"
            }
            return "[\(texts.joined(separator: ","))]"
        }.joined(separator: " ")
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: false)
        return digits.utf8.count < 2 ? "0\(digits)" : digits
    }
}

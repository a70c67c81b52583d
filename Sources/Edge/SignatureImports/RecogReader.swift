/// A fingerprint of recog, as it stands.
struct RecogFingerprint: Sendable {
    var file: String
    var line: Int
    /// What the file is about, such as `ssh.banner`.
    var matches: String
    var pattern: String
    var flags: String
    /// The values: from a group of the pattern, or (0) as they stand.
    var parameters: [(position: Int, name: String, value: String)] = []
    /// Files with a higher one go first.
    var preference = 0.1
}

/// Reads recog's XML: `fingerprints`, in it `fingerprint` with `param`.
struct RecogReader {
    private(set) var fingerprints: [RecogFingerprint] = []
    private(set) var leftOut: [LeftOut] = []
    private(set) var lines = 0
    /// Fingerprints, broken ones among them.
    private(set) var entries = 0

    /// Reads a file; what cannot be read is listed, and the rest is kept.
    init(_ bytes: [UInt8], file: String) {
        var tags = XMLTags(bytes)
        var (matches, preference): (String?, Double) = (nil, 0.1)
        var open: RecogFingerprint?
        var isBroken = false
        func list(_ line: Int, _ detail: String, _ text: [UInt8]) {
            leftOut.append(LeftOut(file, line, .broken, detail, text))
        }
        func close() {
            if let open, !isBroken { fingerprints.append(open) }
            (open, isBroken) = (nil, false)
        }
        while let tag = tags.next() {
            switch tag.kind {
            case .broken(let why):
                // A broken value spoils the fingerprint around it; anything else is a line of its own.
                let isFingerprint = tag.name == "fingerprint"
                if isFingerprint {
                    close()
                    entries += 1
                }
                if open != nil || isFingerprint {
                    if !isBroken { list(tag.line, why, tag.text) }
                    (open, isBroken) = (isFingerprint ? nil : open, !isFingerprint)
                } else {
                    list(tag.line, "directive: \(why)", tag.text)
                }
            case .start where tag.name == "fingerprints":
                matches = tag.attributes["matches"]
                preference = tag.attributes["preference"].flatMap(Double.init) ?? 0.1
                if matches == nil {
                    list(tag.line, "directive fingerprints does not say what it matches", tag.text)
                }
            case .start where tag.name == "fingerprint":
                close()
                entries += 1
                guard let matches, let pattern = tag.attributes["pattern"] else {
                    list(
                        tag.line, matches == nil ? "it is not inside fingerprints" : "it has no pattern",
                        tag.text)
                    continue
                }
                open = RecogFingerprint(
                    file: file, line: tag.line, matches: matches, pattern: pattern,
                    flags: tag.attributes["flags"] ?? "", preference: preference)
                if tag.isClosed { close() }
            case .start where tag.name == "param":
                guard let position = tag.attributes["pos"].flatMap(Int.init), position >= 0,
                    let name = tag.attributes["name"], !name.isEmpty
                else {
                    if open != nil, !isBroken {
                        list(tag.line, "a param needs pos and name", tag.text)
                        isBroken = true
                    }
                    continue
                }
                open?.parameters.append((position, name, tag.attributes["value"] ?? ""))
            case .end where tag.name == "fingerprint": close()
            case .start, .end: break
            }
        }
        close()
        lines = tags.line
    }
}

/// The tags of an XML document; what stands between them is passed over.
struct XMLTags {
    struct Tag {
        enum Kind {
            case start
            case end
            case broken(String)
        }
        var kind: Kind
        var name: String
        var attributes: [String: String] = [:]
        var isClosed = false
        var line: Int
        var text: [UInt8]
    }

    private let bytes: [UInt8]
    private var place = 0
    private(set) var line = 1

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> Tag? {
        while let start = skip(to: "<") {
            if bytes[start...].starts(with: Array("<!--".utf8)) {
                guard pass("-->") else { return broken("a comment has no end", "", start) }
                continue
            }
            if bytes[start...].starts(with: Array("<![CDATA[".utf8)) {
                guard pass("]]>") else { return broken("CDATA has no end", "", start) }
                continue
            }
            if bytes[start...].starts(with: Array("<?".utf8))
                || bytes[start...].starts(with: Array("<!".utf8))
            {
                guard pass(">") else { return broken("a declaration has no end", "", start) }
                continue
            }
            return tag(start)
        }
        return nil
    }

    private mutating func move(to place: Int) {
        for index in self.place..<place where bytes[index] == 10 { line += 1 }
        self.place = place
    }

    private mutating func skip(to byte: Character) -> Int? {
        guard let found = bytes[place...].firstIndex(of: byte.asciiValue ?? 0) else {
            move(to: bytes.count)
            return nil
        }
        move(to: found)
        return found
    }

    private mutating func pass(_ end: String) -> Bool {
        let wanted = Array(end.utf8)
        var index = place
        while index + wanted.count <= bytes.count {
            if bytes[index] == wanted[0], bytes[index...].starts(with: wanted) {
                move(to: index + wanted.count)
                return true
            }
            index += 1
        }
        move(to: bytes.count)
        return false
    }

    /// Goes on behind the `<` that begins what is broken.
    private mutating func broken(_ why: String, _ name: String, _ start: Int, line: Int? = nil) -> Tag {
        let text = bytes[start...].prefix { $0 != 10 }.prefix(200)
        defer { if place <= start { move(to: min(start + 1, bytes.count)) } }
        return Tag(kind: .broken(why), name: name, line: line ?? self.line, text: Array(text))
    }

    private mutating func tag(_ start: Int) -> Tag {
        let first = line
        var index = start + 1
        let isEnd = index < bytes.count && bytes[index] == UInt8(ascii: "/")
        if isEnd { index += 1 }
        let name = word(&index)
        var attributes: [String: String] = [:]
        while true {
            while index < bytes.count, Self.isBlank(bytes[index]) { index += 1 }
            guard index < bytes.count, bytes[index] != UInt8(ascii: "<") else {
                defer { move(to: index) }
                return broken("a tag has no end", isEnd ? "" : name, start, line: first)
            }
            if bytes[index] == UInt8(ascii: ">") || bytes[index...].starts(with: Array("/>".utf8)) {
                let isClosed = bytes[index] != UInt8(ascii: ">")
                let end = index + (isClosed ? 2 : 1)
                defer { move(to: end) }
                return Tag(
                    kind: isEnd ? .end : .start, name: name, attributes: attributes, isClosed: isClosed,
                    line: first, text: Array(bytes[start..<min(end, start + 200)]))
            }
            guard let (key, value) = attribute(&index) else {
                defer { move(to: max(index, start + 1)) }
                return broken(
                    "a value does not stand in quotes, or has an unknown entity", isEnd ? "" : name, start,
                    line: first)
            }
            attributes[key] = value
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

    private func word(_ index: inout Int) -> String {
        let start = index
        while index < bytes.count, !Self.isBlank(bytes[index]), !"=<>/\"'".utf8.contains(bytes[index]) {
            index += 1
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private func attribute(_ index: inout Int) -> (String, String)? {
        let name = word(&index)
        while index < bytes.count, Self.isBlank(bytes[index]) { index += 1 }
        guard !name.isEmpty, index < bytes.count, bytes[index] == UInt8(ascii: "=") else { return nil }
        index += 1
        while index < bytes.count, Self.isBlank(bytes[index]) { index += 1 }
        guard index < bytes.count, "\"'".utf8.contains(bytes[index]),
            let end = bytes[(index + 1)...].firstIndex(of: bytes[index])
        else { return nil }
        // No value has a tag in it: a quote is missing.
        guard !bytes[index..<end].contains(UInt8(ascii: "<")) else { return nil }
        let value = Self.decoded(bytes[(index + 1)..<end])
        index = end + 1
        return value.map { (name, $0) }
    }

    /// The text with its entities and character references (XML 1.0 section 4.1); nil for unknown ones.
    private static func decoded(_ text: ArraySlice<UInt8>) -> String? {
        let named = ["lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'"]
        var result = ""
        var rest = Substring(String(decoding: text, as: UTF8.self))
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            guard let end = rest[start...].firstIndex(of: ";") else { return nil }
            let name = rest[rest.index(after: start)..<end]
            if let text = named[String(name)] {
                result += text
            } else {
                let digits = name.hasPrefix("#x") ? name.dropFirst(2) : name.dropFirst()
                guard name.hasPrefix("#"), let value = UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10),
                    let scalar = UnicodeScalar(value)
                else { return nil }
                result.unicodeScalars.append(scalar)
            }
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}

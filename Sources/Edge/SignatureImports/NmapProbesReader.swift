internal import Net

/// A `match` or `softmatch` line of nmap-service-probes, as it stands.
struct NmapMatch: Sendable {
    var line: Int
    var isSoft: Bool
    var service: [UInt8]
    var pattern: [UInt8]
    /// `s`: a dot is any byte; `i`: case means nothing.
    var dotIsAll = false
    var ignoresCase = false
    /// The letter of a template (`p`, `v`, `i`, `h`, `o`, `d`, or `c` for cpe) with its text.
    var templates: [(kind: UInt8, text: [UInt8])] = []
    /// What it was asked with: the place of its probe.
    var probe: Int
    var text: [UInt8]
}

/// A `Probe` line: what nmap would have sent.
struct NmapProbe: Sendable {
    var transport: TransportProtocol
    var name: String
    var payload: [UInt8]
}

/// Reads nmap-service-probes (the format: nmap's reference guide, "Service and Version Detection").
struct NmapProbesReader {
    private(set) var probes: [NmapProbe] = []
    private(set) var matches: [NmapMatch] = []
    private(set) var leftOut: [LeftOut] = []
    private(set) var lines = 0
    /// Match lines, broken ones among them.
    private(set) var entries = 0

    private let file: String

    /// Reads the file; a line that cannot be read is listed, and the others are kept.
    init(_ bytes: [UInt8], file: String) {
        self.file = file
        for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
            lines += 1
            var line = line
            if line.last == 13 { line.removeLast() }
            read(Array(line))
        }
        // What ends with a line end has no line behind it.
        if bytes.last == 10 || bytes.isEmpty { lines -= 1 }
    }

    /// Directives that only steer a scan: which ports to ask first, how long to wait.
    private static let scanning: Set<String> = [
        "Exclude", "ports", "sslports", "rarity", "totalwaitms", "tcpwrappedms", "fallback",
    ]

    private mutating func read(_ line: [UInt8]) {
        var rest = Words(line)
        guard line.first != UInt8(ascii: "#"), let word = rest.next() else { return }
        switch String(decoding: word, as: UTF8.self) {
        case "match": readMatch(line, rest, isSoft: false)
        case "softmatch": readMatch(line, rest, isSoft: true)
        case "Probe": readProbe(line, rest)
        case let word where Self.scanning.contains(word): break
        default: broken(line, "directive is not known")
        }
    }

    private mutating func broken(_ line: [UInt8], _ why: String) {
        leftOut.append(LeftOut(file, lines, .broken, why, line))
    }

    /// `Probe TCP GetRequest q|GET / HTTP/1.0\r\n\r\n|`.
    private mutating func readProbe(_ line: [UInt8], _ rest: Words) {
        var rest = rest
        guard let transport = rest.next(), let name = rest.next(),
            let kind = TransportProtocol(String(decoding: transport, as: UTF8.self).lowercased())
        else { return broken(line, "directive Probe needs TCP or UDP and a name") }
        guard rest.skip(UInt8(ascii: "q")), let text = rest.delimited() else {
            return broken(line, "directive Probe needs a string such as q|GET|")
        }
        probes.append(
            NmapProbe(
                transport: kind, name: String(decoding: name, as: UTF8.self), payload: Self.unescaped(text)))
    }

    /// `match ftp m/^220 ExampleD (\S+)/i p/ExampleD/ v/$1/ cpe:/a:example:d:$1/`.
    private mutating func readMatch(_ line: [UInt8], _ rest: Words, isSoft: Bool) {
        entries += 1
        var rest = rest
        guard !probes.isEmpty else { return broken(line, "it stands before the first Probe") }
        guard let service = rest.next() else { return broken(line, "no service is named") }
        guard rest.skip(UInt8(ascii: "m")), let pattern = rest.delimited() else {
            return broken(line, "there is no pattern such as m|^220 |")
        }
        var match = NmapMatch(
            line: lines, isSoft: isSoft, service: service, pattern: pattern, probe: probes.count - 1,
            text: line)
        while let flag = rest.current, flag != 32, flag != 9 {
            switch flag {
            case UInt8(ascii: "s"): match.dotIsAll = true
            case UInt8(ascii: "i"): match.ignoresCase = true
            default: return broken(line, "the pattern has a flag that is none of i and s")
            }
            rest.advance()
        }
        while rest.skipBlanks() {
            if rest.skip("cpe:") {
                guard let text = rest.delimited() else { return broken(line, "cpe: has no end") }
                match.templates.append((UInt8(ascii: "c"), text))
                while let flag = rest.current, flag != 32, flag != 9 { rest.advance() }
                continue
            }
            guard let kind = rest.current, "pvihod".utf8.contains(kind) else {
                return broken(line, "behind the pattern stand p, v, i, h, o, d and cpe: only")
            }
            rest.advance()
            guard let text = rest.delimited() else {
                return broken(line, "\(Character(Unicode.Scalar(kind))) has no end")
            }
            match.templates.append((kind, text))
        }
        matches.append(match)
    }

    /// A probe's string: the escapes of C.
    static func unescaped(_ text: [UInt8]) -> [UInt8] {
        let named: [UInt8: UInt8] = [
            UInt8(ascii: "0"): 0, UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9,
            UInt8(ascii: "n"): 10, UInt8(ascii: "v"): 11, UInt8(ascii: "f"): 12, UInt8(ascii: "r"): 13,
        ]
        var (result, place): ([UInt8], Int) = ([], 0)
        while place < text.count {
            let byte = text[place]
            place += 1
            guard byte == UInt8(ascii: "\\"), place < text.count else {
                result.append(byte)
                continue
            }
            let escaped = text[place]
            place += 1
            if escaped == UInt8(ascii: "x"), place + 2 <= text.count,
                let value = UInt8(String(decoding: text[place..<(place + 2)], as: UTF8.self), radix: 16)
            {
                result.append(value)
                place += 2
            } else {
                result.append(named[escaped] ?? escaped)
            }
        }
        return result
    }
}

/// The words of a line, and what stands between delimiters that the line chooses.
struct Words {
    private let line: [UInt8]
    private var place = 0

    init(_ line: [UInt8]) { self.line = line }

    var current: UInt8? { place < line.count ? line[place] : nil }

    mutating func advance() { place += 1 }

    /// Whether something stands behind the blanks.
    mutating func skipBlanks() -> Bool {
        while let byte = current, byte == 32 || byte == 9 { place += 1 }
        return current != nil
    }

    mutating func next() -> [UInt8]? {
        guard skipBlanks() else { return nil }
        let start = place
        while let byte = current, byte != 32, byte != 9 { place += 1 }
        return Array(line[start..<place])
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard skipBlanks(), current == byte else { return false }
        place += 1
        return true
    }

    mutating func skip(_ word: StaticString) -> Bool {
        let bytes = Array("\(word)".utf8)
        guard line[place...].starts(with: bytes) else { return false }
        place += bytes.count
        return true
    }

    /// What stands between the byte here and the next like it.
    mutating func delimited() -> [UInt8]? {
        guard let mark = current, mark != 32, mark != 9 else { return nil }
        guard let end = line[(place + 1)...].firstIndex(of: mark) else { return nil }
        defer { place = end + 1 }
        return Array(line[(place + 1)..<end])
    }
}

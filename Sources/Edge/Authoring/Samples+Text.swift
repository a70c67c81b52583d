internal import Matching
internal import Plugins

/// What texts have in common: words, lines, marks.
extension Samples {
    /// The text that all begin with, cut where a word ends.
    func beginning(_ demand: Demand) -> Finding? {
        let prefix = commonPrefix
        guard prefix.count >= 3 else { return nil }
        let wanted = [3, 4, 6, 12, 40][demand.rawValue]
        func ends(_ place: Int) -> Bool {
            place == prefix.count || !Self.isLetter(prefix[place - 1]) || Self.isDigit(prefix[place])
        }
        // Of texts that are all the same nobody knows where the common part would end.
        let end = (min(wanted, prefix.count)...prefix.count).first(where: ends) ?? prefix.count
        let text = Array(prefix[..<min(end, 40)])
        return Finding(
            matcher: .classes(text.map { ByteClass($0) }, offset: 0), bits: Double(text.count) * 8,
            reasons: ["begins with \(shown(text)) in \(Self.counted(texts.count))"], covered: texts.count)
    }

    /// Different words in front, each of which comes back.
    func words() -> Finding? {
        let codes = texts.map { text -> Int? in
            guard text.count >= 4, text.prefix(3).allSatisfy(Self.isDigit),
                [32, 45, 13, 10].contains(text[3])
            else { return nil }
            return Int(String(decoding: text.prefix(3), as: UTF8.self))
        }
        if !codes.contains(nil) {
            let all = Set(codes.compactMap { $0 }).sorted()
            guard all.count <= 6, all.allSatisfy({ (100...999).contains($0) }) else { return nil }
            return Finding(
                matcher: .reply(all), bits: 26, reasons: ["a code of three digits: \(all)"],
                covered: texts.count)
        }
        let first = texts.map { Array($0.prefix { Self.isLetter($0) }) }
        let all = Set(first.map { String(decoding: $0, as: UTF8.self) }).sorted()
        let areWords = zip(first, texts).allSatisfy { word, text in
            word.count >= 3 && text.count > word.count && [32, 13, 10].contains(text[word.count])
        }
        guard areWords, all.count <= 8, all.count * 2 <= texts.count else { return nil }
        let bits = Double(first.map(\.count).min() ?? 0) * 7 + 6
        return Finding(
            matcher: .command(all.map { Array($0.utf8) }), bits: bits,
            reasons: ["a line's first word is one of \(all.joined(separator: ", "))"], covered: texts.count)
    }

    /// The beginning of a later line that all have.
    func lines() -> Finding? {
        func beginnings(_ text: [UInt8]) -> Set<[UInt8]> {
            var found: Set<[UInt8]> = []
            for line in text.prefix(1000).split(separator: 10).dropFirst() {
                let word = Array(line.prefix { $0 > 32 && $0 < 127 }.prefix(24))
                if word.count >= 4 { found.insert(word) }
            }
            return found
        }
        guard var common = texts.first.map(beginnings) else { return nil }
        for text in texts.dropFirst() { common.formIntersection(beginnings(text)) }
        guard texts.count > 1,
            let best = common.sorted(by: { $0.lexicographicallyPrecedes($1) }).max(by: { $0.count < $1.count }
            )
        else { return nil }
        return Finding(
            matcher: .line(best.map { ByteClass($0) }), bits: Double(best.count) * 8 - 4,
            reasons: ["a line begins with \(shown(best)) in \(Self.counted(texts.count))"],
            covered: texts.count)
    }

    /// Marks that stand in the same order, with numbers and words of any length between them: `<30>`, `*3\r\n$4\r\n`.
    func shape(_ demand: Demand) -> Finding? {
        guard distinct >= 2 else { return nil }
        let rows = texts.map { TextToken.tokens(of: $0.prefix(96)) }
        var (pattern, bits, marks) = ("^", 0.0, 0)
        for place in 0..<(rows.map(\.count).min() ?? 0) {
            let column = rows.map { $0[place] }
            guard let first = column.first else { break }
            let isSame = column.allSatisfy { $0 == first }
            // What all say tells them from others; what changes is asked for only as far as it must be.
            guard bits < max(demand.bits, isSame ? 48 : 20) else { break }
            if isSame {
                pattern += first.text.map(TextToken.escaped).joined()
                bits += 8 * Double(first.text.count)
                marks += first.kind == .mark ? 1 : 0
            } else if place > 0, first.kind != .mark, column.allSatisfy({ $0.kind == first.kind }) {
                pattern += first.kind == .number ? #"\d+"# : "[A-Za-z]+"
                bits += first.kind == .number ? 5 : 2
            } else {
                break
            }
        }
        guard bits >= 20, marks >= 2 else { return nil }
        return Finding(
            matcher: .matches(pattern), bits: bits,
            reasons: ["has the shape \(pattern.dropFirst()) in \(Self.counted(texts.count))"],
            covered: texts.count)
    }
}

/// A mark, or the letters or digits that follow each other.
private struct TextToken: Equatable {
    enum Kind {
        case mark, number, word
    }
    var kind: Kind
    var text: [UInt8]

    static func tokens(of text: ArraySlice<UInt8>) -> [TextToken] {
        var tokens: [TextToken] = []
        for byte in text {
            let kind: Kind = Samples.isDigit(byte) ? .number : Samples.isLetter(byte) ? .word : .mark
            if kind != .mark, tokens.last?.kind == kind {
                tokens[tokens.count - 1].text.append(byte)
            } else {
                tokens.append(TextToken(kind: kind, text: [byte]))
            }
        }
        return tokens
    }

    /// As a pattern writes the byte.
    static func escaped(_ byte: UInt8) -> String {
        switch byte {
        case 13: #"\r"#
        case 10: #"\n"#
        case 9: #"\t"#
        case 32: " "
        case _ where Samples.isDigit(byte) || Samples.isLetter(byte): String(UnicodeScalar(byte))
        case 33...126: "\\" + String(UnicodeScalar(byte))
        default: #"\x"# + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
}

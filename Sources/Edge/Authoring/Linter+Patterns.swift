internal import Matching
internal import Net
internal import Plugins
internal import Regexes

/// What patterns cost.
extension Linter {
    func patterns(_ part: Part) -> [Remark] {
        let definition = part.definition
        let said = workshop.conversations(part.examples, of: part.place).map(\.said)
        var remarks: [Remark] = []
        for (number, signature) in zip(part.numbers, definition.signatures) {
            let patterns = signature.matchers.flatMap(\.patterns)
            if !signature.matchers.contains(where: \.isAnchored) {
                let unanchored = patterns.first { Regex.literalPrefix(of: $0).isEmpty }
                let what = unanchored.map { ": [[\($0)]] has no literal start" } ?? ""
                remarks.append(
                    Remark(
                        .slowSignature, .warning, signature.origin,
                        "\(label(number)) is tried on every flow that nothing else decides\(what)",
                        advice: "give one speaker starts, line, bytes or a pattern like [[^HELLO...]]"))
            }
            for pattern in patterns { remarks += slowness(pattern, signature.origin) }
        }
        for source in definition.fields {
            guard case .pattern(let pattern) = source.extractor else { continue }
            let origin = line(ofLiteral: pattern, definition.origin)
            remarks += slowness(pattern, origin)
            if !said.contains(where: { gives(pattern, source.speaker, $0) }) {
                remarks.append(
                    Remark(
                        .untestedPattern, .note, origin, "no example gives a field by [[\(pattern)]]",
                        advice: "write an example with what it is to find, or mend the pattern"))
            }
        }
        return remarks
    }

    private func gives(_ pattern: String, _ speaker: Speaker, _ said: Conversation) -> Bool {
        guard let regex = workshop.library.regexes[pattern] else { return true }
        let matcher = RegexMatcher()
        return (speaker == .client ? said.client : said.server).withBytes { matcher.matches(regex, $0) }
    }

    /// Long runs of what the pattern asks for, and an end that it does not ask for: what careless repetition fears.
    private func slowness(_ pattern: String, _ origin: SourceLocation) -> [Remark] {
        guard let regex = workshop.library.regexes[pattern] else { return [] }
        let matcher = RegexMatcher()
        let own = Set(pattern.utf8.filter { (32...126).contains($0) })
        for letter in own.union("a0 -.\r".utf8).sorted() {
            // A letter that the pattern needs and finds nowhere would end the search before it begins.
            let run = regex.literalPrefix + [UInt8](repeating: letter, count: 1000) + [0, 33] + own.sorted()
            let before = matcher.limitHits
            _ = run.withBytes { matcher.matches(regex, $0) }
            guard matcher.limitHits > before else { continue }
            return [
                Remark(
                    .slowPattern, .warning, line(ofLiteral: pattern, origin),
                    "[[\(pattern)]] gives up after its limit of steps on 1000 times \(Quoted.text([letter]))",
                    advice: "repeat one class at a time, such as [^\\r\\n]{0,80}, or use possessive ++ and *+"
                )
            ]
        }
        return []
    }
}

internal import Matching
internal import Net
internal import Plugins

/// Which signatures the examples reach, and whose examples meet whose signatures.
extension Linter {
    /// Signatures that no example needs.
    func coverage(_ part: Part) -> [Remark] {
        var recogniser = workshop.recogniser()
        let range = workshop.index.signatureRanges[part.place]
        let examples = workshop.conversations(part.examples, of: part.place)
        let winners = examples.map { workshop.signature(of: $0.said, &recogniser) }
        var remarks: [Remark] = []
        for (number, signature) in zip(part.numbers, part.definition.signatures) {
            let name = label(number)
            let fitting = examples.indices.filter { workshop.holds(number, examples[$0].said, recogniser) }
            if fitting.isEmpty {
                remarks.append(
                    Remark(
                        .untestedSignature, .warning, signature.origin,
                        "no example needs \(name): nothing shows that it ever holds",
                        advice: "write an example { ... } that only it fits, or delete it"))
            } else if !winners.contains(number) {
                let others = Set(fitting.compactMap { winners[$0] }.filter(range.contains)).sorted()
                guard !others.isEmpty else { continue }
                let names = others.map { other in
                    let name = workshop.index.signatureNames[other]
                    return part.numbers.contains(other) ? String(Self.number(in: name)) : name
                }.joined(separator: ", ")
                remarks.append(
                    Remark(
                        .shadowedSignature, .warning, signature.origin,
                        "no example needs \(name): \(names) holds for its examples too and goes before it",
                        advice: "write an example that only \(name) fits; delete it if there can be none"))
            }
        }
        return remarks
    }

    /// Conversations that two protocols may claim.
    func overlaps() -> [Remark] {
        var recogniser = workshop.recogniser()
        var remarks: [Remark] = []
        for part in everything {
            let (place, isOwn) = (part.place, isLookedAt(part.definition.origin))
            for (example, said) in workshop.conversations(part.examples, of: place) {
                // Words of one speaker alone are claimed only by those who say that this is enough.
                let winner = workshop.signature(of: said, &recogniser)
                if let winner, let remark = decided(by: winner, place, isOwn, example) {
                    remarks.append(remark)
                } else if isOwn, let remark = contested(said, place, example, winner, recogniser) {
                    remarks.append(remark)
                }
            }
        }
        return remarks
    }

    private func decided(
        by winner: Int, _ place: Int, _ isOwn: Bool, _ example: Example
    ) -> Remark? {
        let other = workshop.protocolPlace(ofSignature: winner)
        guard other != place else { return nil }
        let (owner, taker) = (workshop.library.definitions[place], workshop.library.definitions[other])
        let name = workshop.index.signatureNames[winner]
        if isOwn {
            return Remark(
                .takenExample, .warning, example.origin,
                "this example of '\(owner.name)' is recognised as '\(taker.name)' by \(name), \(bytes(of: winner))",
                advice: "ask for more than \(name) does: the more specific signature wins")
        }
        let origin = taker.signatures[winner - workshop.index.signatureRanges[other].lowerBound].origin
        guard isLookedAt(origin) else { return nil }
        return Remark(
            .takesExample, .warning, origin,
            "\(label(winner)) takes an example of '\(owner.name)' "
                + "(\(example.origin)) on \(bytes(of: winner))",
            advice: "ask for more, or exclude it with none { ... }")
    }

    /// It is recognised as what it should be; somebody else would have taken it.
    private func contested(
        _ said: Conversation, _ place: Int, _ example: Example, _ winner: Int?,
        _ recogniser: borrowing Recogniser
    ) -> Remark? {
        let own = workshop.index.signatureRanges[place]
        for number in workshop.index.signatureNames.indices where !own.contains(number) {
            guard workshop.holds(number, said, recogniser) else { continue }
            let other = workshop.library.definitions[workshop.protocolPlace(ofSignature: number)]
            return Remark(
                .overlap, .note, example.origin,
                "\(workshop.index.signatureNames[number]) ('\(other.name)') fits this example too, on "
                    + bytes(of: number),
                advice: "nothing to do while this one asks for more; \(other.origin) has the other")
        }
        return nil
    }

    /// What a signature looks at.
    private func bytes(of number: Int) -> String {
        let place = workshop.protocolPlace(ofSignature: number)
        let signature = workshop.library.definitions[place].signatures[
            number - workshop.index.signatureRanges[place].lowerBound]
        if signature.isSymmetric { return "either " + shortened(signature.client) }
        let parts = [("client", signature.client), ("server", signature.server)].compactMap { name, matcher in
            matcher.map { "\(name) \(shortened($0))" }
        }
        return parts.joined(separator: " and ")
    }

    private func shortened(_ matcher: Matcher?) -> String {
        let text = matcher?.pluginText ?? ""
        return text.count > 90 ? text.prefix(87) + "..." : text
    }
}

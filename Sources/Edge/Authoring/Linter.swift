internal import Matching
internal import Net
internal import Plugins

/// Looks at the protocols of some files, beside everything else that is loaded.
public struct Linter {
    /// How much is tried.
    public struct Effort: Sendable {
        /// Random conversations shown to the library, for each transport that the files have signatures for.
        public var conversations: Int
        /// Forged conversations tried on each signature.
        public var forgeries: Int

        /// Effort.
        public init(conversations: Int = 100_000, forgeries: Int = 500) {
            self.conversations = conversations
            self.forgeries = forgeries
        }
    }

    /// From how many of a million random conversations on a signature is weak: a flow a day on a busy link.
    static let weakFromPerMillion = 1.0

    let workshop: Workshop
    let effort: Effort
    /// What everybody declares, and what of it is looked at.
    let everything: [Part]
    let parts: [Part]
    let files: Set<String>

    /// A linter.
    ///
    /// - Parameter files: the paths, as the library has them, of what is to be looked at.
    public init(_ workshop: Workshop, files: Set<String>, effort: Effort = Effort()) {
        self.workshop = workshop
        self.files = files
        self.effort = effort
        everything = Part.all(of: workshop)
        parts = everything.filter { files.contains($0.definition.origin.file) }
    }

    /// Everything there is to say, by file and line; errors first in a line.
    public func remarks() -> [Remark] {
        var remarks = problems() + empties()
        for part in parts {
            // What is added to a protocol of others has no title, category or port of its own.
            if !part.isAddition { remarks += manners(part) + ports(part.definition) }
            remarks += coverage(part) + patterns(part)
        }
        remarks += weaknesses() + overlaps()
        return remarks.sorted { left, right in
            let (one, other) = (left.location, right.location)
            if one?.file != other?.file { return (one?.file ?? "") < (other?.file ?? "") }
            if one?.line != other?.line { return (one?.line ?? 0) < (other?.line ?? 0) }
            return (-left.severity.rawValue, left.rule.rawValue, left.message)
                < (-right.severity.rawValue, right.rule.rawValue, right.message)
        }
    }

    /// What loading said.
    private func problems() -> [Remark] {
        workshop.library.problems.compactMap { problem in
            guard let subject = problem.subject else {
                return Remark(.declaration, problem.severity, nil, problem.message)
            }
            // Of two that have one name either may be what is looked at.
            guard let place = [subject, problem.rival].compactMap({ $0 }).first(where: isLookedAt) else {
                return nil
            }
            // A slow signature is reported with what it costs, see `patterns`.
            if problem.message.hasSuffix("has a known beginning such as starts or line") { return nil }
            let (rule, advice): (Remark.Rule, String) =
                if problem.rival != nil {
                    (.duplicate, "give this one another name, or take one of the files away")
                } else if problem.message.contains("example does not hold") {
                    (.example, Self.advice(onExample: problem.message))
                } else {
                    (.declaration, "")
                }
            return Remark(rule, problem.severity, place, problem.message, advice: advice)
        }
    }

    /// Files that may hold anything and declare nothing.
    private func empties() -> [Remark] {
        let library = workshop.library
        let origins: [SourceLocation] =
            library.definitions.map(\.origin) + library.extensions.map(\.added.origin)
            + library.problems.compactMap(\.subject)
        let known = Set(origins.map(\.file))
        return library.sources.filter { source in
            source.kind == .plugin && files.contains(source.path) && !known.contains(source.path)
                // Detections and logs have examples, all of them.
                && library.otherExamples[source.path] == nil
        }.map { source in
            Remark(
                .declaration, .warning, SourceLocation(file: source.path, line: 1),
                "the file declares nothing",
                advice: "write protocol \"...\" { ... } in it, or take it away")
        }
    }

    /// Whether a place is in the files that are looked at.
    func isLookedAt(_ place: SourceLocation) -> Bool { files.contains(place.file) }

    /// What may be changed; empty where the message says what is wrong with a function or a log.
    private static func advice(onExample message: String) -> String {
        if message.contains("when says") { return "change the example, or when" }
        let isOfSignature = [
            "said nothing that matches", "it is recognised", "no signature", "the check said no",
            "the check asks for more",
        ].contains { message.contains($0) }
        return isOfSignature ? "change the example, or the signature" : ""
    }

    // MARK: What is missing

    private func manners(_ part: Part) -> [Remark] {
        let definition = part.definition
        var remarks: [Remark] = []
        if definition.reference.isEmpty {
            remarks.append(
                Remark(
                    .noReference, .warning, definition.origin, "'\(definition.name)' names no specification",
                    advice: "write reference = \"RFC ... section ...\", or where its bytes were seen"))
        }
        if definition.category.isEmpty {
            remarks.append(
                Remark(
                    .noCategory, .warning, definition.origin, "'\(definition.name)' is in no group",
                    advice:
                        "write category = \"industrial\", or another; offport plugin list shows those in use")
            )
        }
        if !definition.signatures.isEmpty, !part.examples.contains(where: \.isCounter) {
            remarks.append(
                Remark(
                    .noCounterexample, .warning, definition.origin,
                    "'\(definition.name)' has no counterexample: nothing says what it is not",
                    advice:
                        "write counterexample { client = \"...\", server = \"...\" } with what looks nearly the same"
                ))
        }
        return remarks
    }

    // MARK: Ports

    private func ports(_ definition: ProtocolDefinition) -> [Remark] {
        var remarks: [Remark] = []
        for other in workshop.library.definitions where other.name != definition.name {
            for port in definition.ports where other.ports.contains(where: { $0.overlaps(port) }) {
                remarks.append(
                    Remark(
                        .portClaimed, .warning, line(of: "ports", definition.origin),
                        "\(port) belongs to '\(other.name)' (\(other.origin)): both would be at home there",
                        advice:
                            "write shares = { \"\(port)\" } instead of ports when it is expected there too"))
            }
        }
        return remarks
    }

    /// The line of a key of a declaration.
    func line(of key: String, _ origin: SourceLocation) -> SourceLocation {
        guard let source = workshop.library.sources.first(where: { $0.path == origin.file }) else {
            return origin
        }
        return SourceLocation(file: origin.file, line: source.line(ofKey: key, from: origin.line))
    }

    /// The line of a string of a declaration.
    func line(ofLiteral text: String, _ origin: SourceLocation) -> SourceLocation {
        guard let source = workshop.library.sources.first(where: { $0.path == origin.file }) else {
            return origin
        }
        return SourceLocation(
            file: origin.file, line: source.line(ofLiteral: Array(text.utf8), from: origin.line))
    }
}

extension Linter {
    /// What one declaration says of a protocol: what its own plugin does, or what another adds with `extend`.
    struct Part {
        /// The protocol's place.
        let place: Int
        /// What is declared; of an addition what is added, under the name of the protocol.
        let definition: ProtocolDefinition
        /// Whether it is added to the protocol of another declaration.
        let isAddition: Bool
        /// The numbers of its signatures in the index, in the order of `definition`.
        let numbers: Range<Int>
        /// The examples and counterexamples that stand in it.
        let examples: [Example]

        /// Those of all protocols of a workshop.
        static func all(of workshop: Workshop) -> [Part] {
            let library = workshop.library
            let additions = Dictionary(grouping: library.extensions, by: \.added.name)
            return library.definitions.indices.flatMap { place -> [Part] in
                var own = library.definitions[place]
                let added = additions[own.name] ?? []
                // What is added stands behind a protocol's own, in this order.
                own.signatures = own.signatures.dropLast(added.reduce(0) { $0 + $1.added.signatures.count })
                own.fields = own.fields.dropLast(added.reduce(0) { $0 + $1.added.fields.count })
                var next = workshop.index.signatureRanges[place].lowerBound
                func part(_ definition: ProtocolDefinition, _ examples: [Example], isAddition: Bool) -> Part {
                    let numbers = next..<next + definition.signatures.count
                    next = numbers.upperBound
                    return Part(
                        place: place, definition: definition, isAddition: isAddition, numbers: numbers,
                        examples: examples)
                }
                return [part(own, library.examples[place], isAddition: false)]
                    + added.map { part($0.added, $0.examples, isAddition: true) }
            }
        }
    }

    /// How an author calls a signature: `tcp #2`.
    func label(_ number: Int) -> String {
        let place = workshop.protocolPlace(ofSignature: number)
        let start = workshop.index.signatureRanges[place].lowerBound
        let signature = workshop.library.definitions[place].signatures[number - start]
        return "\(signature.transport) \(Self.number(in: workshop.index.signatureNames[number]))"
    }

    /// `#2` of `offport/core/ssh#2`.
    static func number(in name: String) -> Substring { name[(name.lastIndex(of: "#") ?? name.startIndex)...] }
}

extension PortRange {
    /// Whether some port lies in both.
    func overlaps(_ other: PortRange) -> Bool {
        transport == other.transport && numbers.overlaps(other.numbers)
    }
}

extension SignatureDefinition {
    /// Its matchers.
    var matchers: [Matcher] { [client, isSymmetric ? nil : server].compactMap { $0 } }
}

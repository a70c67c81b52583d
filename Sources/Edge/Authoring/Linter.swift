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
    /// The places of the protocols that are looked at.
    let places: [Int]
    private let files: Set<String>

    /// A linter.
    ///
    /// - Parameter files: the paths, as the library has them, of what is to be looked at.
    public init(_ workshop: Workshop, files: Set<String>, effort: Effort = Effort()) {
        self.workshop = workshop
        self.files = files
        self.effort = effort
        places = workshop.library.definitions.indices.filter {
            files.contains(workshop.library.definitions[$0].origin.file)
        }
    }

    /// Everything there is to say, by file and line; errors first in a line.
    public func remarks() -> [Remark] {
        var remarks = problems()
        for place in places {
            remarks += manners(place) + ports(place) + coverage(place) + patterns(place)
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
            guard let place = problem.subject else {
                return Remark(.declaration, problem.severity, nil, problem.message)
            }
            guard files.contains(place.file) else { return nil }
            // A slow signature is reported with what it costs, see `patterns`.
            if problem.message.hasSuffix("has a known beginning such as starts or line") { return nil }
            let (rule, advice): (Remark.Rule, String) =
                if problem.location == nil, problem.message.hasPrefix("two plugins name") {
                    (.duplicate, "give this one another name, or take one of the files away")
                } else if problem.message.contains("example does not hold") {
                    (
                        .example,
                        "change the example, or the signature: offport plugin show tells what it asks for"
                    )
                } else {
                    (.declaration, "")
                }
            return Remark(rule, problem.severity, place, problem.message, advice: advice)
        }
    }

    // MARK: What is missing

    private func manners(_ place: Int) -> [Remark] {
        let definition = workshop.library.definitions[place]
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
        if !definition.signatures.isEmpty, !workshop.library.examples[place].contains(where: \.isCounter) {
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

    private func ports(_ place: Int) -> [Remark] {
        let definition = workshop.library.definitions[place]
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

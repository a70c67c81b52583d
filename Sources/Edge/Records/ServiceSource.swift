import Inventory
public import Net

/// Who knows of a service, since when, and what it says of it.
public struct ServiceSource: Sendable, Equatable {
    /// Traffic, a probe, or another tool's file.
    public var kind: Kind
    /// The sensor's name; of an import, the tool's.
    public var name: String
    /// The file or interface that told it last.
    public var capture: String?
    /// When it knew of it first and last.
    public var first, last: Timestamp
    /// What it says that serves there.
    public var product, version, banner: String?

    /// How a source knows.
    public enum Kind: String, Sendable, CaseIterable {
        /// It saw the traffic.
        case passive
        /// It asked.
        case active
        /// It is another tool's word.
        case imported = "import"
    }

    /// A source.
    public init(kind: Kind, name: String, capture: String? = nil, first: Timestamp, last: Timestamp) {
        (self.kind, self.name, self.capture, self.first, self.last) = (kind, name, capture, first, last)
    }

    /// `passive`, `active`, or the other tool's name.
    public var label: String { kind == .imported ? name : kind.rawValue }

    /// The product and version in one.
    var says: String? {
        guard let product else { return version }
        return version.map { "\(product) \($0)" } ?? product
    }
}

/// What is known of a service from more than one side.
public struct ServiceWitness: Sendable, Equatable {
    /// Who knows of it, by the first time.
    public var sources: [ServiceSource]
    /// Who calls what is on its port by another protocol's name, and knows nothing of this one.
    public var others: [(source: ServiceSource, protocolName: String)] = []

    /// What sources say.
    public init(sources: [ServiceSource]) { self.sources = sources }

    /// Whether they say the same.
    public static func == (left: ServiceWitness, right: ServiceWitness) -> Bool {
        left.sources == right.sources
            && left.others.elementsEqual(right.others) {
                $0.source == $1.source && $0.protocolName == $1.protocolName
            }
    }

    /// What the sources do not agree on, in words.
    public var conflicts: [String] {
        var found = others.map { other in
            "\(other.source.label)\(Self.place(other.source)) says \(other.protocolName)"
        }
        let told = sources.filter { $0.says != nil }
        // What traffic shows is what the others are held against; without it, the first that says something.
        guard let measure = told.first(where: { $0.kind == .passive }) ?? told.first else { return found }
        for source in told where source != measure && Self.differs(source, measure) {
            let (says, other) = (source.says ?? "", measure.says ?? "")
            found.append("\(source.label)\(Self.place(source)) says \(says), \(measure.label) \(other)")
        }
        return found
    }

    private static func place(_ source: ServiceSource) -> String {
        source.kind == .imported ? source.capture.map { " (\($0))" } ?? "" : ""
    }

    private static func differs(_ left: ServiceSource, _ right: ServiceSource) -> Bool {
        ProductNames.differ((left.product, left.version), (right.product, right.version))
    }
}

extension ServiceWitness {
    /// The sources in a few words, each once.
    var labels: [String] {
        var labels: [String] = []
        for source in sources where !labels.contains(source.label) { labels.append(source.label) }
        return labels
    }
}

extension Holdings {
    /// Who knows of a host, by its services, its programs or itself, each once; nobody is named where there is only one
    /// eye.
    func labels(of host: IPAddress, serves: [Service], uses: [Client]) -> [String] {
        var labels: [String] = []
        func add(_ more: [String]) { labels += more.filter { !labels.contains($0) } }
        for service in serves { add(witnesses[service.id]?.labels ?? []) }
        // Only traffic shows what a host uses.
        if !uses.isEmpty, !witnesses.isEmpty || !hostFacts.isEmpty { add(["passive"]) }
        add(hostFacts[host]?.sources ?? [])
        return labels
    }

    /// Whether somebody else than the packet lane knows of a service.
    var hasOtherEyes: Bool {
        services.contains { witnesses[$0.id]?.sources.contains { $0.kind != .passive } ?? false }
    }

    /// Whether two sources disagree on a service.
    var hasConflicts: Bool { services.contains { witnesses[$0.id]?.conflicts.isEmpty == false } }
}

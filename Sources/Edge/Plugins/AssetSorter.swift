public import Inventory
internal import Matching
internal import Net

/// Tells which asset lists services belong to.
///
/// Not for sharing between threads.
public final class AssetSorter {
    private let lists: [LoadedAssetList]
    private let host: DetectionHost
    private let categories: [String: String]

    /// Asks the conditions of a library's lists.
    public init(_ library: Library, limits: ScriptLimits = .standard) {
        lists = library.assetLists
        var limits = limits
        // A list that lacks those whom its condition could not judge would look whole.
        limits.failures = 1
        host = DetectionHost(library.sources, limits: limits, states: [:])
        categories = Dictionary(
            library.definitions.map { ($0.name, $0.category) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The names of the lists that a service belongs to; of one that is switched off nothing is known.
    public func lists(of service: Service) -> [String] {
        guard !lists.isEmpty else { return [] }
        let record = DetectionRecord(service, category: categories[service.protocolName])
        return lists.filter { host.holds($0.condition, record) }.map(\.name)
    }

    /// The lists whose conditions failed and are asked no more, each with the reason.
    public var disabled: [(name: String, problem: PluginProblem)] { host.disabled }
}

extension DetectionRecord {
    /// A service as the conditions of asset lists see it: what is known of it by all of its sessions.
    init(_ service: Service, category: String?) {
        self.init()
        add(service.currentBanner?.fields)
        add("protocol", .text(service.protocolName))
        add("category", category)
        add("transport", .text(service.port.transport.description))
        add("direction", service.direction?.rawValue)
        add("confidence", .text(service.confidence.rawValue))
        addPlace(of: service)
        add("plugin", .text(service.plugin))
        if case .offPort(let offPortClass, _) = service.standing {
            add("class", .text(offPortClass.rawValue))
        }
    }

    /// Where a service is, and whether it may be there.
    mutating func addPlace(of service: Service) {
        add("host", .text(service.host.description))
        add("port", .integer(Int(service.port.number)))
        add("standing", .text(service.standing.name))
        add("by", service.allowance)
        add("owner", service.owner)
    }
}

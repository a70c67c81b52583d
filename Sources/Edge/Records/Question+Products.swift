import Inventory
import Net

extension Question {
    /// One row per product, protocol and port, with the versions and the hosts; what has no product comes last.
    ///
    /// A service that was one product and then another is in the rows of both.
    static func products(of holdings: Holdings) -> Table {
        struct Key: Hashable {
            var product: String?
            var protocolName: String
            var port: ServicePort
        }
        struct Group {
            var summary: PortSummary
            var versions: Set<String> = []
            var hosts: [IPAddress] = []
        }
        var order: [Key] = []
        var groups: [Key: Group] = [:]
        for service in holdings.services {
            let names = Set(service.banners.compactMap(\.program))
            for product in names.isEmpty ? [nil] : names.sorted().map(Optional.some) {
                let key = Key(product: product, protocolName: service.protocolName, port: service.port)
                if groups[key] == nil { order.append(key) }
                let empty = PortSummary(protocolName: service.protocolName, port: service.port)
                var group = groups[key] ?? Group(summary: empty)
                let its = product == nil ? [] : service.banners.filter { $0.program == product }
                let sessions = product == nil ? nil : its.reduce(0) { $0 + $1.sessions }
                group.summary.add(service, sessions: sessions)
                group.versions.formUnion(its.compactMap { $0.fields["version"] })
                group.hosts.append(service.host)
                groups[key] = group
            }
        }
        var table = Table(
            kind: "product",
            columns: [
                .init("product", isElastic: true), .init("protocol"), .init("port"),
                .init("transport", title: ""), .init("servers"), .init("sessions"),
                .init("standing", audience: .programs), .init("why", audience: .programs),
                .init("standing_why", title: "STANDING", audience: .people, isElastic: true),
                .init("versions", isElastic: true), .init("hosts", isElastic: true),
            ])
        // Services come by protocol and port, which stay in that order within a product.
        let sorted = order.enumerated().sorted { left, right in
            switch (left.element.product, right.element.product) {
            case (let first?, let second?) where first != second:
                let (lower, other) = (first.lowercased(), second.lowercased())
                return lower != other ? lower < other : first < second
            case (.some, nil): return true
            case (nil, .some): return false
            default: return left.offset < right.offset
            }
        }
        for (_, key) in sorted {
            guard let group = groups[key] else { continue }
            let summary = group.summary
            table.append([
                key.product.map { .text($0) } ?? .none, .text(key.protocolName),
                .number(Int(key.port.number)), .text(key.port.transport.description),
                .count(summary.servers), .count(summary.sessions), .text(summary.standing),
                summary.why.isEmpty ? .none : .text(summary.why), .standing(summary.standingWithReason),
                .list(group.versions.sorted()), .list(group.hosts.map(\.description)),
            ])
        }
        return table
    }
}

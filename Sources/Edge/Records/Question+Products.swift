import Inventory
import Net

extension Question {
    /// One row per product, protocol and port, with the versions and the hosts; what has no product comes last.
    ///
    /// A service that was one product and then another is in the rows of both; the same one in another spelling is none.
    static func products(of holdings: Holdings) -> Table {
        struct Key: Hashable {
            var product: String?
            var protocolName: String
            var port: ServicePort
        }
        struct Group {
            /// The product as traffic spells it, where that does.
            var name: String?
            var isSeen: Bool
            var summary: PortSummary
            var versions: Set<String> = []
            var hosts: [IPAddress] = []
        }
        var order: [Key] = []
        var groups: [Key: Group] = [:]
        for service in holdings.services {
            let programs = service.programs
            for program in programs.isEmpty ? [nil] : programs.map(Optional.some) {
                let key = Key(
                    product: program?.name.lowercased(), protocolName: service.protocolName,
                    port: service.port)
                if groups[key] == nil { order.append(key) }
                let empty = PortSummary(protocolName: service.protocolName, port: service.port)
                var group = groups[key] ?? Group(name: program?.name, isSeen: false, summary: empty)
                let its = program?.banners ?? []
                let sessions = program.map { $0.banners.reduce(0) { $0 + $1.sessions } }
                if !group.isSeen, let name = program?.name, sessions ?? 0 > 0 {
                    (group.name, group.isSeen) = (name, true)
                }
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
            case (let first?, let second?) where first != second: return first < second
            case (.some, nil): return true
            case (nil, .some): return false
            default: return left.offset < right.offset
            }
        }
        for (_, key) in sorted {
            guard let group = groups[key] else { continue }
            let summary = group.summary
            table.append([
                group.name.map { .text($0) } ?? .none, .text(key.protocolName),
                .number(Int(key.port.number)), .text(key.port.transport.description),
                .count(summary.servers), .count(summary.sessions), .text(summary.standing),
                summary.why.isEmpty ? .none : .text(summary.why), .standing(summary.standingWithReason),
                .phrases(group.versions.sorted()), .list(group.hosts.map(\.description)),
            ])
        }
        return table
    }
}

extension Service {
    /// The products that it was, each in one spelling with all that was said in any: by name.
    fileprivate var programs: [(name: String, banners: [Banner])] {
        var programs: [(name: String, banners: [Banner])] = []
        // What traffic says comes before what others call it.
        for banner in banners.filter({ $0.sessions > 0 }) + banners.filter({ $0.sessions == 0 }) {
            guard let name = banner.program else { continue }
            let isTold = banner.sessions == 0
            let known = programs.firstIndex {
                $0.name.lowercased() == name.lowercased() || isTold && ProductNames.isSame($0.name, name)
            }
            if let known {
                programs[known].banners.append(banner)
            } else {
                programs.append((name, [banner]))
            }
        }
        return programs.sorted { $0.name < $1.name }
    }
}

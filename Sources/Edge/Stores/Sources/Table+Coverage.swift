internal import Net
public import Records

extension Table {
    /// Where scans and traffic differ.
    public init(_ gaps: [CoverageGap]) {
        // A scan cannot have found what came after it.
        let isOfScans = gaps.contains { $0.kind == .notFoundOpen }
        self.init(
            kind: "coverage",
            columns: [
                .init("gap"), .init("host"), .init("port", title: ""), .init("transport", title: ""),
                .init("protocol"), .init("standing"),
                .init("first_seen", audience: isOfScans ? .everyone : .programs), .init("last_seen"),
                .init("scan", isElastic: true),
            ])
        for gap in gaps {
            append([
                .text(gap.kind.rawValue), .address(gap.endpoint.address), .number(Int(gap.endpoint.port)),
                .text(gap.transport.description), gap.protocolName.map { .text($0) } ?? .none,
                gap.standing.map { .standing($0) } ?? .none, .time(gap.first), .time(gap.last),
                gap.scan.map { .text($0) } ?? .none,
            ])
        }
    }
}

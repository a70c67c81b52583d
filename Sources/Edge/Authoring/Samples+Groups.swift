internal import Matching

/// What samples have in common that are not all alike.
extension Samples {
    /// One of a kind shows nothing of what changes.
    static let worthOfOne = 12.0

    /// Sorts the samples by the byte that parts them best, and asks for each kind what its members have in common.
    func byKind(_ demand: Demand, partings: Int) -> Finding? {
        guard texts.count >= 3 else { return nil }
        var best: (score: Double, kinds: [Samples])?
        for offset in 0..<min(least, 12) {
            let kinds = Dictionary(grouping: texts) { $0[offset] }
            guard (2...6).contains(kinds.count) else { continue }
            let parted = kinds.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
                .map { Samples($0.value, over: transport, grouping: grouping, isTight: isTight) }
            let score = parted.reduce(0.0) { $0 + $1.worth(demand) } - Double(texts.count * kinds.count)
            if score > best?.score ?? 0 { best = (score, parted) }
        }
        guard let best else { return nil }
        // Strangers who came once need not be recognised when the others are many.
        let many = best.kinds.filter { $0.texts.count > 1 }
        let isMost = many.reduce(0) { $0 + $1.texts.count } * 10 >= texts.count * 8
        let kinds = isMost && texts.count >= 5 ? many : best.kinds
        let findings = kinds.compactMap { $0.finding(demand, partings: partings) }
        guard findings.count == kinds.count, let first = findings.first else { return nil }
        let worths = zip(kinds, findings).map { $0.distinct == 1 ? min($1.bits, Self.worthOfOne) : $1.bits }
        return Finding(
            matcher: findings.count == 1 ? first.matcher : .any(findings.flatMap(\.matcher.alternatives)),
            bits: (worths.min() ?? 0) - Double(findings.count - 1),
            reasons: findings.flatMap(\.reasons), covered: findings.reduce(0) { $0 + $1.covered })
    }

    /// How well all of a kind are known.
    private func worth(_ demand: Demand) -> Double {
        let known = isEmpty ? 0 : finding(demand, partings: 1)?.bits ?? 0
        return Double(texts.count) * min(known, distinct == 1 ? Self.worthOfOne : 32)
    }

    /// Asks for what most have in common, and of the others for what these have in common.
    func byMajority(_ demand: Demand, partings: Int) -> Finding? {
        guard texts.count >= 4 else { return nil }
        let most = majority(demand)
        guard most.count < texts.count,
            let first = Samples(texts, at: most, like: self).common(demand), first.bits >= 16
        else { return nil }
        let rest = Samples(texts, at: Set(texts.indices).subtracting(most), like: self)
        guard let second = rest.finding(demand, partings: partings), second.bits >= 20 else { return first }
        return Finding(
            matcher: .any(first.matcher.alternatives + second.matcher.alternatives),
            bits: min(first.bits, second.bits) - 1, reasons: first.reasons + second.reasons,
            covered: first.covered + second.covered)
    }

    /// The places of the samples that have the bytes that most have: as many of these as are needed to know them by, as
    /// long as half of the samples have them all.
    private func majority(_ demand: Demand) -> Set<Int> {
        var members = Set(texts.indices)
        let long = members.filter { texts[$0].count >= 8 }
        if least < 8, long.count * 4 >= members.count * 3 { members = long }
        let common = (0..<32).compactMap { offset -> (offset: Int, value: UInt8, count: Int)? in
            let values = members.filter { texts[$0].count > offset }.map { texts[$0][offset] }
            let counts = Dictionary(values.map { ($0, 1) }, uniquingKeysWith: +)
            guard let best = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
                best.value * 10 >= members.count * 6
            else { return nil }
            return (offset, best.key, best.value)
        }.sorted { ($1.count, $0.offset) < ($0.count, $1.offset) }
        for (offset, value, _) in common {
            let known = Samples(texts, at: members, like: self).common(demand)?.bits ?? 0
            if known >= min(demand.bits, 28) { break }
            let fewer = members.filter { texts[$0].count > offset && texts[$0][offset] == value }
            if fewer.count * 2 >= texts.count { members = fewer }
        }
        return members
    }

    /// Some of the texts.
    private init(_ texts: [[UInt8]], at places: Set<Int>, like other: Samples) {
        self.init(
            places.sorted().map { texts[$0] }, over: other.transport, grouping: other.grouping,
            isTight: other.isTight)
    }
}

extension Matcher {
    /// The parts of which one must hold.
    fileprivate var alternatives: [Matcher] {
        if case .any(let parts) = self { return parts }
        return [self]
    }
}

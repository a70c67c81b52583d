/// A version of a pack that could be installed, and what it asks for.
struct Candidate: Sendable {
    var name: String
    var version: Version
    /// By pack: the versions it accepts, as written.
    var depends: [String: String]
    /// Whether it is there already.
    var isInstalled: Bool
}

/// Finds versions of packs that go together: of each pack one, the newest that everybody accepts.
struct Resolver {
    /// Who wants which versions of a pack.
    struct Wish: Sendable {
        var name: String
        var range: VersionRange
        /// As messages call who wants it, `acme/ics 1.2.0`; nil for the user.
        var by: String?
    }

    /// The versions of a pack that there are, in the order in which they are tried.
    let candidates: (String) throws(PackFailure) -> [Candidate]
    /// The versions that there are besides and that cannot be used here, each with why.
    let unfit: (String) -> [String]
    private var steps = 0
    private var conflict: PackFailure?
    private var deepest = -1

    init(
        unfit: @escaping (String) -> [String] = { _ in [] },
        _ candidates: @escaping (String) throws(PackFailure) -> [Candidate]
    ) {
        self.unfit = unfit
        self.candidates = candidates
    }

    /// Versions that satisfy every wish and their own; throws who contradicts whom.
    mutating func resolve(_ wishes: [Wish]) throws(PackFailure) -> [String: Candidate] {
        if let chosen = try attempt(wishes, open: wishes.map(\.name), [:]) { return chosen }
        throw conflict ?? PackFailure("no versions go together")
    }

    private mutating func attempt(
        _ wishes: [Wish], open: [String], _ chosen: [String: Candidate]
    ) throws(PackFailure) -> [String: Candidate]? {
        steps += 1
        guard steps < 20_000 else {
            throw PackFailure(
                "the dependencies of these packs are too tangled to find versions that go together")
        }
        guard let name = open.first(where: { chosen[$0] == nil }) else { return chosen }
        let about = wishes.filter { $0.name == name }
        let all = try candidates(name)
        let fitting = all.filter { candidate in about.allSatisfy { $0.range.contains(candidate.version) } }
        if fitting.isEmpty { note(name, about, all, depth: chosen.count) }
        for candidate in fitting {
            var more: [Wish] = []
            for (other, text) in candidate.depends.sorted(by: { $0.key < $1.key }) {
                guard let range = VersionRange(text) else {
                    throw PackFailure(
                        "\(name) \(candidate.version): depends '\(text)' is no range of versions; write it like \"^1.0\""
                    )
                }
                more.append(Wish(name: other, range: range, by: "\(name) \(candidate.version)"))
            }
            // What was chosen before must please the newcomer too.
            if let broken = more.first(where: { wish in
                chosen[wish.name].map { !wish.range.contains($0.version) } ?? false
            }) {
                note(
                    broken.name, (wishes + more).filter { $0.name == broken.name },
                    try candidates(broken.name),
                    depth: chosen.count + 1)
                continue
            }
            var next = chosen
            next[name] = candidate
            let wanted = wishes + more
            if let found = try attempt(wanted, open: open + more.map(\.name), next) { return found }
        }
        return nil
    }

    /// Keeps the conflict that was met furthest on: those before it were ways around.
    private mutating func note(_ name: String, _ wishes: [Wish], _ all: [Candidate], depth: Int) {
        guard depth > deepest else { return }
        deepest = depth
        let wanted = wishes.filter { $0.range.description != "*" || wishes.count == 1 }.map { wish in
            wish.by.map { "\($0) needs \(wish.range)" } ?? "you ask for \(wish.range)"
        }.joined(separator: ", ")
        let unfit = unfit(name)
        if all.isEmpty, unfit.isEmpty {
            conflict = PackFailure("there is no pack \(name) here, and \(wanted)")
            return
        }
        let versions = all.map { "\($0.version)\($0.isInstalled ? " (installed)" : "")" } + unfit
        let there = versions.prefix(8).joined(separator: ", ")
        let rest = versions.count > 8 ? " and \(versions.count - 8) more" : ""
        conflict = PackFailure(
            "no version of \(name) fits: \(wanted); there \(versions.count == 1 ? "is" : "are") \(there)\(rest)"
        )
    }
}

internal import Plugins

/// Which packs an installation or update brings, each verified, and what stays.
public struct PackPlan: Sendable {
    /// A pack that comes in.
    public struct Arrival: Sendable {
        /// The pack.
        public var acquired: AcquiredPack
        /// Who vouches for it.
        public var judgement: Trust.Judgement
        /// Whether somebody asked for it by name.
        public var isRequested: Bool
        /// The installed version that it replaces.
        public var replaces: LockedPack?

        init(acquired: AcquiredPack, judgement: Trust.Judgement, isRequested: Bool, replaces: LockedPack?) {
            (self.acquired, self.judgement) = (acquired, judgement)
            (self.isRequested, self.replaces) = (isRequested, replaces)
        }

        /// A pack that a lock file names, judged; it must be that pack to the last byte.
        public init(
            _ acquired: AcquiredPack, like wanted: LockedPack, trust: Trust, replaces: LockedPack?
        ) throws(PackFailure) {
            guard acquired.pack.hash == wanted.hash, wanted.commit == nil || acquired.commit == wanted.commit
            else {
                throw PackFailure(
                    "\(wanted.title) from \(wanted.source.text) is not the one in the lock file: its contents or its commit are others"
                )
            }
            let judgement = try trust.judge(acquired.pack, under: trust.policy(for: wanted.source.location))
            self.init(
                acquired: acquired, judgement: judgement, isRequested: wanted.isRequested, replaces: replaces)
        }
    }

    /// What comes in, dependencies before those that need them.
    public let arrivals: [Arrival]
    /// What is installed afterwards.
    public let packs: [LockedPack]
    /// By name of a wish: the newer version that an index has, and who holds the pack back.
    public let held: [String: String]

    /// What somebody wants.
    public struct Wish: Sendable {
        /// The pack's name.
        public var name: String
        /// The versions that will do.
        public var range: VersionRange
        /// The pack, where it is in hand already.
        public var acquired: AcquiredPack?

        /// A pack that an index has.
        public init(_ name: String, _ range: VersionRange) { (self.name, self.range) = (name, range) }

        /// A pack in hand.
        public init(_ acquired: AcquiredPack) {
            (name, range, self.acquired) = (acquired.pack.name, .every, acquired)
        }

        /// A pack of a bundle, which was asked for as it is.
        public init(bundled name: String) { (self.name, range) = (name, .every) }
    }

    /// Works out what is needed for some wishes, gets it and judges it.
    ///
    /// - Parameters:
    ///   - before: what is installed.
    ///   - builtIn: packs that come with Offport, by name.
    ///   - catalogues: where packs are looked up by name, the first that has a version counts.
    ///   - offport: the version of Offport.
    ///   - allowsOlder: whether an older version than one that was here may come in.
    public init(
        _ wishes: [Wish], before: PackLock, builtIn: [String: Version], catalogues: [PackCatalogue],
        trust: Trust, offport: Version, allowsOlder: Bool = false
    ) throws(PackFailure) {
        let wishes = wishes.map { wish in
            var wish = wish
            wish.range = wish.range.going(onFrom: before.pack(wish.name)?.version)
            return wish
        }
        let given = Dictionary(wishes.compactMap(\.acquired).map { ($0.pack.name, $0) }) { first, _ in first }
        let wanted = Set(wishes.map(\.name))
        func listed(_ name: String, fitting: Bool = true) -> [(PackCatalogue, PackIndex.Entry)] {
            var found: [(PackCatalogue, PackIndex.Entry)] = []
            for catalogue in catalogues {
                for entry in catalogue.index.entries
                where entry.name == name && !found.contains(where: { $0.1.version == entry.version })
                    && Self.fits(entry.needs, offport) == fitting
                {
                    found.append((catalogue, entry))
                }
            }
            return found.sorted { $0.1.version > $1.1.version }
        }
        func unfit(_ name: String) -> [String] {
            listed(name, fitting: false).map {
                "\($0.1.version) (needs \($0.1.needs ?? ""), and this is offport \(offport))"
            }
        }
        var resolver = Resolver(unfit: unfit) { (name: String) throws(PackFailure) -> [Candidate] in
            if let acquired = given[name] { return [Candidate(acquired.pack)] }
            var all = listed(name).map {
                Candidate(name: name, version: $0.1.version, depends: $0.1.depends, isInstalled: false)
            }
            if let pack = before.pack(name) {
                // What nobody asked to change stays if it can.
                let here = Candidate(
                    name: name, version: pack.version, depends: pack.depends, isInstalled: true)
                all.removeAll { $0.version == pack.version }
                let place =
                    wanted.contains(name) ? all.firstIndex { $0.version < pack.version } ?? all.count : 0
                all.insert(here, at: place)
            } else if let version = builtIn[name] {
                all.insert(Candidate(name: name, version: version, depends: [:], isInstalled: true), at: 0)
            }
            return all
        }
        let chosen = try resolver.resolve(
            wishes.map { Resolver.Wish(name: $0.name, range: $0.range, by: nil) }
                + before.packs.map { Resolver.Wish(name: $0.name, range: .every, by: "what is installed") })
        var arrivals: [Arrival] = []
        var packs: [LockedPack] = []
        for (name, candidate) in chosen.sorted(by: { $0.key < $1.key }) {
            let installed = before.pack(name)
            if given[name] == nil, candidate.isInstalled {
                if var stays = installed {
                    stays.isRequested = stays.isRequested || wanted.contains(name)
                    packs.append(stays)
                }
                continue
            }
            var found = given[name]
            if found == nil { found = try Self.fetch(listed(name), candidate.version) }
            guard let acquired = found else { continue }
            try Self.check(acquired.pack, before, offport, allowsOlder)
            let policy = trust.policy(for: acquired.source.location)
            let judgement = try trust.judge(acquired.pack, under: policy)
            let isRequested = wanted.contains(name) || installed?.isRequested == true
            packs.append(LockedPack(acquired, key: judgement.key, isRequested: isRequested))
            if let installed, installed.hash == acquired.pack.hash, installed.source == acquired.source {
                continue
            }
            arrivals.append(
                Arrival(
                    acquired: acquired, judgement: judgement, isRequested: isRequested, replaces: installed))
        }
        self.packs = packs
        self.arrivals = Self.ordered(arrivals)
        var held: [String: String] = [:]
        for wish in wishes where given[wish.name] == nil {
            let newest = listed(wish.name).first { wish.range.contains($0.1.version) }?.1.version
            guard let newest, let version = chosen[wish.name]?.version, version < newest else { continue }
            let holders = chosen.values.compactMap { one in
                one.depends[wish.name].flatMap { text in
                    VersionRange(text)?.contains(newest) == false ? "\(one.name) needs \(text)" : nil
                }
            }
            if !holders.isEmpty {
                held[wish.name] = "\(newest) is there; \(holders.sorted().joined(separator: ", "))"
            }
        }
        self.held = held
    }

    private static func fetch(
        _ listed: [(PackCatalogue, PackIndex.Entry)], _ version: Version
    ) throws(PackFailure) -> AcquiredPack? {
        guard let (catalogue, entry) = listed.first(where: { $0.1.version == version }) else { return nil }
        return try catalogue.fetch(entry)
    }

    private static func check(
        _ pack: SealedPack, _ before: PackLock, _ offport: Version, _ allowsOlder: Bool
    ) throws(PackFailure) {
        guard fits(pack.manifest.needs, offport) else {
            throw PackFailure(
                "\(pack.title) needs \(pack.manifest.needs ?? ""), and this is offport \(offport)")
        }
        guard let seen = before.seen[pack.name], !allowsOlder else { return }
        if pack.version < seen.version {
            throw PackFailure(
                "\(pack.title) is older than \(seen.version), which was here already: 'offport pack rollback' goes back; --allow-older takes it all the same"
            )
        }
        if pack.version == seen.version, pack.hash != seen.hash {
            throw PackFailure(
                "\(pack.title) has other contents than the \(seen.version) that was here already: a version is released once; --allow-older takes it all the same"
            )
        }
    }

    /// Whether `offport >= 0.1` holds; what cannot be read does not.
    public static func fits(_ needs: String?, _ offport: Version) -> Bool {
        guard let needs else { return true }
        return versions(needs)?.contains(offport) ?? false
    }

    /// The versions of Offport in `offport >= 0.1`; nil when it cannot be read.
    public static func versions(_ needs: String) -> VersionRange? {
        let words = needs.split(separator: " ", maxSplits: 1)
        guard words.first == "offport", words.count == 2 else { return nil }
        return VersionRange(words[1])
    }

    private static func ordered(_ arrivals: [Arrival]) -> [Arrival] {
        var (waiting, done): ([Arrival], [Arrival]) = (arrivals, [])
        while !waiting.isEmpty {
            let names = Set(waiting.map(\.acquired.pack.name))
            let ready = waiting.filter { names.isDisjoint(with: $0.acquired.pack.manifest.depends.keys) }
            // A circle is taken as it comes.
            let next = ready.isEmpty ? waiting : ready
            done += next
            waiting.removeAll { one in next.contains { $0.acquired.pack.name == one.acquired.pack.name } }
        }
        return done
    }
}

extension Candidate {
    /// A pack in hand.
    init(_ pack: SealedPack) {
        self.init(name: pack.name, version: pack.version, depends: pack.manifest.depends, isInstalled: false)
    }
}

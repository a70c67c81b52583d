/// The installed packs of a home.
///
/// `packs.lock` alone says what is installed, and is replaced whole: a change that is cut short at any point leaves the
/// state before or the state after. Content lies by its hash, is complete before the lock names it, and goes only when
/// neither the lock nor the history names it.
public struct PackStore: Sendable {
    /// Where it is.
    public let home: PackHome

    /// How many changes can be taken back.
    static let historyLength = 10

    /// The store of a home, whether there is something or not.
    public init(_ home: PackHome) { self.home = home }

    /// What is installed.
    public func lock() throws(PackFailure) -> PackLock {
        guard let bytes = try Disk.bytes(of: home.lock) else { return PackLock() }
        do throws(PackFailure) { return try PackLock(bytes, path: home.lock) } catch {
            let isKept = !Disk.names(in: home.history).isEmpty
            throw isKept ? PackFailure("\(error); as it was before earlier changes: \(home.history)") : error
        }
    }

    /// The folder of an installed pack.
    public func folder(of pack: LockedPack) -> String { home.folder(of: pack) }

    /// Begins a change; another one that is being made is waited for.
    public func change() throws(PackFailure) -> StoreChange { try StoreChange(self) }

    /// An installed pack, verified.
    public func open(_ pack: LockedPack, _ trust: Trust) throws(PackFailure) -> SealedPack {
        let sealed = try sealed(pack)
        _ = try trust.judge(sealed, under: trust.policy(for: pack.source.location))
        return sealed
    }

    /// Whether the files of an installed pack are those that were installed, its signature among them.
    public func isWhole(_ pack: LockedPack) -> Bool { (try? sealed(pack)) != nil }

    private func sealed(_ pack: LockedPack) throws(PackFailure) -> SealedPack {
        let folder = home.folder(of: pack)
        let isListed = pack.source.kind == .index
        let place = isListed ? "\(pack.name)@\(pack.version) --index \(pack.source.text)" : pack.source.text
        let advice = "install it again: offport pack install \(place)"
        guard Disk.isFolder(folder) else { throw PackFailure("\(pack.title): its files are gone; \(advice)") }
        let sealed: SealedPack
        do throws(PackFailure) {
            sealed = try SealedPack(try Disk.files(below: folder, skipsHidden: false), from: pack.title)
        } catch { throw PackFailure("\(error); \(advice)") }
        guard sealed.hash == pack.hash, sealed.name == pack.name, sealed.version == pack.version else {
            throw PackFailure("\(pack.title): its list of files is not the one that was installed; \(advice)")
        }
        // The list does not list its own signature.
        if let key = pack.key.flatMap({ PublicKey($0) }),
            sealed.signature?.verifies(sealed.list.bytes, by: key) != true
        {
            let what = sealed.signature == nil ? "is gone" : "is not the one that was installed"
            throw PackFailure("\(pack.title): its signature \(what); \(advice)")
        }
        return sealed
    }
}

/// A change of what is installed: packs are staged, then all of it happens at once, or nothing.
public final class StoreChange {
    /// What was installed before.
    public let before: PackLock
    private let home: PackHome
    private let gate: StoreLock
    /// Staged packs by hash.
    private var staged: [String: (pack: SealedPack, folder: String)] = [:]

    init(_ store: PackStore) throws(PackFailure) {
        home = store.home
        try Disk.makeFolder(home.data)
        gate = try StoreLock(home.gate)
        before = try store.lock()
        // What a change that was cut short has left.
        sweep(before)
        try Disk.makeFolder(home.work, mode: 0o700)
    }

    deinit { Disk.remove(home.work) }

    /// A folder for what a change needs on its way; it is gone when the change ends.
    public var scratch: String { home.work }

    /// Writes a pack's files aside, for its tests; says where.
    public func stage(_ pack: SealedPack) throws(PackFailure) -> String {
        let folder = "\(home.work)/\(PackName.fileName(pack.name))-\(pack.version)"
        Disk.remove(folder)
        try Disk.write(pack.files, into: folder)
        staged[pack.hash] = (pack, folder)
        return folder
    }

    /// Makes the packs what is installed.
    public func commit(_ packs: [LockedPack]) throws(PackFailure) {
        var after = before
        after.packs = packs
        after.generation = before.generation + 1
        after.previous = before.generation
        for pack in packs where after.seen[pack.name].map({ $0.version < pack.version }) ?? true {
            after.seen[pack.name] = PackLock.Seen(version: pack.version, hash: pack.hash)
        }
        try put(after)
    }

    /// Goes back to what was installed before the last change, or, with a name, to the version of that pack before its
    /// last change.
    public func rollBack(_ name: String?) throws(PackFailure) -> PackLock {
        var after = before
        after.generation = before.generation + 1
        if let name {
            let current = before.pack(name)
            var number = before.previous
            while let place = number {
                let earlier = try generation(place)
                if let pack = earlier.pack(name), pack != current {
                    after.packs = before.packs.filter { $0.name != name } + [pack]
                    after.previous = before.generation
                    try put(after)
                    return after
                }
                number = earlier.previous
            }
            throw PackFailure("there is no earlier version of \(name) here")
        }
        guard let number = before.previous else { throw PackFailure("there is no change to take back") }
        let earlier = try generation(number)
        // The change before that one is what comes next.
        (after.packs, after.previous) = (earlier.packs, earlier.previous)
        try put(after)
        return after
    }

    private func generation(_ number: Int) throws(PackFailure) -> PackLock {
        if number == 0 { return PackLock() }
        let path = "\(home.history)/\(number).lock"
        guard let bytes = try Disk.bytes(of: path) else {
            throw PackFailure(
                "that change was too long ago: the last \(PackStore.historyLength) can be taken back")
        }
        return try PackLock(bytes, path: path)
    }

    private func put(_ after: PackLock) throws(PackFailure) {
        for pack in after.packs {
            let folder = home.folder(of: pack)
            guard let (_, from) = staged[pack.hash] else {
                // What was gone before does not stand in the way of what repairs or removes something else.
                guard Disk.isFolder(folder) || before.packs.contains(pack) else {
                    throw PackFailure(
                        "\(pack.title): its files are gone; install it again from \(pack.source.text)")
                }
                continue
            }
            // The same content may be there already, whole or damaged; it is the same or better now.
            if Disk.exists(folder) { try Disk.move(folder, to: "\(home.work)/old-\(pack.hash.prefix(16))") }
            try Disk.makeFolder(Disk.parent(folder))
            try Disk.move(from, to: folder)
        }
        try Disk.makeFolder(home.history)
        if before.generation > 0 {
            let bytes = Array(before.text(forOthers: false).utf8)
            try Disk.replace("\(home.history)/\(before.generation).lock", by: bytes)
        }
        // The moment of the change.
        try Disk.replace(home.lock, by: Array(after.text(forOthers: false).utf8))
        sweep(after)
    }

    /// Removes what neither the lock nor the changes that can be taken back name.
    private func sweep(_ current: PackLock) {
        Disk.remove(home.work)
        Disk.remove(home.lock + ".new")
        var kept = Set(current.packs.map(home.folder(of:)))
        var chain: Set<Int> = []
        var number = current.previous
        while let place = number, place > 0, chain.count < PackStore.historyLength,
            chain.insert(place).inserted
        {
            guard let lock = try? generation(place) else { break }
            kept.formUnion(lock.packs.map(home.folder(of:)))
            number = lock.previous
        }
        for name in Disk.names(in: home.history) where !chain.contains(where: { "\($0).lock" == name }) {
            Disk.remove("\(home.history)/\(name)")
        }
        for owner in Disk.names(in: home.content) {
            for pack in Disk.names(in: "\(home.content)/\(owner)") {
                let folder = "\(home.content)/\(owner)/\(pack)"
                let versions = Disk.names(in: folder).map { "\(folder)/\($0)" }
                for version in versions where !kept.contains(version) { Disk.remove(version) }
                if !versions.contains(where: kept.contains) { Disk.remove(folder) }
            }
            if Disk.names(in: "\(home.content)/\(owner)").isEmpty { Disk.remove("\(home.content)/\(owner)") }
        }
    }
}

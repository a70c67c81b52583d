import Testing

@testable import Packs

@Suite struct StoreTests {
    private let scratch: Scratch
    private let store: PackStore
    private let key = SecretKey()

    init() throws {
        scratch = try Scratch()
        store = PackStore(
            PackHome(config: scratch.path, data: scratch.path + "/packs", cache: scratch.path + "/cache"))
    }

    private func pack(_ name: String, _ version: String, _ more: String = "") throws -> SealedPack {
        try Sample.pack(name, version, more).signed(by: key, mode: .prehashed, comment: nil)
    }

    private var trust: Trust {
        var trust = Trust()
        trust.add(key.publicKey, for: "acme")
        return trust
    }

    private func plan(
        _ packs: [SealedPack], before: PackLock, allowsOlder: Bool = false, builtIn: [String: Version] = [:]
    ) throws -> PackPlan {
        try PackPlan(
            packs.map { PackPlan.Wish(AcquiredPack(pack: $0, source: PackSource(.folder, "/x"))) },
            before: before,
            builtIn: builtIn, catalogues: [], trust: trust, offport: try #require(Version("0.1.0")),
            allowsOlder: allowsOlder)
    }

    private func install(_ packs: SealedPack..., allowsOlder: Bool = false) throws {
        let change = try store.change()
        let plan = try plan(packs, before: change.before, allowsOlder: allowsOlder)
        for arrival in plan.arrivals { _ = try change.stage(arrival.acquired.pack) }
        try change.commit(plan.packs)
    }

    private var installed: [String] { get throws { try store.lock().packs.map(\.title).sorted() } }

    /// Versions whose files are there.
    private var content: [String] {
        let names = Disk.names(in: store.home.content + "/acme")
        return names.flatMap { name in
            Disk.names(in: "\(store.home.content)/acme/\(name)").map { "\(name) \($0.prefix(5))" }
        }
    }

    @Test func whatIsInstalledIsOpenedToTheLastByte() throws {
        try install(try pack("acme/ics", "1.0.0"))
        let one = try #require(try store.lock().pack("acme/ics"))
        #expect(try store.open(one, trust).hash == one.hash)
        #expect(refusal { _ = try store.open(one, Trust()) }.contains("is not trusted"))
        let file = "\(store.folder(of: one))/plugins/x.lua"
        try Disk.replace(file, by: Array("-- other\n".utf8))
        #expect(
            refusal { _ = try store.open(one, trust) }.contains("plugins/x.lua is not what MANIFEST lists"))
    }

    @Test func nothingOlderComesInUnasked() throws {
        try install(try pack("acme/ics", "1.1.0"))
        #expect(refusal { try install(try pack("acme/ics", "1.0.0")) }.contains("is older than 1.1.0"))
        #expect(
            refusal { try install(try pack("acme/ics", "1.1.0", "title = \"x\"")) }.contains("other contents")
        )
        #expect(try installed == ["acme/ics 1.1.0"])
        // Not even when it was removed in between.
        try store.change().commit([])
        #expect(refusal { try install(try pack("acme/ics", "1.0.0")) }.contains("is older than 1.1.0"))
        try install(try pack("acme/ics", "1.0.0"), allowsOlder: true)
        #expect(try installed == ["acme/ics 1.0.0"])
    }

    @Test func changesAreTakenBackOneByOne() throws {
        try install(try pack("acme/ics", "1.0.0"))
        try install(try pack("acme/ics", "1.1.0"), try pack("acme/net", "1.0.0"))
        try store.change().commit([])
        #expect(try store.change().rollBack(nil).packs.count == 2)
        #expect(try installed == ["acme/ics 1.1.0", "acme/net 1.0.0"])
        _ = try store.change().rollBack(nil)
        #expect(try installed == ["acme/ics 1.0.0"])
        // What was taken back may come again; what is older than that may not.
        #expect(refusal { try install(try pack("acme/ics", "1.0.1")) }.contains("older than 1.1.0"))
        _ = try store.change().rollBack(nil)
        #expect(try installed.isEmpty)
        #expect(refusal { _ = try store.change().rollBack(nil) }.contains("no change"))
    }

    @Test func onePackIsTakenBackAlone() throws {
        try install(try pack("acme/ics", "1.0.0"))
        try install(try pack("acme/net", "1.0.0"))
        try install(try pack("acme/ics", "1.1.0"))
        _ = try store.change().rollBack("acme/ics")
        #expect(try installed == ["acme/ics 1.0.0", "acme/net 1.0.0"])
        #expect(refusal { _ = try store.change().rollBack("acme/net") }.contains("no earlier version"))
    }

    @Test func contentGoesWhenNothingNamesItAnyMore() throws {
        for number in 0..<14 { try install(try pack("acme/ics", "1.0.\(number)")) }
        #expect(content.count == PackStore.historyLength + 1, "\(content)")
        #expect(Disk.names(in: store.home.history).count == PackStore.historyLength)
        #expect(!Disk.exists(store.home.work))
        for _ in 0..<PackStore.historyLength { _ = try store.change().rollBack(nil) }
        #expect(try installed == ["acme/ics 1.0.3"])
        #expect(refusal { _ = try store.change().rollBack(nil) }.contains("too long ago"))
    }

    @Test func whatAChangeLeftBehindIsSwept() throws {
        try install(try pack("acme/ics", "1.0.0"))
        do {
            let change = try store.change()
            _ = try change.stage(try pack("acme/ics", "2.0.0"))
            #expect(Disk.exists(store.home.work))
        }
        #expect(!Disk.exists(store.home.work))
        // As though it had been killed: a folder half written, content that no lock names, a lock half written.
        try Disk.write(Sample.files(), into: store.home.work + "/acme-ics-9.0.0")
        try Disk.write(Sample.files(), into: store.home.content + "/acme/ics/9.0.0-abc")
        try Disk.write([1], to: store.home.lock + ".new")
        try store.change().commit(try store.lock().packs)
        #expect(
            content == ["ics 1.0.0"] && !Disk.exists(store.home.work)
                && !Disk.exists(store.home.lock + ".new"))
    }

    @Test func dependenciesAreThereOrSayWhatIsMissing() throws {
        let needy = try pack("acme/ics", "1.0.0", "depends = { [\"acme/base\"] = \"^1.0\" }")
        #expect(
            refusal { try install(needy) }.contains(
                "there is no pack acme/base here, and acme/ics 1.0.0 needs ^1.0"))
        try install(try pack("acme/base", "1.0.0"))
        try install(needy)
        let said = refusal { try install(try pack("acme/base", "2.0.0")) }
        #expect(said.contains("acme/ics 1.0.0 needs ^1.0") && said.contains("2.0.0"), "\(said)")
        // What comes with Offport counts too.
        let core = try pack("acme/core-user", "1.0.0", "depends = { [\"offport/core\"] = \"^1.0\" }")
        let builtIn = ["offport/core": try #require(Version("1.2.0"))]
        #expect(try plan([core], before: PackLock(), builtIn: builtIn).arrivals.count == 1)
        let future = try pack("acme/ics", "1.5.0", "needs = \"offport >= 9.0\"")
        #expect(refusal { try install(future) }.contains("needs offport >= 9.0, and this is offport 0.1.0"))
    }

    /// Who vouched for it is a part of what was installed.
    @Test func theSignatureOfWhatIsInstalled() throws {
        try install(try pack("acme/ics", "1.0.0"))
        let one = try #require(try store.lock().pack("acme/ics"))
        let file = "\(store.folder(of: one))/\(PackList.signatureName)"
        let other = try Sample.pack("acme/ics", "1.0.0").signed(
            by: SecretKey(), mode: .prehashed, comment: nil)
        let bytes = try #require(other.files.first { $0.path == PackList.signatureName }?.bytes)
        try Disk.replace(file, by: bytes)
        #expect(!store.isWhole(one))
        let told = refusal { _ = try store.open(one, trust) }
        #expect(told.contains("its signature is not the one that was installed; install it again"), "\(told)")
        Disk.remove(file)
        #expect(!store.isWhole(one))
        #expect(refusal { _ = try store.open(one, trust) }.contains("its signature is gone; install"))
    }

    /// An early version that is installed, or in hand, was asked for: nothing else need name it.
    @Test func anEarlyVersionThatIsThere() throws {
        try install(try pack("acme/base", "2.1.0-rc.1"))
        func resolved(_ range: VersionRange) throws -> [String] {
            try PackPlan(
                [PackPlan.Wish("acme/base", range)], before: try store.lock(), builtIn: [:], catalogues: [],
                trust: trust, offport: try #require(Version("0.1.0"))
            ).packs.map(\.title)
        }
        for range in ["2.1.0-rc.1", "^2.1.0-rc", "*"] {
            #expect(try resolved(try #require(VersionRange(range))) == ["acme/base 2.1.0-rc.1"])
        }
        #expect(
            refusal { _ = try resolved(try #require(VersionRange("^2.0"))) }.contains(
                "no version of acme/base fits: you ask for ^2.0; there is 2.1.0-rc.1 (installed)"))
        // It does not stand in the way of others.
        try install(try pack("acme/ics", "1.0.0"))
        #expect(try installed == ["acme/base 2.1.0-rc.1", "acme/ics 1.0.0"])
    }

    @Test func whatIsGoneDoesNotStandInTheWayOfOthers() throws {
        try install(try pack("acme/ics", "1.0.0"), try pack("acme/net", "1.0.0"))
        let packs = try store.lock().packs
        for pack in packs { Disk.remove(store.folder(of: pack)) }
        #expect(!packs.contains(where: store.isWhole))
        let change = try store.change()
        _ = try change.stage(try pack("acme/ics", "1.0.0"))
        try change.commit(packs)
        #expect(packs.filter(store.isWhole).map(\.name) == ["acme/ics"])
    }

    @Test func aNewerVersionThatAnotherPackKeepsAway() throws {
        try install(
            try pack("acme/base", "0.1.0"),
            try pack("acme/ics", "1.0.0", "depends = { [\"acme/base\"] = \"^0.1\" }"))
        let site = scratch.path + "/site"
        let newer = try pack("acme/base", "0.2.0")
        try PackWorkshop.write([PackFile(path: "README", bytes: [])], intoNew: site)
        try PackWorkshop.write(try PackWorkshop.archive(newer), to: "\(site)/base.tar.gz")
        // What is no archive of a pack is named and left out.
        try PackWorkshop.write([1, 2, 3], to: "\(site)/stray.tar.gz")
        let (packs, leftOut) = try PackWorkshop.index(site)
        #expect(packs.map(\.title) == ["acme/base 0.2.0"])
        #expect(leftOut.count == 1 && leftOut[0].description.contains("stray.tar.gz"), "\(leftOut)")
        let plan = try PackPlan(
            [PackPlan.Wish("acme/base", .any)], before: try store.lock(), builtIn: [:],
            catalogues: [try PackCatalogue(site, download: Sample.noDownload)], trust: trust,
            offport: try #require(Version("0.1.0")))
        #expect(plan.arrivals.isEmpty)
        #expect(plan.held == ["acme/base": "0.2.0 is there; acme/ics needs ^0.1"])
    }

    @Test func aLockFileSaysAll() throws {
        try install(
            try pack("acme/ics", "1.0.0", "depends = { [\"acme/net\"] = \"*\" }"),
            try pack("acme/net", "1.0.0"))
        let lock = try store.lock()
        #expect(try PackLock(Array(lock.text(forOthers: false).utf8), path: "x") == lock)
        let passed = try PackLock(Array(lock.text(forOthers: true).utf8), path: "x")
        #expect(passed.packs == lock.packs && passed.seen.isEmpty)
        for text in ["", "# empty\n", "pack acme/ics\n", "format 2\n", "hello\n", "format 1\nseen x\n"] {
            #expect(refusal { _ = try PackLock(Array(text.utf8), path: "x") }.contains("x:"))
        }
    }

    @Test func homes() {
        func homes(_ isRoot: Bool, _ variables: [String: String]) -> [String] {
            PackHome.all(isRoot: isRoot) { variables[$0] }.map { "\($0.config) \($0.data) \($0.cache)" }
        }
        let machine = "/etc/offport /var/lib/offport-packs /var/cache/offport"
        #expect(homes(true, ["HOME": "/root"]) == [machine])
        #expect(
            homes(false, ["HOME": "/home/u"])
                == [
                    "/home/u/.config/offport /home/u/.local/share/offport/packs /home/u/.cache/offport",
                    machine,
                ])
        #expect(
            homes(
                false,
                ["HOME": "/home/u", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d", "XDG_CACHE_HOME": "/e"])
                == ["/c/offport /d/offport/packs /e/offport", machine])
        #expect(
            homes(true, ["XDG_CACHE_HOME": "/e"]) == ["/etc/offport /var/lib/offport-packs /e/offport"])
        #expect(homes(false, [:]) == [machine])
        #expect(homes(true, ["OFFPORT_HOME": "/x/"]) == ["/x /x/packs /x/cache"])
    }
}

import Alerts
import ArgumentParser
import Packs

/// What teams that share plugins do.
struct Pack: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack",
        abstract: "Makes, signs, installs and keeps packs of plugins.",
        discussion: """
            Makers: new, check, test, build, keygen, sign, index, bundle, import. Users: trust, verify, install, \
            update, rollback, remove, list, diff, lock. A pack runs nothing but sandboxed Lua, is verified at every \
            load, and is taken only from those whose keys are trusted. See docs/sharing-packs.md.
            """,
        subcommands: [
            PackNew.self, PackCheck.self, PackTest.self, PackBuild.self, PackKeygen.self, PackSign.self,
            PackVerify.self, PackTrust.self, PackInstall.self, PackUpdate.self, PackRemove.self,
            PackRollback.self, PackList.self, PackLockCommand.self, PackDifference.self, PackBundle.self,
            PackIndexCommand.self, PackImport.self,
        ])
}

/// What the commands about packs share: the homes, the trust, what fetches packs.
enum PackPlaces {
    /// Where packs are kept; changes are made in the first.
    ///
    /// As they were when the command began: a sensor that root starts becomes somebody else, and reloads root's packs.
    static let homes: [PackHome] = PackHome.all(isRoot: Console.isRoot, Console.environment)

    static func home() throws -> PackHome {
        guard let home = homes.first else { throw Outcome.failed(["there is no place for packs"]) }
        return home
    }

    /// What the loader asks about packs.
    static func verification() -> Verification { Verification(homes) }

    static func trust() throws -> Trust { try told { try Trust(path: try home().trust) } }

    static var version: Version? { Version(Offport.version) }

    /// Fetches packs.
    ///
    /// - Parameter authorities: a PEM file with the certificates that HTTPS servers need.
    static func fetcher(scratch: String, authorities: String?) -> PackFetcher {
        PackFetcher(
            scratch: scratch,
            download: { (url, limit) throws(PackFailure) in
                do throws(Download.Failure) {
                    return try Download.bytes(of: url, limit: limit, authorities: authorities)
                } catch { throw PackFailure("\(url): \(error)") }
            }, variable: { Console.environment($0) })
    }

    /// Turns what is wrong with a pack into the command's end.
    static func told<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let failure as PackFailure {
            throw Outcome.failed(failure.description.split(separator: "\n").map(String.init))
        }
    }

    /// Runs with a folder for what is fetched on the way.
    static func withScratch<Result>(_ body: (String) throws -> Result) throws -> Result {
        let base = Console.environment("TMPDIR").flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        let folder = "\(base)/offport-\(Console.processNumber)-\(UInt64.random(in: .min ... .max))"
        defer { PackWorkshop.remove(folder) }
        return try told { try body(folder) }
    }

    /// The pack that a word means: an installed one, a folder, an archive, a repository at a tag.
    static func pack(_ text: String, _ fetcher: PackFetcher) throws -> AcquiredPack {
        if let home = homes.first, let installed = try PackStore(home).lock().pack(text) {
            let pack = try PackStore(home).open(installed, try Trust(path: home.trust))
            return AcquiredPack(pack: pack, source: installed.source, commit: installed.commit)
        }
        switch try PackFetcher.target(text) {
        case .source(let source): return try fetcher.pack(source)
        case .name(let name, _):
            throw PackFailure("\(name) is not installed, and there is no such folder or file")
        }
    }
}

/// Indexes and the certificates of their servers.
struct IndexOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where packs are looked up by name: a folder or bundle with an index, or https:// (repeatable).",
            valueName: "place"),
        completion: .file())
    var index: [String] = []

    @Option(
        help: ArgumentHelp(
            "A PEM file with the certificates that the index's server needs. Default: the system's.",
            valueName: "file"),
        completion: .file())
    var ca: String?
}

public import Plugins

/// What the loader asks about packs: the installed ones, and every folder with a list of its files.
public struct Verification: Sendable {
    /// The folders of the installed packs, in the order of their names.
    public let folders: [String]
    /// The sites' own policies about packs.
    public let overlays: [String]
    /// Why the packs of a home are not loaded.
    public let problems: [String]
    /// What is to be told at every load.
    public let warnings: [String]
    private let stores: [Installed]

    /// The path of the pack in whose folder a command runs.
    ///
    /// Whoever stands there works on it: it is read as it is, for its list is that of the last release.
    public static let current = "."

    private struct Installed: Sendable {
        var store: PackStore
        var trust: Trust
        /// By real folder.
        var packs: [String: LockedPack]
        /// Where the content really lies; nil when there is none.
        var content: String?
    }

    /// Reads what is installed in some homes; of one pack the first home's counts.
    public init(_ homes: [PackHome]) {
        var (stores, folders, problems, warnings): ([Installed], [String], [String], [String]) = (
            [], [], [], []
        )
        var names: Set<String> = []
        for home in homes {
            let store = PackStore(home)
            do throws(PackFailure) {
                let (trust, lock) = (try Trust(path: home.trust), try store.lock())
                var packs: [String: LockedPack] = [:]
                for pack in lock.packs.sorted(by: { $0.name < $1.name })
                where names.insert(pack.name).inserted {
                    let folder = home.folder(of: pack)
                    folders.append(folder)
                    packs[Disk.realPath(folder) ?? folder] = pack
                    if pack.key == nil, trust.policy(for: pack.source.location) == .warn {
                        warnings.append(
                            "\(pack.title) is signed by nobody who is trusted (\(pack.source.text))")
                    }
                }
                let content = Disk.realPath(home.content)
                stores.append(Installed(store: store, trust: trust, packs: packs, content: content))
            } catch {
                problems.append("the installed packs are not loaded: \(error)")
                stores.append(
                    Installed(store: store, trust: Trust(), packs: [:], content: Disk.realPath(home.content)))
            }
        }
        (self.stores, self.folders, self.problems, self.warnings) = (stores, folders, problems, warnings)
        overlays = homes.map(\.overlay).filter(Disk.exists)
    }

    /// The homes' packs, by name.
    public var packs: [LockedPack] { stores.flatMap(\.packs.values).sorted { $0.name < $1.name } }

    /// What the loader is given.
    public var verifier: PackVerifier { verifier(vouching: [:]) }

    /// What the loader is given when some packs are in hand already, by folder.
    public func verifier(vouching packs: [String: SealedPack]) -> PackVerifier {
        // The same folder may be met on another way too.
        let real = Dictionary(
            packs.compactMap { path, pack in Disk.realPath(path).map { ($0, pack) } },
            uniquingKeysWith: { first, _ in first })
        return PackVerifier { path in
            let known = packs[path] ?? (real.isEmpty ? nil : Disk.realPath(path).flatMap { real[$0] })
            return known.map(self.files(of:)) ?? self.answer(path)
        }
    }

    private func answer(_ path: String) -> PackVerifier.Answer {
        guard let real = Disk.realPath(path) else {
            // Files that are gone are told of better than by "no such file".
            for installed in stores {
                if let pack = installed.packs[path] { return answer(pack, installed) }
            }
            return .unsealed
        }
        for installed in stores {
            guard let content = installed.content, real == content || real.hasPrefix(content + "/") else {
                continue
            }
            if let pack = installed.packs[real] { return answer(pack, installed) }
            return .refused("it lies among the installed packs and is none: 'offport pack list' shows them")
        }
        let isSealed = Disk.exists("\(real)/\(PackList.fileName)") && Disk.exists("\(real)/pack.lua")
        guard isSealed, path != Self.current else { return .unsealed }
        do throws(PackFailure) {
            let pack = try SealedPack(try Disk.files(below: real, skipsHidden: true), from: path)
            // Whoever names a folder wants it; a signature that is there must fit all the same.
            for installed in stores { _ = try installed.trust.judge(pack, under: .allow) }
            return files(of: pack)
        } catch {
            return .refused(
                "\(Self.without(path, error.description)); to go on working on it, 'offport pack sign' it again or remove \(PackList.fileName)"
            )
        }
    }

    private func answer(_ pack: LockedPack, _ installed: Installed) -> PackVerifier.Answer {
        do throws(PackFailure) {
            return files(of: try installed.store.open(pack, installed.trust))
        } catch { return .refused(error.description) }
    }

    private func files(of pack: SealedPack) -> PackVerifier.Answer {
        .files(pack.files.map { PackVerifier.File(path: $0.path, bytes: $0.bytes) })
    }

    /// A message without the path that the loader puts before it.
    private static func without(_ path: String, _ message: String) -> String {
        message.hasPrefix(path + ": ") ? String(message.dropFirst(path.utf8.count + 2)) : message
    }
}

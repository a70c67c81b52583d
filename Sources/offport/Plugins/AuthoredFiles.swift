import Authoring
import Matching
import Net
import Packs
import Plugins

/// The files that an author means, loaded with everything they have to live beside.
struct AuthoredFiles {
    let workshop: Workshop
    /// The paths of the files that are meant, as the library has them.
    let files: Set<String>
    /// What was named, or everything that is loaded.
    let roots: [String]
    /// The optional packs that are loaded because something of them was named.
    let used: [String]

    /// Loads what is named and the libraries around it.
    ///
    /// - Parameters:
    ///   - named: files, folders or packs; empty for all that is loaded.
    ///   - plugins: the libraries around; empty for those that are found.
    init(_ named: [String], beside plugins: [String]) throws {
        for path in named where Console.realPath(path) == nil {
            throw Outcome.failed(["\(path): there is no such file or folder"])
        }
        let around = PluginLibrary.paths(plugins)
        // What is named comes first, so that it is what counts where two plugins have the same name.
        let outside = named.filter { path in !around.contains { Self.isInside(path, $0) } }
        let rest = around.filter { path in !outside.contains { Self.isInside(path, $0) } }
        let verification = PackPlaces.verification()
        func load(using used: [String] = []) -> Library {
            var library = Library(
                plugins: outside + rest, using: used, found: Set(verification.folders),
                verifying: verification.verifier)
            library.checkNeeds()
            return library
        }
        let loaded = load()
        // An optional pack that is named, or has what is named, does not rest.
        let resting = loaded.packs.filter { pack in
            let folder = String(pack.path.dropLast("/pack.lua".count))
            return pack.isOptional && named.contains { Self.isInside($0, folder) }
        }
        do {
            used = resting.map(\.name)
            workshop = try Workshop(used.isEmpty ? loaded : load(using: used))
        } catch {
            throw Outcome.failed(["\(error)"])
        }
        roots = named.isEmpty ? around : named
        let meant = roots.compactMap(Console.realPath)
        files = Set(
            workshop.library.sources.map(\.path).filter { path in
                meant.contains { Self.isInside(path, $0) }
            }
        ).union(
            workshop.library.problems.compactMap { $0.subject?.file }.filter { path in
                let place = Self.place(of: path)
                return meant.contains { Self.isInside(place, $0) }
            })
        if files.isEmpty {
            throw Outcome.failed(["\(roots.joined(separator: ", ")): no plugin files (*.lua)"])
        }
    }

    /// Those of a library that lie below a folder.
    init(_ workshop: Workshop, below folder: String) {
        self.workshop = workshop
        roots = [folder]
        used = []
        files = Set(workshop.library.sources.map(\.path).filter { $0.hasPrefix(folder + "/") })
    }

    /// The path, or the folder of what cannot be found by it, such as a link to nowhere.
    private static func place(of path: String) -> String {
        guard Console.realPath(path) == nil, let slash = path.lastIndex(of: "/") else { return path }
        return String(path[..<slash])
    }

    /// Whether a path is the other one or below it, whatever links and dots they are written with.
    static func isInside(_ path: String, _ root: String) -> Bool {
        guard let root = Console.realPath(root), Console.realPath(path) != nil else { return false }
        // A link below the root may lead out of it: so each folder on the way is asked.
        var folder = path[...]
        while true {
            if let real = Console.realPath(String(folder)), real == root || real.hasPrefix(root + "/") {
                return true
            }
            guard let slash = folder.lastIndex(of: "/"), !folder.hasSuffix("..") else { return false }
            folder = folder[..<slash]
        }
    }

    /// How messages call what was named.
    var words: String { roots.joined(separator: " ") }
}

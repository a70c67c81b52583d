internal import Net

/// Finds the files below the paths that a user gave, in an order that does not depend on the file system.
struct PluginSources {
    /// The files, in the order they are loaded.
    private(set) var files: [PluginSource] = []
    /// The packs they belong to.
    private(set) var packs: [PackManifest] = []
    /// What could not be read.
    private(set) var problems: [PluginProblem] = []
    /// Those of the problems that keep back a file or folder, each with the path that was given for it.
    private(set) var unread: [(path: String, problem: PluginProblem)] = []

    /// The path whose files are being looked for: as it was given, and without a slash at its end.
    private var given = (path: "", root: "")
    /// The folders below it that were looked into: links may lead to one again, and back up.
    private var visited: Set<FileReading.Identity> = []
    private let limits: ScriptLimits
    private let verifier: PackVerifier?

    init(limits: ScriptLimits, verifier: PackVerifier? = nil) {
        (self.limits, self.verifier) = (limits, verifier)
    }

    /// Adds a file, or every `*.lua` below a folder.
    mutating func add(_ path: String, as kind: PluginSource.Kind) {
        let before = (files: files.count, problems: problems.count)
        find(path, as: kind)
        guard kind == .policy, files.count == before.files, problems.count == before.problems else { return }
        problems.append(PluginProblem(nil, "there is no policy file in '\(path)'", severity: .warning))
    }

    private mutating func find(_ path: String, as kind: PluginSource.Kind) {
        given.path = path
        let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        given.root = path
        visited = []
        if isSettled(path, Place(kind: kind, name: Self.lastPart(path))) { return }
        do throws(FileReading.Failure) {
            let isFolder = try FileReading.isFolder(path)
            let folder = isFolder ? path : Self.parent(path)
            let name = Self.lastPart(folder)
            let isNameless = !isFolder && (name.isEmpty || name == ".")
            var place = Place(kind: kind, name: isNameless ? "local" : name)
            place.depth = isFolder ? 1 : 0
            place.libraries = librariesAround(folder)
            if isFolder {
                addFolder(path, place)
            } else {
                let file = Self.source(path, try FileReading.bytes(of: path), place)
                guard file.isText else {
                    let isWide =
                        file.text.starts(with: [0xff, 0xfe]) || file.text.starts(with: [0xfe, 0xff])
                    let reason = isWide ? "it is UTF-16: save it as UTF-8" : "it is not text"
                    throw FileReading.Failure(reason: reason)
                }
                files.append(file)
            }
        } catch {
            cannotRead(path, error)
        }
    }

    /// Where in a pack or folder the search is.
    private struct Place {
        var kind: PluginSource.Kind
        /// What the ids begin with; folders inside a pack group files and are no part of a plugin's name.
        var name: String
        var pack: String?
        var manifest: String?
        /// How many folders below what was named, that one included.
        var depth = 0
        var libraries = PackLibraries()
        /// A pack that is named as a policy is one for its allowances.
        var isOutsideAllowances = false
    }

    private mutating func addFolder(_ folder: String, _ place: Place) {
        guard let identity = attempt(folder, FileReading.identity), visited.insert(identity).inserted,
            let entries = attempt(folder, FileReading.entries)
        else { return }
        let isPack = entries.contains { $0.name == "pack.lua" }
        if verifier == nil, isPack, entries.contains(where: { $0.name == PackVerifier.listName }) {
            refuse(folder, "its \(PackVerifier.listName) cannot be checked here")
            return
        }
        var place = place
        if isPack {
            guard let manifest = readPack("\(folder)/pack.lua") else { return }
            packs.append(manifest)
            (place.name, place.pack, place.manifest) = (manifest.name, manifest.name, manifest.path)
            place.isOutsideAllowances = place.kind == .policy
            let hasLibraries = entries.contains { $0.name == "lib" }
            place.libraries = hasLibraries ? libraries(in: "\(folder)/lib") : PackLibraries()
        }
        for (name, isFolder) in entries where name != "pack.lua" {
            let path = "\(folder)/\(name)"
            // A link that leads nowhere is nobody's business but where a plugin is expected.
            if isFolder ?? (try? FileReading.isFolder(path)) ?? false {
                if name == "tests" || name == "lib" { continue }
                var inner = place
                inner.depth += 1
                if name == "allowances" { (inner.kind, inner.isOutsideAllowances) = (.policy, false) }
                if isSettled(path, inner) { continue }
                addFolder(path, inner)
            } else if !place.isOutsideAllowances, name.hasSuffix(".lua"),
                let text = attempt(path, FileReading.bytes)
            {
                files.append(Self.source(path, text, place))
            }
        }
    }

    /// What the pack's plugins may require, when the folder is a part of a pack and not the pack itself.
    private mutating func librariesAround(_ folder: String) -> PackLibraries {
        var folder = folder
        for _ in 0..<8 {
            if (try? FileReading.isFolder("\(folder)/pack.lua")) == false {
                let isThere = try? FileReading.isFolder("\(folder)/lib")
                return isThere == true ? libraries(in: "\(folder)/lib") : PackLibraries()
            }
            folder = Self.parent(folder)
        }
        return PackLibraries()
    }

    /// The files that the plugins of a pack may require.
    private mutating func libraries(in folder: String) -> PackLibraries {
        var libraries = PackLibraries()
        for name in attempt(folder, FileReading.names) ?? [] where name.hasSuffix(".lua") {
            let path = "\(folder)/\(name)"
            guard let text = attempt(path, FileReading.bytes) else { continue }
            libraries.add(String(name.dropLast(4)), path: path, text: text)
        }
        return libraries
    }

    /// What reading the path gave; nil after reporting why it gave nothing.
    private mutating func attempt<Result>(
        _ path: String, _ read: (String) throws(FileReading.Failure) -> Result
    ) -> Result? {
        do throws(FileReading.Failure) { return try read(path) } catch {
            cannotRead(path, error)
            return nil
        }
    }

    private static func source(_ path: String, _ text: [UInt8], _ place: Place) -> PluginSource {
        let name = lastPart(path)
        let stem = name.hasSuffix(".lua") ? String(name.dropLast(4)) : name
        var source = PluginSource(
            path: path, text: text, kind: place.kind, id: "\(place.name)/\(stem)", pack: place.pack,
            libraries: place.kind == .plugin ? place.libraries : PackLibraries())
        (source.manifest, source.depth) = (place.manifest, place.depth)
        return source
    }

    private mutating func cannotRead(_ path: String, _ failure: FileReading.Failure) {
        let message = "cannot read '\(path)': \(failure.reason)"
        keepBack(path, PluginProblem(nil, message, about: SourceLocation(file: path, line: 1)))
    }

    /// One of many files and packs in a folder is left out alone.
    private mutating func keepBack(_ path: String, _ problem: PluginProblem) {
        problems.append(problem)
        if path == given.root || path == "\(given.root)/pack.lua" { unread.append((given.path, problem)) }
    }

    /// Takes what is verified, reports what must not be loaded; false for everything else.
    private mutating func isSettled(_ path: String, _ place: Place) -> Bool {
        switch verifier?.answer(path) {
        case .files(let files)?: addPack(path, place, files)
        case .refused(let reason)?: refuse(path, reason)
        case .unsealed?, nil: return false
        }
        return true
    }

    private mutating func refuse(_ path: String, _ reason: String) {
        let message = "\(path): \(reason)"
        keepBack(path, PluginProblem(nil, message, about: SourceLocation(file: path, line: 1)))
    }

    /// Adds a pack whose files were read and verified already, in the order in which its folder would be walked.
    private mutating func addPack(_ folder: String, _ place: Place, _ files: [PackVerifier.File]) {
        guard let text = files.first(where: { $0.path == "pack.lua" })?.bytes else { return }
        let (manifest, found) = PackManifest.read(text, path: "\(folder)/pack.lua", limits: limits)
        // Who loads it can change nothing of what its maker sealed: what is merely odd is told when it is made or taken.
        problems += found.filter { $0.severity == .error }
        guard let manifest else { return }
        packs.append(manifest)
        let parts = files.map { (parts: $0.path.split(separator: "/").map(String.init), file: $0) }
        let ordered = parts.sorted { left, right in
            left.parts.lexicographicallyPrecedes(right.parts) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
        var libraries = PackLibraries()
        for (parts, file) in ordered where parts.count == 2 && parts[0] == "lib" && parts[1].hasSuffix(".lua")
        {
            libraries.add(String(parts[1].dropLast(4)), path: "\(folder)/\(file.path)", text: file.bytes)
        }
        for (_, file) in ordered {
            guard let (stem, isAllowance) = PackManifest.declaring(file.path) else { continue }
            if place.kind == .policy, !isAllowance { continue }
            let kind = isAllowance ? .policy : place.kind
            var source = PluginSource(
                path: "\(folder)/\(file.path)", text: file.bytes, kind: kind, id: "\(manifest.name)/\(stem)",
                pack: manifest.name, libraries: kind == .plugin ? libraries : PackLibraries())
            (source.manifest, source.isSealed) = (manifest.path, true)
            self.files.append(source)
        }
    }

    /// Leaves out every pack that was found while another of its name was named: its next version, or an edited copy.
    ///
    /// Of a pack that is named as a policy only the allowances are read: the plugins of the other one stay.
    ///
    /// - Parameters:
    ///   - manifests: the paths of the `pack.lua` of those that are named.
    ///   - plugins: those of them that are named for their plugins.
    mutating func setAside(besides manifests: Set<String>, forPlugins plugins: Set<String>) {
        let named = packs.filter { manifests.contains($0.path) }
        let others = packs.filter { pack in
            !manifests.contains(pack.path) && named.contains { $0.name == pack.name }
        }
        for other in others {
            let isWhole = named.contains { $0.name == other.name && plugins.contains($0.path) }
            files.removeAll { $0.manifest == other.path && (isWhole || $0.kind == .policy) }
            if isWhole { packs.removeAll { $0.path == other.path } }
        }
    }

    /// Reports a name that the site's choices use and no pack has; forgets what is odd about packs that rest.
    mutating func report(_ choices: SiteChoices) {
        for choice in choices.used where !packs.contains(where: { choice.uses($0.name) }) {
            let hint = Suggestion.text(for: choice.name, among: packs.map(\.name))
            let message = "use names '\(choice.name)', which is no pack here\(hint)"
            let problem = PluginProblem(choice.location, message)
            problems.append(problem)
            // Whoever runs a command named it, as paths are named.
            if choice.location == nil { unread.append((choice.name, problem)) }
        }
        // What is not read has nothing to say.
        let silent = Set(packs.filter { choices.resting.contains($0.name) }.map(\.path))
        problems.removeAll { $0.severity < .error && $0.location.map { silent.contains($0.file) } == true }
    }

    /// Leaves out files to which another path led before.
    ///
    /// A policy file that is named by itself, or by its folder, is the site's: not its pack's, and no plugin of a
    /// folder farther above.
    static func once(_ files: [PluginSource]) -> [PluginSource] {
        let identities = files.map { try? FileReading.identity(of: $0.path) }
        var own: [FileReading.Identity: Int] = [:]
        for (file, identity) in zip(files, identities) where file.kind == .policy && file.pack == nil {
            if let identity { own[identity] = min(own[identity] ?? .max, file.depth) }
        }
        // What is read from an archive has no file.
        var (paths, seen): (Set<String>, Set<FileReading.Identity>) = ([], [])
        return zip(files, identities).compactMap { file, identity in
            if let depth = identity.flatMap({ own[$0] }) {
                let isLeft = file.kind == .policy ? file.pack != nil : file.depth > depth
                if isLeft { return nil }
            }
            guard paths.insert(file.path).inserted, identity.map({ seen.insert($0).inserted }) != false
            else { return nil }
            return file
        }
    }

    /// Warns of files of one folder or pack that have one name: folders inside it are no part of names.
    static func sharedNames(of files: [PluginSource]) -> [PluginProblem] {
        struct Name: Hashable {
            var id: String
            var manifest: String?
            var kind: PluginSource.Kind
        }
        var first: [Name: String] = [:]
        // Policies that are nobody's pack are told apart by their paths.
        return files.filter { !$0.isSealed && ($0.kind == .plugin || $0.pack != nil) }.compactMap { file in
            let name = Name(id: file.id, manifest: file.manifest, kind: file.kind)
            guard let other = first[name] else {
                first[name] = file.path
                return nil
            }
            return PluginProblem(
                nil,
                "two files have the name '\(file.id)': \(other) and \(file.path); what names it means both: "
                    + "rename one of them",
                severity: .warning, about: SourceLocation(file: file.path, line: 1),
                besides: SourceLocation(file: other, line: 1))
        }
    }

    /// A pack whose manifest is broken is left out whole: its name stands in everything it declares.
    private mutating func readPack(_ path: String) -> PackManifest? {
        guard let text = attempt(path, FileReading.bytes) else { return nil }
        let (manifest, found) = PackManifest.read(text, path: path, limits: limits)
        problems += found
        return manifest
    }

    /// The folder that a path is in.
    private static func parent(_ path: String) -> String {
        let name = lastPart(path)
        if name == ".." || name == "." { return path + "/.." }
        let rest = path.dropLast(name.utf8.count)
        return rest.isEmpty ? "." : rest.count == 1 ? "/" : String(rest.dropLast())
    }

    private static func lastPart(_ path: String) -> String {
        let end = path.utf8.lastIndex { $0 != UInt8(ascii: "/") }.map { path.utf8.index(after: $0) }
        let name = path.utf8[..<(end ?? path.startIndex)]
        let start = name.lastIndex(of: UInt8(ascii: "/")).map { name.index(after: $0) }
        return String(path[(start ?? path.startIndex)..<name.endIndex])
    }
}

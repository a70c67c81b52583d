internal import Net

/// Finds the files below the paths that a user gave, in an order that does not depend on the file system.
struct PluginSources {
    /// The files, in the order they are loaded.
    private(set) var files: [PluginSource] = []
    /// The packs they belong to.
    private(set) var packs: [PackManifest] = []
    /// What could not be read.
    private(set) var problems: [PluginProblem] = []

    private let limits: ScriptLimits

    init(limits: ScriptLimits) { self.limits = limits }

    /// Adds a file, or every `*.lua` below a folder.
    mutating func add(_ path: String, as kind: PluginSource.Kind) {
        let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        do throws(FileReading.Failure) {
            if try FileReading.isFolder(path) {
                try addFolder(path, Place(kind: kind, name: Self.lastPart(path)), depth: 0)
            } else {
                let folder = Self.lastPart(String(path.dropLast(Self.lastPart(path).count + 1)))
                addFile(path, Place(kind: kind, name: folder.isEmpty || folder == "." ? "local" : folder))
            }
        } catch {
            problems.append(
                PluginProblem(
                    nil, "cannot read '\(path)': \(error.reason)", about: SourceLocation(file: path, line: 1))
            )
        }
    }

    /// Where in a pack or folder the search is.
    private struct Place {
        var kind: PluginSource.Kind
        /// What the ids begin with; folders inside a pack group files and are no part of a plugin's name.
        var name: String
        var pack: String?
        var libraries = PackLibraries()
    }

    private mutating func addFolder(_ folder: String, _ place: Place, depth: Int) throws(FileReading.Failure)
    {
        // A link that leads back up must not lead forever.
        guard depth < 16 else { return }
        let names = try FileReading.names(in: folder)
        var place = place
        if names.contains("pack.lua") {
            guard let manifest = readPack("\(folder)/pack.lua") else { return }
            packs.append(manifest)
            (place.name, place.pack) = (manifest.name, manifest.name)
            place.libraries = try names.contains("lib") ? libraries(in: "\(folder)/lib") : PackLibraries()
        }
        for name in names where name != "pack.lua" {
            let path = "\(folder)/\(name)"
            if try FileReading.isFolder(path) {
                if name == "tests" || name == "lib" { continue }
                var inner = place
                if name == "allowances" { inner.kind = .policy }
                try addFolder(path, inner, depth: depth + 1)
            } else if name.hasSuffix(".lua") {
                addFile(path, place)
            }
        }
    }

    /// The files that the plugins of a pack may require.
    private mutating func libraries(in folder: String) throws(FileReading.Failure) -> PackLibraries {
        var libraries = PackLibraries()
        for name in try FileReading.names(in: folder) where name.hasSuffix(".lua") {
            let path = "\(folder)/\(name)"
            libraries.add(String(name.dropLast(4)), path: path, text: try FileReading.bytes(of: path))
        }
        return libraries
    }

    private mutating func addFile(_ path: String, _ place: Place) {
        do throws(FileReading.Failure) {
            let name = Self.lastPart(path)
            let stem = name.hasSuffix(".lua") ? String(name.dropLast(4)) : name
            let text = try FileReading.bytes(of: path)
            files.append(
                PluginSource(
                    path: path, text: text, kind: place.kind, id: "\(place.name)/\(stem)", pack: place.pack,
                    libraries: place.kind == .plugin ? place.libraries : PackLibraries()))
        } catch {
            problems.append(
                PluginProblem(
                    nil, "cannot read '\(path)': \(error.reason)", about: SourceLocation(file: path, line: 1))
            )
        }
    }

    /// The optional packs that nobody uses: neither `named` has them, nor `used`, nor a policy file.
    ///
    /// A name that is used and no pack's is reported.
    mutating func restingPacks(named: Set<String>, used: [String], _ limits: ScriptLimits) -> Set<String> {
        var wanted: [(name: String, location: SourceLocation?)] = used.map { ($0, nil) }
        let isNeeded = packs.contains { $0.isOptional }
        for file in files where file.kind == .policy && (isNeeded || file.pack == nil) {
            // Its other mistakes are reported when it is read whole.
            let reading = Reading(file, number: 0)
            for node in reading.declarations(kind: .policy, limits: limits.loadingData)
            where node.word == .use {
                guard case .string(let name)? = node.arguments.first else { continue }
                wanted.append((String(decoding: name, as: UTF8.self), reading.location(node.line)))
            }
        }
        var used = named
        for (name, location) in wanted {
            let fitting = packs.map(\.name).filter { $0 == name || Self.lastPart($0) == name }
            used.formUnion(fitting)
            guard fitting.isEmpty else { continue }
            let hint = Suggestion.text(for: name, among: packs.map(\.name))
            problems.append(PluginProblem(location, "use names '\(name)', which is no pack here\(hint)"))
        }
        return Set(packs.filter { $0.isOptional && !used.contains($0.name) }.map(\.name))
    }

    /// A pack whose manifest is broken is left out whole: its name stands in everything it declares.
    private mutating func readPack(_ path: String) -> PackManifest? {
        do throws(FileReading.Failure) {
            let text = try FileReading.bytes(of: path)
            let source = PluginSource(path: path, text: text, kind: .policy, id: path)
            let reading = Reading(source, number: 0)
            let manifest = PackReader.read(reading, limits: limits)
            problems += reading.problems
            return manifest
        } catch {
            problems.append(
                PluginProblem(
                    nil, "cannot read '\(path)': \(error.reason)", about: SourceLocation(file: path, line: 1))
            )
            return nil
        }
    }

    private static func lastPart(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? ""
    }
}

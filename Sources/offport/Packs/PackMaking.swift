import ArgumentParser
import Authoring
import Packs
import Plugins
import Records

/// A pack to begin with.
struct PackNew: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract:
            "Writes a pack to begin with, which loads as it is; a git repository of its own if git is there.")

    @Argument(help: "The owner and the name, such as acme/ics.")
    var name: String

    @Argument(
        help: ArgumentHelp(
            "The folder. Default: the name, with a hyphen for the slash.", valueName: "folder"),
        completion: .directory)
    var folder: String?

    @Flag(inversion: .prefixedNo, help: "Make a git repository of the folder.")
    var git = true

    func run() throws {
        guard PackName.isOwned(name) else {
            throw Outcome.usage(
                "'\(name)' is no name of a pack that travels; write an owner and a name: acme/ics")
        }
        let folder = folder ?? PackName.fileName(name)
        let plugin = name.split(separator: "/").last.map(String.init) ?? name
        try PackPlaces.told {
            let files = PackSkeleton.files(name: name, plugin: plugin)
            try PackWorkshop.write(files, intoNew: folder)
            let isRepository = git && PackRepository.start(folder, Console.environment)
            Console.print(
                "wrote \(folder): \(files.map(\.path).joined(separator: ", "))\(isRepository ? "; git" : "")")
        }
        let test = "offport pack test \(AskedOptions.quoted(folder))"
        Console.error("next: write \(folder)/plugins/\(plugin).lua, then \(test)")
    }
}

/// What is wrong with a pack, or could be better.
struct PackCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract:
            "Finds what is wrong with a pack's folder or archive, and what its plugins could do better.",
        discussion: "Exit codes: 0 nothing is wrong, 1 something is.")

    @Argument(
        help: ArgumentHelp("A folder or archive. Default: the current folder.", valueName: "pack"),
        completion: .file(), transform: FileName.given)
    var path = "."

    @Option(help: ArgumentHelp("Random conversations to show to the library.", valueName: "n"))
    var random = 20_000

    func validate() throws {
        guard (0...100_000_000).contains(random) else {
            throw ValidationError("--random takes a number from 0 to 100000000.")
        }
    }

    func run() throws {
        let (pack, folder) = try PackDraft.open(path)
        let trial = try PackTrial(pack, at: folder)
        var errors = trial.errors
        let unreadable = PackDraft.unreadable(pack, path)
        if unreadable.isEmpty, let needs = pack.manifest.needs, let version = PackPlaces.version,
            !PackPlan.fits(needs, version)
        {
            errors.append("\(path)/pack.lua: needs \"\(needs)\" does not hold for offport \(version)")
        }
        errors += unreadable
        errors += pack.sharedNames(from: folder)
        errors += trial.tests.compactMap(\.complaint)
        var remarks = pack.remarks.map { Remark(.declaration, $0.severity, $0.location, $0.message) }
        if errors.isEmpty, PackDraft.isFolder(folder) { remarks += trial.remarks(conversations: random) }
        for error in errors { Console.print(error) }
        for line in trial.summary() { Console.print(lines: line) }
        if errors.isEmpty {
            let text = RemarkText.forPeople(
                remarks, scope: pack.title, width: Console.width, isColoured: Console.isColoured)
            Console.write(Array(text.utf8), to: 1)
        }
        guard errors.isEmpty, !remarks.contains(where: { $0.severity == .error }) else {
            throw Outcome(messages: ["\(pack.title): not ready to be shared"], code: 1)
        }
        Console.error("next: offport pack test \(AskedOptions.quoted(path))")
    }
}

/// Whether a pack does what it says.
struct PackTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Runs a pack's examples, and its captures as they are and mutated.",
        discussion: """
            The captures are read beside the packs that 'depends' in pack.lua names, and no others. Exit codes: 0 \
            everything holds, 1 something does not.
            """)

    @Argument(
        help: ArgumentHelp("The pack's folder. Default: the current one.", valueName: "folder"),
        completion: .directory, transform: FileName.folder)
    var path = "."

    @Flag(help: "Write what the captures give now into expect.jsonl.")
    var rewrite = false

    func run() throws {
        let (pack, folder) = try PackDraft.open(path)
        for remark in pack.remarks { Console.error("warning: \(remark)") }
        let trial = try PackTrial(pack, at: folder)
        var failures = trial.errors + PackDraft.unreadable(pack, path)
        var captures = 0
        if failures.isEmpty {
            captures = try trial.runTests(mutates: true, rewrites: rewrite) { result in
                result.print()
                if !result.holds { failures.append(result.what) }
            }
        } else {
            for error in failures { Console.print(error) }
        }
        guard failures.isEmpty else {
            throw Outcome(messages: ["\(pack.title): \(counted(failures.count, "test")) failed"], code: 1)
        }
        Console.print("\(pack.title): everything holds, \(counted(captures, "capture"))")
        let owner = PackName.owner(of: pack.name)
        let hasKey = Console.realPath(try PackPlaces.home().keys + "/\(owner).key") != nil
        Console.error(
            "next: offport pack " + (hasKey ? "sign \(AskedOptions.quoted(path))" : "keygen \(owner)"))
    }
}

/// One file of a pack.
struct PackBuild: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Writes a pack's archive: NAME-VERSION.tar.gz; the same folder gives the same bytes.",
        discussion: """
            A folder's list and signature go into it while they fit; otherwise the list is written anew. The archive \
            never goes into the folder itself: it would be a file of the next one.
            """)

    @Argument(
        help: ArgumentHelp("The pack's folder. Default: the current one.", valueName: "folder"),
        completion: .directory, transform: FileName.folder)
    var path = "."

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The archive; - for standard output. Default: in the current folder, or beside it if that is the pack's.",
            valueName: "file"),
        completion: .file(), transform: FileName.output)
    var output: String?

    func run() throws {
        try PackPlaces.told {
            // What a shell leads into the folder is there already, and would be packed.
            if output == "-" { try Self.refuse("-", inPack: path, "another file") }
            let pack = try PackWorkshop.built(path)
            let archive = try PackWorkshop.archive(pack)
            if output == "-" {
                Console.write(archive, to: 1)
                return
            }
            let name = try place(PackWorkshop.archiveName(pack))
            try PackWorkshop.write(archive: archive, to: name)
            Console.print(
                "wrote \(name): \(pack.title), \(counted(pack.list.entries.count, "file")), \(PackTrial.size(archive.count)), sha256 of its list \(pack.hash)"
            )
            let next = pack.signature != nil ? "verify" : "sign"
            Console.error("next: offport pack \(next) \(AskedOptions.quoted(name))")
        }
    }

    /// Where the archive goes: never into the pack, whose files would be others then, and its next archive too.
    private func place(_ name: String) throws -> String {
        let beside = path == "." ? "../\(name)" : "\(path)/../\(name)"
        guard let output else { return AuthoredFiles.isInside(".", path) ? beside : name }
        try Self.refuse(output, inPack: path, beside)
        return output
    }

    /// Throws when a file that is to be written lies in a pack's folder, and not beside it.
    static func refuse(_ output: String, inPack path: String, _ beside: String) throws {
        let isStandard = output == "-"
        let above = output.lastIndex(of: "/").map { String(output[...$0]) } ?? "."
        guard !AuthoredFiles.isInside(isStandard ? "/dev/stdout" : above, path) else {
            throw PackFailure(
                "\(isStandard ? "standard output" : output): lies in the pack itself and would become a part of it; write it to \(beside)"
            )
        }
    }
}

/// A pack as its maker has it.
enum PackDraft {
    /// Opens a folder without regard to the list that it may have, or an archive as it is.
    static func open(_ path: String) throws -> (pack: SealedPack, folder: String) {
        let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        if isFolder(path) { return (try PackPlaces.told { try PackWorkshop.draft(path) }, path) }
        let pack = try PackPlaces.withScratch { scratch in
            try PackPlaces.pack(path, PackPlaces.fetcher(scratch: scratch, authorities: nil)).pack
        }
        return (pack, path)
    }

    static func isFolder(_ path: String) -> Bool { Console.realPath(path + "/.") != nil }

    /// What `pack.lua` asks of others in words that nobody can read, so that nobody could install it.
    static func unreadable(_ pack: SealedPack, _ path: String) -> [String] {
        var mistakes: [String] = []
        if let needs = pack.manifest.needs, PackPlan.versions(needs) == nil {
            mistakes.append(
                "\(path)/pack.lua: needs \"\(needs)\" cannot be read: write \"offport >= \(Offport.version)\""
            )
        }
        for (name, range) in pack.manifest.depends.sorted(by: { $0.key < $1.key })
        where VersionRange(range) == nil {
            mistakes.append(
                "\(path)/pack.lua: depends on \(name) \"\(range)\", which is no range: write \"^1.0\"")
        }
        return mistakes
    }
}

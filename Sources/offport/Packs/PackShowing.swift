import ArgumentParser
import Inventory
import Matching
import Net
import Packs
import Plugins
import Records

/// What is installed.
struct PackList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the installed packs, verified: where each is from, and who vouches for it.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, csv
    }

    @Option(help: "How the list looks.")
    var format: Format = .table

    @Flag(help: "Say only where packs, trust and overlay are kept.")
    var home = false

    func run() throws {
        let places = PackPlaces.homes
        if home {
            for place in places {
                Console.print("trust    \(place.trust)")
                Console.print("overlay  \(place.overlay)")
                Console.print("keys     \(place.keys)")
                Console.print("packs    \(place.data)")
            }
            return
        }
        var table = Table(
            kind: "pack",
            columns: [
                .init("pack"), .init("version"), .init("signed"), .init("from", isElastic: true),
                .init("commit", audience: .programs), .init("hash", audience: .programs), .init("state"),
                .init("reason", audience: .programs),
            ])
        var problems: [String] = []
        for place in places {
            do throws(PackFailure) {
                let (store, trust) = (PackStore(place), try Trust(path: place.trust))
                for pack in try store.lock().packs.sorted(by: { $0.name < $1.name }) {
                    // Who signed it is known of what is there, not of what once was.
                    var (signed, reason): (String, String?) = ("unknown", nil)
                    do throws(PackFailure) {
                        _ = try store.open(pack, trust)
                        signed = pack.key.flatMap { PublicKey($0)?.id } ?? "no"
                    } catch {
                        reason = error.description
                        problems.append(error.description)
                    }
                    table.append([
                        .text(pack.name), .text("\(pack.version)"), .text(signed), .text(pack.source.text),
                        .text(pack.commit ?? ""), .text(pack.hash),
                        .text(reason == nil ? "whole" : "refused"),
                        reason.map { .text($0) } ?? .none,
                    ])
                }
            } catch { problems.append(error.description) }
        }
        switch format {
        case .table where table.rows.isEmpty:
            // What cannot be read may hold some.
            if problems.isEmpty { Console.print("no packs are installed: offport pack install SOURCE") }
        case .table:
            Console.write(Array(table.page.utf8), to: 1)
        case .csv: Console.write(Array(table.csv().utf8), to: 1)
        case .json: Console.write(table.jsonLines(), to: 1)
        }
        if !problems.isEmpty { throw Outcome.failed(problems) }
    }
}

/// What is installed, for others.
struct PackLockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Writes what is installed, each pack to the last byte, for other machines.",
        discussion: "offport pack install --lock FILE installs exactly that there.")

    @Argument(
        help: ArgumentHelp("The file; - for standard output. Default: packs.lock.", valueName: "file"),
        completion: .file(), transform: FileName.output)
    var path = "packs.lock"

    func run() throws {
        let text = try PackPlaces.told { try PackStore(try PackPlaces.home()).lock().text(forOthers: true) }
        if path == "-" {
            Console.write(Array(text.utf8), to: 1)
            return
        }
        try PackPlaces.told { try PackWorkshop.write(lock: Array(text.utf8), to: path) }
        Console.print("wrote \(path)")
        Console.error("next: on another machine offport pack install --lock \(AskedOptions.quoted(path))")
    }
}

/// What another version changes.
struct PackDifference: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract:
            "Shows what differs between two packs: files, protocols, detections, what allowances/ says.",
        discussion: """
            OLD and NEW are names of installed packs, folders, archives, or repositories at a tag. What a change does \
            to captures shows offport plugin diff. Exit codes: 0 nothing differs, 1 something does.
            """)

    @Argument(help: ArgumentHelp("The pack that is in use.", valueName: "old"), completion: .file())
    var old: String

    @Argument(help: ArgumentHelp("The pack that is to come.", valueName: "new"), completion: .file())
    var new: String

    func run() throws {
        let packs = try PackPlaces.withScratch { scratch in
            let fetcher = PackPlaces.fetcher(scratch: scratch, authorities: nil)
            return try [old, new].map { try PackPlaces.pack($0, fetcher).pack }
        }
        var lines = ["\(packs[0].title) -> \(packs[1].title)"]
        lines += Self.differences(
            "file", packs[0].list.entries.map { ($0.path, $0.sha256) },
            packs[1].list.entries.map { ($0.path, $0.sha256) })
        let trials = try packs.enumerated().map {
            try PackTrial($1, at: "/\($0)/\(PackName.fileName($1.name))")
        }
        lines += Self.differences("protocol", Self.protocols(trials[0]), Self.protocols(trials[1]))
        lines += Self.differences("detection", Self.detections(trials[0]), Self.detections(trials[1]))
        for word in ["allowance", "expected", "forbid", "servers", "site", "baseline"] {
            lines += Self.differences(word, Self.offers(word, trials[0]), Self.offers(word, trials[1]))
        }
        if packs[0].hash == packs[1].hash {
            Console.print("\(packs[0].title): nothing differs")
            return
        }
        for line in lines { Console.print(line) }
        throw Outcome(messages: [], code: 1)
    }

    private static func protocols(_ trial: PackTrial) -> [(String, String)] {
        trial.protocols.map { ($0.name, ($0.ports + $0.shares).map(\.description).joined(separator: " ")) }
    }

    private static func detections(_ trial: PackTrial) -> [(String, String)] {
        trial.detections.map { ($0.name, $0.severity.rawValue) }
    }

    private static func offers(_ word: String, _ trial: PackTrial) -> [(String, String)] {
        trial.offers.filter { $0.word == word }.map { ($0.name, $0.says) }
    }

    /// `+ protocol modbus 502/tcp`, `- file x.lua`, `~ detection y: low -> high`.
    private static func differences(_ word: String, _ old: [(String, String)], _ new: [(String, String)])
        -> [String]
    {
        let before = Dictionary(old) { first, _ in first }
        let after = Dictionary(new) { first, _ in first }
        let isFile = word == "file"
        return Set(before.keys).union(after.keys).sorted().compactMap { name in
            switch (before[name], after[name]) {
            case (let one?, let other?) where one != other:
                isFile ? "~ \(word) \(name)" : "~ \(word) \(name): \(one) -> \(other)"
            case (nil, let other?): isFile ? "+ \(word) \(name)" : "+ \(word) \(name) \(other)"
            case (_?, nil): "- \(word) \(name)"
            default: nil
            }
        }
    }
}

/// Several packs in one file.
struct PackBundle: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Writes packs with all they depend on into one file, for machines without a network.",
        discussion: "offport pack install FILE installs them there; the keys must be trusted there first.")

    @Argument(
        help: ArgumentHelp(
            "Installed packs, folders, archives or repositories. Default: all that is installed.",
            valueName: "pack"),
        completion: .file(), transform: FileName.given)
    var packs: [String] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The file; - for standard output. Default: packs.bundle.tar.gz.", valueName: "file"),
        completion: .file(), transform: FileName.output)
    var output = "packs.bundle.tar.gz"

    func run() throws {
        var files = NamedFiles()
        files.writes("--output", output, replaces: false)
        files.reads("", packs) { _ in false }
        try files.check()
        let name = output.split(separator: "/").last.map(String.init) ?? output
        try PackPlaces.told {
            for pack in packs {
                let beside = output == "-" ? "another file" : "\(pack)/../\(name)"
                try PackBuild.refuse(output, inPack: pack, beside)
            }
        }
        let bundled = try PackPlaces.withScratch { scratch -> [SealedPack] in
            let fetcher = PackPlaces.fetcher(scratch: scratch, authorities: nil)
            let lock = try PackStore(try PackPlaces.home()).lock()
            var waiting = packs.isEmpty ? lock.packs.map(\.name) : packs
            if waiting.isEmpty { throw PackFailure("no packs are installed: name some") }
            var found: [SealedPack] = []
            while let text = waiting.popLast() {
                let pack = try PackPlaces.pack(text, fetcher).pack
                if found.contains(where: { $0.name == pack.name }) { continue }
                found.append(pack)
                // What comes with Offport is everywhere; what is installed here may not be there.
                waiting += pack.manifest.depends.keys.filter { lock.pack($0) != nil }
            }
            try Self.check(found)
            let bundle = try PackWorkshop.bundle(found)
            if output == "-" {
                Console.write(bundle, to: 1)
            } else {
                try PackWorkshop.write(archive: bundle, to: output)
            }
            return found
        }
        guard output != "-" else { return }
        let titles = bundled.map(\.title).sorted().joined(separator: ", ")
        Console.print("wrote \(output): \(titles)")
        Console.error("next: carry it over, then offport pack install \(AskedOptions.quoted(output))")
    }

    /// Throws what the packs depend on and the bundle would not bring.
    private static func check(_ packs: [SealedPack]) throws {
        lazy var builtIn = PackChange.builtIn()
        for pack in packs {
            for (name, range) in pack.manifest.depends.sorted(by: { $0.key < $1.key }) {
                if let brought = packs.first(where: { $0.name == name }) {
                    if VersionRange(range)?.contains(brought.version) == true { continue }
                    throw PackFailure(
                        "\(pack.title) needs \(name) \(range), and \(brought.version) would come with it: name the archive of one that fits"
                    )
                }
                guard builtIn[name] != nil else {
                    throw PackFailure(
                        "\(pack.title) depends on \(name), which is not installed here: install it, or name its archive too"
                    )
                }
            }
        }
    }
}

/// A list of archives.
struct PackIndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract:
            "Lists the archives in a folder (packs.index), for installing by name from there or by HTTPS.")

    @Argument(
        help: ArgumentHelp(
            "The folder with the archives. Default: the current one.", valueName: "folder"),
        completion: .directory, transform: FileName.folder)
    var folder = "."

    func run() throws {
        let (packs, leftOut) = try PackPlaces.told { try PackWorkshop.index(folder) }
        for pack in packs {
            Console.print(
                "\(pack.title)\(pack.signature.map { "  signed by key \($0.keyID)" } ?? "  not signed")")
        }
        Console.print("wrote \(folder)/packs.index")
        guard leftOut.isEmpty else {
            throw Outcome.failed(
                leftOut.flatMap { $0.description.split(separator: "\n").map(String.init) }
                    + ["\(counted(leftOut.count, "archive")) left out"])
        }
        let name = packs.last?.name ?? "acme/ics"
        let place = AskedOptions.quoted(folder)
        Console.error("next: offport pack install \(name) --index \(place), or its https:// address")
    }
}

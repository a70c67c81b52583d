import ArgumentParser
import Authoring
import Imports
import Matching
import Net
import Packs
import Plugins
import SignatureImports

/// A user's own copy of other people's signatures as a local pack.
struct PackImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Makes a local pack of your copy of other signatures.",
        discussion: """
            nmap-service-probes FILE   the signatures of nmap, such as /usr/share/nmap/nmap-service-probes
            recog DIR                  the XML files of recog

            What cannot be expressed is listed with its line in a file beside the pack. Nothing is sent or fetched.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case nmapServiceProbes = "nmap-service-probes"
        case recog
    }

    @Argument(help: "What is imported: nmap-service-probes or recog.")
    var format: Format

    @Argument(help: "The file, or the folder of recog's XML files.", completion: .file())
    var path: String

    @Option(
        help: ArgumentHelp(
            "The folder of the pack; an earlier import there is replaced. Default: plugins/nmap or plugins/recog.",
            valueName: "dir"),
        completion: .directory)
    var into: String?

    @Flag(help: "Write what cannot be expressed as JSON lines to standard output.")
    var json = false

    @OptionGroup var paths: PluginPathOptions

    func run() throws {
        let folder = ImportFolder(into ?? (format == .recog ? "plugins/recog" : "plugins/nmap"))
        try folder.checkItMayBeReplaced()
        let known = try LoadedProtocols(paths.plugins, without: folder.path)
        let result: ImportResult
        switch format {
        case .nmapServiceProbes:
            result = NmapImport.pack(of: try ImportSource.file(path), file: path, beside: known)
        case .recog:
            result = RecogImport.pack(of: try ImportSource.folder(path), beside: known)
        }
        guard result.expressed > 0 else {
            let what = format == .recog ? "fingerprint" : "match line"
            let first = result.leftOut.first.map { ["\($0.description)"] } ?? []
            throw Outcome.failed(["\(path): there is no \(what) in it that can be expressed"] + first)
        }
        try folder.write(result.files)
        let list = try folder.writeList(result.leftOut)
        if json {
            let lines = result.leftOut.map { left in
                JSON.object([
                    "file": .string(left.file), "line": .number(left.line),
                    "reason": .string(left.reason.rawValue), "detail": .string(left.detail),
                    "text": .string(left.text),
                ]).text + "\n"
            }
            Console.write(Array(lines.joined().utf8), to: 1)
        }
        for line in ImportSummary(result, format, folder.path, list).lines { Console.error(line) }
    }
}

/// What an import says at its end.
struct ImportSummary {
    private(set) var lines: [String] = []

    init(_ result: ImportResult, _ format: PackImport.Format, _ folder: String, _ list: String?) {
        let what = format == .recog ? "fingerprints" : "match lines"
        add("read", result.lines, "lines, \(result.entries) \(what) in them")
        let share = Double(result.expressed) * 100 / Double(max(result.entries, 1))
        let tenths = Int((share * 10).rounded(.down))
        add("expressed", result.expressed, "\(what), \(tenths / 10).\(tenths % 10) %")
        add("", result.identifying, "name products, versions and the like of what is recognised")
        if result.recognising > 0 { add("", result.recognising, "recognise where nothing else decides") }
        if result.known > 0 { add("", result.known, "say what the loaded plugins know") }
        add("protocols", result.extendedProtocols.count, "of loaded plugins are extended")
        if !result.newProtocols.isEmpty { add("", result.newProtocols.count, "are new") }
        let left = result.leftOut.count
        if left > 0 {
            add("left out", left, list.map { "listed in \($0)" } ?? "lines")
            for reason in LeftOut.Reason.allCases {
                let count = result.leftOut.count { $0.reason == reason }
                if count > 0 { add("", count, reason.rawValue) }
            }
        }
        lines.append("pack       \(folder)")
        lines.append("           yours alone: its terms are those of what was imported")
        // Below ./plugins it is loaded by itself.
        let others = folder.hasPrefix("plugins/") ? "" : " --plugins plugins --plugins \(folder)"
        lines.append("next       offport run -r CAPTURE\(others)")
    }

    private mutating func add(_ key: String, _ count: Int, _ text: String) {
        let number = String(count)
        lines.append(
            key + String(repeating: " ", count: max(1, 11 - key.count))
                + String(repeating: " ", count: max(0, 6 - number.count)) + number + " " + text)
    }
}

/// What the loaded plugins know, as an import asks it.
final class LoadedProtocols: KnownProtocols {
    private let workshop: Workshop
    private let places: [String: Int]
    private let names: ProtocolNames
    private let recogniser: Recogniser
    let conversations: [KnownConversation]

    /// - Parameter folder: the pack that is made anew: what it declares counts for nothing.
    init(_ named: [String], without folder: String) throws {
        let paths = PluginLibrary.paths(named)
        guard !paths.isEmpty else {
            throw Outcome.failed([
                "no plugins: there are no installed packs and no folder 'plugins' here; name some with --plugins"
            ])
        }
        let own = Console.realPath(folder)
        let verification = PackPlaces.verification()
        let library = Library(
            plugins: paths, found: Set(verification.folders), verifying: verification.verifier)
        let sources = library.sources.filter { source in
            guard source.kind == .plugin, let own, let path = Console.realPath(source.path) else {
                return source.kind == .plugin
            }
            return !path.hasPrefix(own + "/")
        }
        do { workshop = try Workshop(sources: sources) } catch { throw Outcome.failed(["\(error)"]) }
        var places: [String: Int] = [:]
        for (place, definition) in workshop.library.definitions.enumerated() {
            places[definition.name] = place
        }
        self.places = places
        names = ProtocolNames(workshop.library)
        conversations = zip(workshop.library.definitions, workshop.library.examples).flatMap {
            definition, examples in
            examples.map { example in
                KnownConversation(
                    protocolName: definition.name, isCounter: example.isCounter,
                    transport: example.transport, client: example.client ?? [], server: example.server ?? [])
            }
        }
        recogniser = workshop.recogniser()
    }

    func protocolName(of word: String) -> String? { names[word] }

    func recognises(
        _ name: String, _ transport: TransportProtocol, client: [UInt8], server: [UInt8]
    ) -> Bool {
        guard let place = places[name] else { return false }
        return client.withBytes { client in
            server.withBytes { server in
                workshop.index.signatureRanges[place].contains { number in
                    guard recogniser.transport(number) == transport else { return false }
                    if case .holds = recogniser.attempt(
                        number, client: client, server: server, assumesAnswer: false)
                    {
                        return true
                    }
                    return false
                }
            }
        }
    }
}

/// What is read for an import.
enum ImportSource {
    /// The largest file: nmap's has a few MB.
    static let sizeLimit = 64 << 20

    static func file(_ path: String) throws -> [UInt8] {
        guard let bytes = Console.bytes(of: path, atMost: sizeLimit) else {
            throw Outcome.failed(["\(path): cannot be read: \(Console.lastError)"])
        }
        guard bytes.count <= sizeLimit else {
            throw Outcome.failed([
                "\(path): is larger than \(sizeLimit >> 20) MB; this is no file of signatures"
            ])
        }
        return bytes
    }

    /// The XML files of a folder; those of recog's checkout lie in its folder `xml`.
    static func folder(_ path: String) throws -> [(path: String, bytes: [UInt8])] {
        for folder in [path, "\(path)/xml"] {
            let names = Console.names(in: folder).filter { $0.hasSuffix(".xml") }
            guard !names.isEmpty else { continue }
            var total = 0
            return try names.map { name in
                let bytes = try file("\(folder)/\(name)")
                total += bytes.count
                guard total <= sizeLimit else {
                    throw Outcome.failed(["\(folder): its files have more than \(sizeLimit >> 20) MB"])
                }
                return ("\(folder)/\(name)", bytes)
            }
        }
        throw Outcome.failed(["\(path): there is no XML file in it, nor in \(path)/xml"])
    }
}

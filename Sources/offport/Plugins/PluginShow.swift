import ArgumentParser
import Authoring
import Inventory
import Matching
import Net
import Plugins
import Records
import Regexes

/// Everything that is known about one protocol.
struct PluginShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract:
            "Shows everything about a protocol: signatures, ports, fields, examples, where it comes from.")

    @Argument(help: "The protocol, such as ssh.")
    var name: String

    @OptionGroup var paths: PluginPathOptions

    @OptionGroup var used: UsedPacks

    @OptionGroup var reading: ReadingOptions

    func run() throws {
        let library = try PluginLibrary(plugins: paths.plugins, using: used.names)
        let definitions = library.library.definitions
        guard let place = definitions.firstIndex(where: { $0.name == name }) else {
            let others =
                library.library.detections.map { ("detection", $0.detection.name, $0.detection.origin) }
                + library.library.logs.map { ("log", $0.name, $0.origin) }
            if let (kind, _, origin) = others.first(where: { $0.1 == name }) {
                throw Outcome.failed([
                    "'\(name)' is a \(kind), declared at \(origin); only protocols are shown"
                ])
            }
            let hint = Language.hint(for: name, among: definitions.map(\.name))
            throw Outcome.failed([
                "no plugin declares '\(name)'\(hint); offport plugin list has all"
            ])
        }
        Console.print(lines: Card(library, place).text)
        guard !reading.captures.isEmpty else { return }
        let cost = try PluginCosts(library, reading).line(of: name)
        Console.print(lines: Console.paragraph("  cost         ", cost ?? "never a candidate in the capture"))
    }
}

/// A protocol on a page.
private struct Card {
    private let library: PluginLibrary
    private let definition: ProtocolDefinition
    private let examples: [Example]
    private var lines: [String] = []

    init(_ library: PluginLibrary, _ place: Int) {
        self.library = library
        definition = library.library.definitions[place]
        examples = library.library.examples[place]
        write()
    }

    var text: String { lines.joined(separator: "\n") }

    /// Where values begin.
    private static let indent = 15

    /// A line, wrapped at spaces where it is too long.
    private mutating func add(_ key: String, _ value: String) {
        guard !value.isEmpty else { return }
        let start = "  \(key) ".padding(to: Self.indent)
        lines.append(Console.paragraph(start, printable(value)))
    }

    /// A value as it stands, with its line ends, below what it belongs to.
    private mutating func addVerbatim(_ value: String) {
        for line in value.split(separator: "\n") {
            lines.append(String(repeating: " ", count: Self.indent) + line.drop { $0 == " " })
        }
    }

    private mutating func write() {
        lines.append("\(definition.name)   \(printable(definition.title))")
        add("category", definition.category)
        add("reference", definition.reference)
        let pack = library.pack(of: definition)
        add(
            "plugin", "\(definition.plugin)   \(pack.map { "pack \($0.name) \($0.version)" } ?? "in no pack")"
        )
        add("file", "\(definition.origin)")
        if definition.isDynamic { add("ports", "any: it has no home") }
        for port in definition.ports { add("port", "\(port)" + clashes(port)) }
        for port in definition.shares { add("shares", "\(port)" + clashes(port)) }
        for port in definition.alternates { add("alternate", "\(port)" + clashes(port)) }
        add("also", definition.also.joined(separator: ", "))
        if let tunnel = definition.tunnel { add("tunnel", "what is inside is followed as \(tunnel)") }
        for (number, signature) in definition.signatures.enumerated() { write(signature, number + 1) }
        for source in definition.fields { write(source) }
        for description in definition.descriptions {
            add("describes", "\(description.field): a Lua function")
        }
        if !definition.identifications.isEmpty {
            let names = Set(definition.identifications.flatMap { $0.gives.map(\.name) }).sorted()
            add(
                "identifies",
                "\(definition.identifications.count) patterns   \(names.joined(separator: ", "))")
        }
        for upgrade in definition.upgrades {
            let target = if case .named(let name) = upgrade.target { name } else { "any protocol" }
            add(
                "upgrade",
                target
                    + (upgrade.field.map { " when \($0.name) is \($0.values.joined(separator: ", "))" } ?? "")
            )
        }
        for announcement in definition.announcements {
            add(
                "expects",
                "\(announcement.child) when the \(announcement.speaker) says \(Quoted.text(announcement.prefix))"
            )
        }
        for flow in definition.hiddenFlows {
            add("expects", "\(flow.child) between both hosts after the upgrade to \(flow.follower)")
        }
        if definition.isLeftAlone { add("probe", "nothing is ever said to its ports") }
        for hello in definition.hellos { write(hello) }
        for example in examples { write(example) }
        let uses = library.library.definitions.filter { other in
            other.upgrades.contains { $0.target == .named(definition.name) }
                || other.announcements.contains { $0.child == definition.name }
                || other.hiddenFlows.contains { $0.child == definition.name }
        }.map(\.name)
        add("follows", uses.joined(separator: ", "))
    }

    private mutating func write(_ signature: SignatureDefinition, _ number: Int) {
        let origin = signature.plugin.map { "   added by \($0)" } ?? ""
        add(
            "signature",
            "#\(number) \(signature.transport)\(signature.isFallback ? "   where nothing else decides" : "")\(origin)"
        )
        if signature.isSymmetric {
            add("", "either  \(signature.client?.pluginText ?? "")")
        } else {
            add("", signature.client.map { "client  \($0.pluginText)" } ?? "")
            add("", signature.server.map { "server  \($0.pluginText)" } ?? "")
        }
        let alone = Speaker.allCases.filter(signature.alone.contains).map { "\($0)" }
        add("", alone.isEmpty ? "" : "alone   \(alone.joined(separator: ", "))")
        add("", signature.check == nil ? "" : "check   a Lua function")
    }

    private mutating func write(_ source: FieldSource) {
        switch source.extractor {
        case .pattern(let pattern):
            let names = library.library.regexes[pattern]?.groupNames ?? []
            add("field", "\(source.speaker)  \(names.joined(separator: ", "))")
            addVerbatim("[[\(pattern)]]")
        case .function:
            add("field", "\(source.readsEither ? "either" : "\(source.speaker)")  a Lua function")
        case .handshake(let kind): add("field", "\(source.speaker)  handshake \"\(kind)\"")
        }
    }

    private mutating func write(_ hello: ProbeHello) {
        let moment =
            switch hello.moment {
            case .first: ""
            case .greeted: "   after the server's greeting"
            case .recognised(let name): "   to a server of \(name)"
            }
        add("probe", "\(hello.transport)\(moment)\(hello.isForHomeOnly ? "   only to its own ports" : "")")
        addVerbatim("says    \(Self.shown(hello.bytes, in: Console.width - Self.indent - 24))")
        if let answer = hello.answer { addVerbatim("answer  [[\(answer)]]") }
    }

    private mutating func write(_ example: Example) {
        let transport = example.transport.map { " \($0)" } ?? ""
        add(example.isCounter ? "not" : "example", "line \(example.origin.line)\(transport)")
        for (speaker, said) in [("client", example.client), ("server", example.server)] {
            guard let said else { continue }
            addVerbatim("\(speaker)  \(Self.shown(said, in: Console.width - Self.indent - 24))")
        }
    }

    /// As much of some bytes as fits.
    private static func shown(_ said: [UInt8], in columns: Int) -> String {
        var count = min(said.count, 60)
        while count > 8, Quoted.text(Array(said.prefix(count))).count > columns { count -= 1 }
        return Quoted.text(Array(said.prefix(count)))
            + (count < said.count ? " and \(said.count - count) bytes" : "")
    }

    /// Who else is at home on a port, or nearly so.
    private func clashes(_ port: PortRange) -> String {
        var found: [String] = []
        for other in library.library.definitions where other.name != definition.name {
            func has(_ ports: [PortRange]) -> Bool {
                ports.contains { $0.transport == port.transport && $0.numbers.overlaps(port.numbers) }
            }
            if has(other.ports) {
                found.append("the port of \(other.name)")
            } else if has(other.shares) {
                found.append("shared by \(other.name)")
            } else if has(other.alternates) {
                found.append("an alternate of \(other.name)")
            }
        }
        return found.isEmpty ? "" : "   also " + found.joined(separator: ", ")
    }
}

extension PluginLibrary {
    /// The pack that a protocol's plugin belongs to.
    func pack(of definition: ProtocolDefinition) -> PackManifest? {
        library.packs.first { definition.plugin.hasPrefix($0.name + "/") }
    }
}

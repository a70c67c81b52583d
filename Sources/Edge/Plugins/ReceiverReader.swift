internal import Inventory
internal import Net

/// Turns `receiver` into where alerts go.
struct ReceiverReader {
    let reading: Reading

    /// By the way it is reached, what else may be said of it.
    static let keys = [
        "syslog": ["format", "facility", "ca"], "webhook": ["secret_file", "ca"], "command": ["timeout"],
        "file": ["rotate", "keep"],
    ]

    /// The receiver; nil, and reported, when something is wrong with it.
    func receiver(_ node: LuaNode) -> Receiver? {
        let errorsBefore = reading.errorCount
        guard let (name, section) = reading.named(node) else { return nil }
        section.checkNoItems()
        if name.isEmpty { reading.report(node.line, "receiver needs a name: receiver \"soc\" { ... }") }
        let found = Self.keys.keys.filter { section.table[$0] != nil }.sorted()
        guard let word = found.first, found.count == 1 else {
            reportMeans(found, name, section)
            return nil
        }
        section.checkKeys([word] + (Self.keys[word] ?? []))
        let means: Receiver.Means? =
            switch word {
            case "syslog": syslog(section)
            case "webhook": webhook(section)
            case "command": command(section)
            default: file(section)
            }
        guard let means, reading.errorCount == errorsBefore else { return nil }
        return Receiver(name: name, means: means, origin: reading.location(node.line))
    }

    private func reportMeans(_ found: [String], _ name: String, _ section: Section) {
        if found.count > 1 {
            let words = found.joined(separator: " and ")
            reading.report(section.line, "receiver '\(name)' has \(words); write a receiver for each")
            return
        }
        let errorsBefore = reading.errorCount
        section.checkKeys(Self.keys.flatMap { [$0.key] + $0.value }.sorted())
        guard reading.errorCount == errorsBefore else { return }
        reading.report(
            section.line,
            "receiver '\(name)' needs how it is reached: one of syslog, webhook, command, file")
    }

    private func syslog(_ section: Section) -> Receiver.Means? {
        guard let text = section.string("syslog") else { return nil }
        let address: ReceiverAddress
        do { address = try ReceiverAddress(text, schemes: ["udp", "tcp", "tls"], kind: .syslog) } catch {
            section.report("syslog", error.text)
            return nil
        }
        guard let carrier = Receiver.Syslog.Carrier(rawValue: address.scheme) else { return nil }
        var server = Receiver.Syslog(
            carrier: carrier, host: address.host, port: address.port ?? carrier.defaultPort)
        let format = section.choice("format", Receiver.Syslog.Format.allCases.map { ($0.rawValue, $0) })
        let facility = section.choice("facility", SyslogFacility.allCases.map { ($0.name, $0) })
        server.format = format ?? server.format
        server.facility = facility ?? server.facility
        server.authorities = path("ca", section)
        if server.authorities != nil, carrier != .tls {
            section.report(
                "ca", "ca is for certificates, which \(carrier.rawValue):// has none of; write tls://")
        }
        return .syslog(server)
    }

    private func webhook(_ section: Section) -> Receiver.Means? {
        guard let text = section.string("webhook") else { return nil }
        let address: ReceiverAddress
        do { address = try ReceiverAddress(text, schemes: ["https", "http"], kind: .web) } catch {
            section.report("webhook", error.text)
            return nil
        }
        if address.scheme == "http", !address.isThisMachine {
            reading.report(
                section.line(of: "webhook"), "'\(text)' sends alerts in the clear; better https://",
                severity: .warning)
        }
        return .webhook(
            .init(url: text, secretFile: path("secret_file", section), authorities: path("ca", section)))
    }

    private func command(_ section: Section) -> Receiver.Means? {
        let arguments = section.strings("command")
        let example = #"command = { "/usr/local/bin/page", "--now" }"#
        guard let program = arguments.first else {
            section.report("command", "command needs a program: \(example)")
            return nil
        }
        if !program.hasPrefix("/") {
            let message =
                "'\(program)' is not the whole path of a program, and no shell looks for it: \(example)"
            section.report("command", message)
        }
        if arguments.contains(where: { $0.utf8.contains(0) }) {
            section.report("command", "command's arguments cannot hold a zero byte")
        }
        let timeout = section.duration("timeout") ?? .seconds(10)
        return .command(.init(arguments: arguments, timeout: timeout))
    }

    private func file(_ section: Section) -> Receiver.Means? {
        guard let path = path("file", section) else { return nil }
        var keep = 10
        if let value = section.table["keep"] {
            if case .integer(let number) = value, (0...1000).contains(number) {
                keep = Int(number)
            } else {
                section.report("keep", "keep takes a number of older files from 0 to 1000")
            }
        }
        let limit = section.size("rotate")
        if section.table["keep"] != nil, section.table["rotate"] == nil {
            section.report("keep", "keep is for files that are rotated: rotate = \"100MB\"")
        }
        return .file(.init(path: path, rotateBytes: limit, keep: keep))
    }

    private func path(_ key: String, _ section: Section) -> String? {
        guard let path = section.string(key) else { return nil }
        if path.isEmpty || path.utf8.contains(0) || path.hasSuffix("/") {
            section.report(key, "'\(path)' is not the path of a file")
        }
        return path
    }
}

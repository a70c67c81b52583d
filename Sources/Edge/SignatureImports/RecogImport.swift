internal import Matching
internal import Net
internal import Regexes

/// Turns recog's fingerprints into a pack.
public struct RecogImport {
    /// The pack's name.
    public static let packName = "local/recog"

    /// Where the text that fingerprints are about stands in what a protocol's speakers say.
    private struct Place {
        var protocolName: String
        var speaker = Speaker.server
        var within: String
    }

    private static func header(_ name: String) -> String { "(?im)^\(name):[ \\t]*([^\\r\\n]*?)[ \\t]*\\r?$" }

    private static let places: [String: Place] = [
        "ssh.banner": Place(protocolName: "ssh", within: #"(?m)^SSH-[0-9.]+-([^\r\n]+)"#),
        "ftp.banner": Place(protocolName: "ftp", within: #"^(?:120|220|421|530)[ -]([^\r\n]*)"#),
        "smtp.banner": Place(protocolName: "smtp", within: #"^(?:220|421|554)[ -]([^\r\n]*)"#),
        "pop3.banner": Place(protocolName: "pop3", within: #"^(?:\+OK|-ERR) ?([^\r\n]*)"#),
        "imap4.banner": Place(protocolName: "imap", within: #"^\* (?:OK|PREAUTH|BYE) ?([^\r\n]*)"#),
        "nntp.banner": Place(protocolName: "nntp", within: #"^(?:200|201|400|502) ([^\r\n]*)"#),
        "telnet.banner": Place(
            protocolName: "telnet",
            within: #"(?s)^(?:\xff(?:[\xfb-\xfe].|\xfa.*?\xff\xf0|[^\xfa-\xff]))*\s*(.*)"#),
        "http_header.server": Place(protocolName: "http", within: header("server")),
        "http_header.cookie": Place(protocolName: "http", within: header("set-cookie")),
        "http_header.wwwauth": Place(protocolName: "http", within: header("www-authenticate")),
        "html_title": Place(protocolName: "http", within: #"(?is)<title[^>]*>\s*(.*?)\s*</title>"#),
        "rtsp_header.server": Place(protocolName: "rtsp", within: header("server")),
        "sip_header.server": Place(protocolName: "sip", within: header("server")),
        "sip_header.user_agent": Place(protocolName: "sip", speaker: .client, within: header("user-agent")),
        "mysql.banner": Place(protocolName: "mysql", within: #"(?s)^.{4}\x0a([^\x00]+)\x00"#),
    ]

    /// Recog's names that have one of Offport's.
    private static let names = [
        "service.product": "product", "service.version": "version", "service.vendor": "vendor",
        "os.product": "os", "hw.product": "device", "host.name": "hostname",
    ]

    /// Imports files of XML: their paths, for messages, and their bytes.
    public static func pack(
        of files: [(path: String, bytes: [UInt8])], beside known: some KnownProtocols
    ) -> ImportResult {
        var result = ImportResult()
        var fingerprints: [RecogFingerprint] = []
        for (path, bytes) in files.sorted(by: { $0.path < $1.path }) {
            let reader = RecogReader(bytes, file: path)
            result.lines += reader.lines
            result.entries += reader.entries
            result.leftOut += reader.leftOut
            fingerprints += reader.fingerprints
        }
        // The files that their authors prefer go first; the order in a file is theirs too.
        let order = fingerprints.indices.sorted {
            (-fingerprints[$0].preference, $0) < (-fingerprints[$1].preference, $1)
        }
        var protocols: [String: ImportedProtocol] = [:]
        for place in order {
            let fingerprint = fingerprints[place]
            do throws(Refusal) {
                let (name, rule) = try rule(fingerprint, known)
                protocols[name, default: ImportedProtocol(title: name, isKnown: true)].rules.append(rule)
                result.identifying += 1
            } catch {
                result.leftOut.append(
                    LeftOut(
                        fingerprint.file, fingerprint.line, error.reason, error.detail,
                        Array(fingerprint.pattern.utf8)))
            }
        }
        result.leftOut.sort { ($0.file, $0.line, $0.detail) < ($1.file, $1.line, $1.detail) }
        result.extendedProtocols = protocols.keys.sorted()
        result.files = ImportedPack(name: packName, source: "recog", protocols: protocols).files()
        return result
    }

    private struct Refusal: Error {
        var reason: LeftOut.Reason
        var detail: String
    }

    private static func rule(
        _ fingerprint: RecogFingerprint, _ known: some KnownProtocols
    ) throws(Refusal) -> (String, ImportedRule) {
        guard let place = places[fingerprint.matches] else {
            throw Refusal(reason: .place, detail: fingerprint.matches)
        }
        guard known.protocolName(of: place.protocolName) == place.protocolName else {
            throw Refusal(reason: .place, detail: "no plugin declares \(place.protocolName)")
        }
        let pattern = try pattern(fingerprint)
        let groupCount: Int
        do throws(RegexError) { groupCount = try Regex(pattern, usesJIT: false).groupCount } catch {
            throw Refusal(reason: .pattern, detail: "\(error.message) at offset \(error.offset)")
        }
        var gives: [(name: String, template: [UInt8])] = []
        var cpes: [[UInt8]] = []
        for parameter in fingerprint.parameters {
            guard parameter.position <= groupCount else {
                throw Refusal(
                    reason: .broken, detail: "param \(parameter.name) names a group that is not there")
            }
            if parameter.name.hasSuffix(".cpe23") {
                cpes.append(template(parameter, fingerprint, isCPE: true))
                continue
            }
            let name = names[parameter.name] ?? plain(parameter.name)
            let template = template(parameter, fingerprint, isCPE: false)
            if !template.isEmpty, !gives.contains(where: { $0.name == name }) {
                gives.append((name, template))
            }
        }
        if !cpes.isEmpty { gives.append(("cpe", Array(cpes.joined(separator: [32])))) }
        guard !gives.isEmpty else { throw Refusal(reason: .empty, detail: "") }
        guard gives.allSatisfy({ (try? FieldTemplate($0.template)) != nil }) else {
            throw Refusal(reason: .broken, detail: "a value takes too many groups")
        }
        return (
            place.protocolName,
            ImportedRule(
                line: fingerprint.line, file: fingerprint.file, speaker: place.speaker, pattern: pattern,
                within: place.within, gives: gives)
        )
    }

    /// The pattern as PCRE2 reads it: recog's are Ruby's, where `^` and `$` are about lines and `m` is about dots.
    private static func pattern(_ fingerprint: RecogFingerprint) throws(Refusal) -> String {
        let text = fingerprint.pattern
        guard text.utf8.count <= NmapImport.longestPattern else {
            throw Refusal(reason: .pattern, detail: "it is longer than \(NmapImport.longestPattern >> 10) KB")
        }
        for escape in ["\\h", "\\H"] where text.contains(escape) {
            throw Refusal(reason: .pattern, detail: "\(escape) means something else there")
        }
        var flags = "m"
        for flag in fingerprint.flags.split(whereSeparator: { ", |".contains($0) }) {
            switch flag {
            case "REG_ICASE", "IGNORECASE": if !flags.contains("i") { flags = "i" + flags }
            case "REG_DOT_NEWLINE", "REG_LINE_ANY_CRLF", "REG_MULTILINE":
                if !flags.contains("s") { flags += "s" }
            default: throw Refusal(reason: .pattern, detail: "the flag \(flag) is not known")
            }
        }
        return "(?\(flags))" + PatternText.escaped(Array(text.replacing("(?m", with: "(?s").utf8))
    }

    /// A value with the groups that it names: recog's `{service.version}`.
    private static func template(
        _ parameter: (position: Int, name: String, value: String), _ fingerprint: RecogFingerprint,
        isCPE: Bool
    ) -> [UInt8] {
        if parameter.position > 0 { return Array("{\(parameter.position)}".utf8) }
        var (result, rest) = ("", Substring(parameter.value))
        while let start = rest.firstIndex(of: "{") {
            result += rest[..<start]
            guard let end = rest[start...].firstIndex(of: "}") else { break }
            let name = rest[rest.index(after: start)..<end]
            if let other = fingerprint.parameters.first(where: { $0.name == name }) {
                let filter = isCPE ? ":cpe" : ""
                // A value that stands there as it is may not name others in turn.
                result +=
                    other.position > 0
                    ? "{\(other.position)\(filter)}" : other.value.replacing("{", with: "{{")
            } else {
                result += isCPE ? "-" : ""
            }
            rest = rest[rest.index(after: end)...]
        }
        return Array((result + rest.replacing("{", with: "{{")).utf8)
    }

    /// `service_component_product` of `service.component.product`.
    private static func plain(_ name: String) -> String {
        let bytes = name.lowercased().utf8.map { byte in
            (97...122).contains(byte) || (48...57).contains(byte) ? byte : UInt8(ascii: "_")
        }
        return "recog_" + String(decoding: bytes.prefix(60), as: UTF8.self)
    }
}

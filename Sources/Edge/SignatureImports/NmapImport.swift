internal import Matching
internal import Net
internal import Regexes

/// Turns nmap-service-probes into a pack.
public struct NmapImport {
    /// The pack's name.
    public static let packName = "local/nmap"

    /// Words that say fewer bits than this recognise nothing by themselves: six letters.
    static let leastBits = 48
    /// A pattern that may hold anywhere in the first kilobyte or two has that many more chances.
    static let floatingBits = 11
    /// Texts of patterns are shorter; what is longer is broken.
    static let longestPattern = 16 << 10

    /// Imports the bytes of a file that messages call `file`.
    public static func pack(of bytes: [UInt8], file: String, beside known: some KnownProtocols)
        -> ImportResult
    {
        let reader = NmapProbesReader(bytes, file: file)
        var conversion = Conversion(reader: reader, file: file, known: known)
        // A soft match says less: where a hard one fits too, that one is right.
        for match in reader.matches where !match.isSoft { conversion.add(match) }
        for match in reader.matches where match.isSoft { conversion.add(match) }
        return conversion.result()
    }
}

private struct Conversion<Known: KnownProtocols> {
    let reader: NmapProbesReader
    let file: String
    let known: Known
    private let matcher = RegexMatcher()

    private var protocols: [String: ImportedProtocol] = [:]
    /// By new protocol: the lines without a signature, which count only where others have one.
    private var describing: [String: [NmapMatch]] = [:]
    private var leftOut: [LeftOut]
    private var counts = ImportResult()
    private var examined: [String: Examined] = [:]

    /// What is known of a pattern.
    private struct Examined {
        var regex: Regex
        var outline: PatternOutline?
        var bits: Int
        /// Words that fit; nil when none were found.
        var sample: [UInt8]?
    }

    init(reader: NmapProbesReader, file: String, known: Known) {
        self.reader = reader
        self.file = file
        self.known = known
        leftOut = reader.leftOut
    }

    // MARK: One line

    mutating func add(_ match: NmapMatch) {
        let service = String(decoding: match.service, as: UTF8.self)
        guard let pattern = Self.pattern(of: match), let examined = examine(pattern, match) else { return }
        var gives: [(name: String, template: [UInt8])] = []
        guard fields(match, examined.regex, &gives) else { return }
        let literal = Self.literal(examined.outline)
        let targets = NmapServices.protocols(service, beginning: literal, known)
        if targets.isEmpty {
            addNew(match, service, pattern, examined, gives)
        } else {
            addKnown(match, service, targets, pattern, examined, gives)
        }
    }

    /// A line about a protocol that some plugin recognises.
    private mutating func addKnown(
        _ match: NmapMatch, _ service: String, _ targets: [String], _ pattern: String, _ examined: Examined,
        _ gives: [(name: String, template: [UInt8])]
    ) {
        var gives = gives
        let plain = NmapServices.plain(service).lowercased()
        let isNamed =
            known.protocolName(of: plain) == targets[0] || plain.hasSuffix("-proxy") || targets.count > 1
        if !isNamed, targets == ["http"], plain != "http" {
            gives.append(("application", Array(plain.utf8)))
        }
        let transport = reader.probes[match.probe].transport
        if !gives.isEmpty {
            for target in targets {
                protocols[target, default: ImportedProtocol(title: target, isKnown: true)].rules.append(
                    ImportedRule(line: match.line, pattern: pattern, gives: gives))
            }
            counts.identifying += 1
        }
        let payload = reader.probes[match.probe].payload
        let isRecognised = targets.contains { target in
            guard let sample = examined.sample else { return false }
            return known.recognises(target, transport, client: [], server: sample)
                || known.recognises(target, transport, client: payload, server: sample)
        }
        if !isRecognised, let signature = signature(match, targets[0], pattern, examined) {
            protocols[targets[0], default: ImportedProtocol(title: targets[0], isKnown: true)].signatures
                .append(signature)
            counts.recognising += 1
        } else if gives.isEmpty {
            if isRecognised { counts.known += 1 } else { leave(out: match, .weak, "") }
        }
    }

    /// A line about a protocol that only this file knows.
    private mutating func addNew(
        _ match: NmapMatch, _ service: String, _ pattern: String, _ examined: Examined,
        _ gives: [(name: String, template: [UInt8])]
    ) {
        guard let name = NmapServices.name(service) else {
            return leave(out: match, .broken, "'\(service)' cannot name a protocol")
        }
        let signature = signature(match, name, pattern, examined)
        guard signature != nil || !gives.isEmpty else { return leave(out: match, .weak, "") }
        var imported = protocols[name] ?? ImportedProtocol(title: service, isKnown: false)
        if let signature {
            imported.signatures.append(signature)
            counts.recognising += 1
        } else {
            // What the others recognise this one may still describe.
            describing[name, default: []].append(match)
        }
        if !gives.isEmpty {
            imported.rules.append(ImportedRule(line: match.line, pattern: pattern, gives: gives))
            counts.identifying += 1
        }
        protocols[name] = imported
    }

    private mutating func leave(out match: NmapMatch, _ reason: LeftOut.Reason, _ detail: String) {
        leftOut.append(LeftOut(file, match.line, reason, detail, match.text))
    }

    // MARK: Patterns

    /// The pattern with its flags in it and other bytes as `\xff`; nil when it is none.
    private static func pattern(of match: NmapMatch) -> String? {
        let flags = (match.ignoresCase ? "i" : "") + (match.dotIsAll ? "s" : "")
        return (flags.isEmpty ? "" : "(?\(flags))") + PatternText.escaped(match.pattern)
    }

    private mutating func examine(_ pattern: String, _ match: NmapMatch) -> Examined? {
        if let known = examined[pattern] { return known }
        guard pattern.utf8.count <= NmapImport.longestPattern else {
            leave(out: match, .pattern, "it is longer than \(NmapImport.longestPattern >> 10) KB")
            return nil
        }
        do throws(RegexError) {
            let regex = try Regex(pattern, usesJIT: false)
            let outline = PatternOutline(pattern.utf8)
            var bits = outline?.bits ?? 0
            if outline?.isAnchored == false { bits = max(0, bits - NmapImport.floatingBits) }
            let sample = outline.flatMap { PatternText.sample(of: $0, fitting: regex) }
            let found = Examined(regex: regex, outline: outline, bits: bits, sample: sample)
            examined[pattern] = found
            return found
        } catch {
            leave(out: match, .pattern, "\(error.message) at offset \(error.offset)")
            return nil
        }
    }

    private static func literal(_ outline: PatternOutline?) -> [UInt8] {
        (outline?.beginning ?? []).prefix { $0.onlyValue != nil }.compactMap(\.onlyValue)
    }

    /// A signature, when the words alone are enough, or with the probe that asked for them; nil when even these say too
    /// little.
    private func signature(
        _ match: NmapMatch, _ name: String, _ pattern: String, _ examined: Examined
    ) -> ImportedSignature? {
        guard let outline = examined.outline, let sample = examined.sample else { return nil }
        let probe = reader.probes[match.probe]
        var signature = ImportedSignature(
            line: match.line, transport: probe.transport, pattern: pattern, sample: sample)
        if examined.bits < NmapImport.leastBits {
            // nmap knows what it asked; here only who asks the very same is believed.
            guard examined.bits >= NmapImport.leastBits / 2,
                examined.bits + 8 * probe.payload.count >= 2 * NmapImport.leastBits
            else { return nil }
            signature.client = probe.payload
        }
        if takesExamples(signature, of: name, examined.regex) { return nil }
        if Regex.literalPrefix(of: pattern).isEmpty {
            let beginning = Array(outline.beginning.prefix(16))
            if beginning.contains(where: { $0.count < 128 }) {
                signature.beginning = beginning
            } else {
                signature.literal = outline.literals.filter { $0.count >= 3 }.max { $0.count < $1.count }
            }
        }
        return signature
    }

    /// Whether an example of another protocol fits too, or one of what this protocol is not.
    private func takesExamples(_ signature: ImportedSignature, of name: String, _ regex: Regex) -> Bool {
        known.conversations.contains { example in
            guard example.isCounter == (example.protocolName == name), !example.server.isEmpty,
                example.transport == nil || example.transport == signature.transport,
                signature.client.map(example.client.starts) ?? true
            else { return false }
            return example.server.withBytes { matcher.matches(regex, $0) }
        }
    }

    // MARK: Fields

    private static var names: [UInt8: String] {
        [
            UInt8(ascii: "p"): "product", UInt8(ascii: "v"): "version", UInt8(ascii: "i"): "info",
            UInt8(ascii: "h"): "hostname", UInt8(ascii: "o"): "os", UInt8(ascii: "d"): "device",
        ]
    }

    /// The fields that a line gives; false after listing a template that cannot be read.
    private mutating func fields(
        _ match: NmapMatch, _ regex: Regex, _ gives: inout [(name: String, template: [UInt8])]
    ) -> Bool {
        var cpes: [[UInt8]] = []
        for (kind, text) in match.templates {
            let isCPE = kind == UInt8(ascii: "c")
            guard let converted = NmapTemplate.converted(text, isCPE: isCPE),
                let template = try? FieldTemplate(converted),
                template.groups.allSatisfy({ $0 <= regex.groupCount })
            else {
                leave(out: match, .broken, "a template names a group that is not there, or is none")
                return false
            }
            if isCPE {
                cpes.append(Array("cpe:/".utf8) + converted)
            } else if let name = Self.names[kind], !converted.isEmpty,
                !gives.contains(where: { $0.name == name })
            {
                gives.append((name, converted))
            }
        }
        if !cpes.isEmpty { gives.append(("cpe", Array(cpes.joined(separator: [32])))) }
        return true
    }

    // MARK: The whole

    mutating func result() -> ImportResult {
        // A protocol that nothing recognises is none.
        for (name, imported) in protocols where !imported.isKnown && imported.signatures.isEmpty {
            protocols[name] = nil
            for match in describing[name] ?? [] {
                counts.identifying -= 1
                leave(out: match, .weak, "")
            }
        }
        var result = counts
        result.files = ImportedPack(
            name: NmapImport.packName, source: "nmap-service-probes", protocols: protocols
        ).files()
        result.leftOut = leftOut.sorted { ($0.line, $0.detail) < ($1.line, $1.detail) }
        (result.lines, result.entries) = (reader.lines, reader.entries)
        result.newProtocols = protocols.filter { !$0.value.isKnown }.keys.sorted()
        result.extendedProtocols = protocols.filter(\.value.isKnown).keys.sorted()
        return result
    }
}

/// What is done to the text of others' patterns.
enum PatternText {
    /// The pattern in ASCII: control characters and bytes beyond ASCII as `\xff`.
    static func escaped(_ pattern: [UInt8]) -> String {
        var text = ""
        for byte in pattern {
            if (0x20...0x7e).contains(byte) {
                text.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                let digits = String(byte, radix: 16)
                text += "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
            }
        }
        return text
    }

    /// Words that fit; nil when none of some attempts do.
    static func sample(of outline: PatternOutline, fitting regex: Regex) -> [UInt8]? {
        let matcher = RegexMatcher()
        for attempt in 0..<24 {
            let sample = outline.sample(attempt: attempt)
            if !sample.isEmpty, sample.withBytes({ matcher.matches(regex, $0) }) { return sample }
        }
        return nil
    }
}

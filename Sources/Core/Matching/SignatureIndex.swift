public import Net
public import Regexes

/// The compiled library: every signature of every plugin, ready to be asked.
///
/// Immutable, shared by all workers.
public final class SignatureIndex: Sendable {
    /// One speaker's part of a signature.
    struct Side: BitwiseCopyable {
        var signature: Int32
        /// How much the signature asks for, in bits.
        var specificity: Int32
        var speaker: Speaker
        /// Whether a Lua function has the last word.
        var asksLua: Bool
        var isSymmetric: Bool
    }

    /// A signature with compiled matchers; -1 where nothing is asked of a speaker.
    struct Signature: BitwiseCopyable {
        var protocolIndex: Int32
        var client: Programs.Root
        var server: Programs.Root
        var specificity: Int32
        var aloneClient: Bool
        var aloneServer: Bool
        var isSymmetric: Bool
        /// Whether it wants words of the client, not merely that others are missing.
        var asksClient: Bool
        /// Whether all it wants of the server is a line that may stand behind others.
        var asksForLine: Bool
        var checkSource: Int32
        var checkFunction: Int32

        var check: CheckReference? {
            checkSource < 0 ? nil : CheckReference(source: Int(checkSource), function: Int(checkFunction))
        }

    }

    /// What is searched for one transport.
    ///
    /// A class, so that asking one copies nothing.
    final class Lane: Sendable {
        /// Anchored sides, by their first bytes; line-based ones by the first line.
        let anchored: WindowIndex
        /// Line-based sides, by the beginning of any line.
        let lines: WindowIndex
        /// Sides without anything to anchor on; evaluated one by one when nothing else decided.
        let floating: [UInt32]
        /// Anchored sides of protocols that must be decided on one datagram: what follows depends on it.
        let eager: WindowIndex
        /// Sides that are asked only when nothing else decides, by their first bytes.
        let fallback: WindowIndex
        /// Those of them without first bytes to find them by.
        let floatingFallback: [UInt32]

        fileprivate init(_ entries: Filing.Entries) {
            anchored = WindowIndex(entries.anchored)
            lines = WindowIndex(entries.lines)
            floating = entries.floating
            eager = WindowIndex(entries.eager)
            fallback = WindowIndex(entries.fallback)
            floatingFallback = entries.floatingFallback
        }

        var hasFallback: Bool { !fallback.isEmpty || !floatingFallback.isEmpty }

        var hasLateMatchers: Bool { !lines.isEmpty || !floating.isEmpty }
    }

    /// The protocols, in the order given; a verdict names them by place.
    public let protocols: [ProtocolDefinition]
    /// The names of the signatures, such as `offport/core/ssh#1`; a verdict names them by place.
    public let signatureNames: [String]
    /// How many signatures there are.
    public var count: Int { signatures.count }

    /// By protocol: which signatures are its own.
    public let signatureRanges: [Range<Int>]
    let definitions: [SignatureDefinition]
    let signatures: [Signature]
    /// The sides that are filed, those of more specific signatures first.
    let sides: [Side]
    let programs: Programs
    /// By protocol: where its fields come from.
    let fieldSources: [[CompiledFieldSource]]
    /// By protocol: what words say of programs; nil where nothing is said.
    let identifications: [IdentificationTable?]
    let tcp: Lane
    let udp: Lane
    let sctp: Lane

    /// Compiles the protocols' signatures, and files them by what packets begin with.
    ///
    /// - Parameter regexes: expressions that are compiled already, by their patterns.
    /// - Throws: the location and reason of the first expression that is no PCRE2 pattern.
    public convenience init(
        _ protocols: [ProtocolDefinition], regexes: [String: Regex] = [:]
    ) throws(IndexError) {
        self.init(filing: try SignatureIndex(compiling: protocols, regexes: regexes))
    }

    /// An index of the same signatures, filed.
    public init(filing other: SignatureIndex) {
        var filing = Filing()
        // The more specific first: whoever holds then spares the others, which could not win.
        let order = other.definitions.indices.sorted {
            (-other.signatures[$0].specificity, $0) < (-other.signatures[$1].specificity, $1)
        }
        for place in order {
            let owner = other.protocols[Int(other.signatures[place].protocolIndex)]
            filing.file(
                other.definitions[place], number: Int32(place),
                specificity: other.signatures[place].specificity, isEager: owner.isEager)
        }
        (protocols, signatureNames) = (other.protocols, other.signatureNames)
        (signatureRanges, definitions) = (other.signatureRanges, other.definitions)
        (signatures, programs, fieldSources) = (other.signatures, other.programs, other.fieldSources)
        identifications = other.identifications
        sides = filing.sides
        (tcp, udp, sctp) = (filing.lane(.tcp), filing.lane(.udp), filing.lane(.sctp))
    }

    /// Compiles the protocols' signatures without filing them: enough to try examples, and no packet finds one.
    public init(
        compiling protocols: [ProtocolDefinition], regexes: [String: Regex] = [:]
    ) throws(IndexError) {
        var names: [String] = []
        var definitions: [SignatureDefinition] = []
        var signatures: [Signature] = []
        var programs = Programs(regexes: regexes)
        var ranges: [Range<Int>] = []
        for (place, definition) in protocols.enumerated() {
            ranges.append(names.count..<names.count + definition.signatures.count)
            var numbers: [String: Int] = [:]
            for signature in definition.signatures {
                let plugin = signature.plugin ?? definition.plugin
                numbers[plugin, default: 0] += 1
                names.append("\(plugin)#\(numbers[plugin] ?? 0)")
                definitions.append(signature)
                signatures.append(try Self.compile(signature, protocolIndex: place, into: &programs))
            }
        }
        var fieldSources: [[CompiledFieldSource]] = []
        for definition in protocols {
            fieldSources.append(try Self.compile(definition.fields, of: definition, regexes))
        }
        self.fieldSources = fieldSources
        identifications = try protocols.map { definition throws(IndexError) in
            guard !definition.identifications.isEmpty else { return nil }
            do { return try IdentificationTable(definition.identifications, regexes: regexes) } catch {
                throw IndexError(origin: definition.origin, message: "\(error)")
            }
        }
        self.protocols = protocols
        signatureNames = names
        signatureRanges = ranges
        self.definitions = definitions
        self.signatures = signatures
        self.programs = programs
        sides = []
        let none = Filing().lane(.tcp)
        (tcp, udp, sctp) = (none, none, none)
    }

    private static func compile(
        _ signature: SignatureDefinition, protocolIndex: Int, into programs: inout Programs
    ) throws(IndexError) -> Signature {
        func root(_ matcher: Matcher?) throws(IndexError) -> Programs.Root {
            guard let matcher else { return -1 }
            do { return try programs.compile(matcher) } catch {
                throw IndexError(origin: signature.origin, message: "\(error)")
            }
        }
        return Signature(
            protocolIndex: Int32(protocolIndex),
            client: try root(signature.client),
            server: try root(signature.server),
            specificity: Int32(
                clamping: (signature.client?.specificity ?? 0) + (signature.server?.specificity ?? 0)),
            aloneClient: signature.alone.contains(.client),
            aloneServer: signature.alone.contains(.server),
            isSymmetric: signature.isSymmetric,
            asksClient: signature.client.map { !$0.onlyExcludes } ?? false,
            asksForLine: signature.server?.isLine ?? false,
            checkSource: Int32(signature.check?.source ?? -1),
            checkFunction: Int32(signature.check?.function ?? -1))
    }

    private static func compile(
        _ sources: [FieldSource], of definition: ProtocolDefinition, _ regexes: [String: Regex]
    ) throws(IndexError) -> [CompiledFieldSource] {
        var compiled: [CompiledFieldSource] = []
        for source in sources {
            switch source.extractor {
            case .function(let reference):
                compiled.append(
                    CompiledFieldSource(
                        speaker: source.speaker, extractor: .function(reference),
                        readsEither: source.readsEither))
            case .handshake(let kind):
                compiled.append(CompiledFieldSource(speaker: source.speaker, extractor: .handshake(kind)))
            case .pattern(let pattern):
                do {
                    let regex = try regexes[pattern] ?? Regex(pattern)
                    compiled.append(CompiledFieldSource(speaker: source.speaker, extractor: .pattern(regex)))
                } catch {
                    throw IndexError(origin: definition.origin, message: "\(error)")
                }
            }
        }
        return compiled
    }

    /// Whether a signature asks anything of the server: then a question alone shows no service.
    public func asksServer(_ signature: Int) -> Bool { signatures[signature].server >= 0 }

    /// Whether a question over UDP that nobody answered has come to nothing: whatever the protocol is known by
    /// asks something of the server, in other words than the client's.
    ///
    /// Tunnels carry what they carry.
    public func awaitsAnswers(ofProtocol place: Int) -> Bool {
        guard protocols[place].tunnel == nil else { return false }
        let known = signatureRanges[place].filter { definitions[$0].transport == .udp }
        return !known.isEmpty && known.allSatisfy { asksServer($0) && !isSymmetric($0) }
    }

    /// Whether a signature asks something of both speakers.
    public func asksBoth(_ signature: Int) -> Bool {
        signatures[signature].client >= 0 && signatures[signature].server >= 0
    }

    /// Whether a signature has one matcher for both speakers.
    public func isSymmetric(_ signature: Int) -> Bool { signatures[signature].isSymmetric }

    /// What the first byte of a speaker may be whose words alone are enough for a protocol.
    public func firstBytes(ofProtocol place: Int) -> ByteClass {
        var all = ByteClass()
        for definition in signatureRanges[place].map({ definitions[$0] }) where !definition.isFallback {
            for speaker in definition.alone {
                guard let matcher = speaker == .client ? definition.client : definition.server else {
                    continue
                }
                guard let anchors = matcher.anchors(), anchors.allSatisfy({ $0.offset == 0 }) else {
                    return .all
                }
                for anchor in anchors { all.formUnion(anchor.classes.first ?? .all) }
            }
        }
        return all
    }

    func lane(_ transport: TransportProtocol) -> Lane {
        switch transport {
        case .udp: udp
        case .sctp: sctp
        default: tcp
        }
    }
}

/// A signature that cannot be compiled.
public struct IndexError: Error, CustomStringConvertible {
    /// Where it is declared.
    public let origin: SourceLocation
    /// What is wrong.
    public let message: String
    /// `file:line: message`.
    public var description: String { "\(origin): \(message)" }
}

/// Collects where each side of each signature is filed.
private struct Filing {
    struct Entries {
        var anchored: [WindowIndex.Entry] = []
        var lines: [WindowIndex.Entry] = []
        var floating: [UInt32] = []
        var eager: [WindowIndex.Entry] = []
        var fallback: [WindowIndex.Entry] = []
        var floatingFallback: [UInt32] = []
    }

    private(set) var sides: [SignatureIndex.Side] = []
    private var (tcp, udp, sctp) = (Entries(), Entries(), Entries())

    func lane(_ transport: TransportProtocol) -> SignatureIndex.Lane {
        SignatureIndex.Lane(transport == .udp ? udp : transport == .sctp ? sctp : tcp)
    }

    /// A signature with two matchers is found by the better anchored one; the other side is filed too only when
    /// its speaker alone is enough, for then the first may never be heard.
    mutating func file(
        _ signature: SignatureDefinition, number: Int32, specificity: Int32, isEager: Bool
    ) {
        func side(_ speaker: Speaker) -> Side {
            Side(
                signature: number, specificity: specificity, speaker: speaker,
                asksLua: signature.check != nil, isSymmetric: signature.isSymmetric)
        }
        let (client, server) = (signature.clientFoothold, signature.serverFoothold)
        let clientFinds = client.map { $0.quality >= (server?.quality ?? -1) } ?? false
        for (found, speaker) in [(client, Speaker.client), (server, .server)] {
            guard let found, clientFinds == (speaker == .client) || signature.alone.contains(speaker) else {
                continue
            }
            add(
                found, side(speaker), signature.transport, isEager: isEager, isFallback: signature.isFallback)
        }
    }

    private typealias Side = SignatureIndex.Side

    private mutating func add(
        _ found: Foothold, _ side: Side, _ transport: TransportProtocol, isEager: Bool, isFallback: Bool
    ) {
        let member = UInt32(sides.count)
        sides.append(side)
        switch transport {
        case .udp: udp.add(member, found, isEager, isFallback)
        case .sctp: sctp.add(member, found, isEager, isFallback)
        default: tcp.add(member, found, isEager, isFallback)
        }
    }
}

extension Filing.Entries {
    fileprivate mutating func add(
        _ member: UInt32, _ found: Foothold, _ isEager: Bool, _ isFallback: Bool
    ) {
        guard let anchors = found.anchors, !isFallback || !found.isLineBased else {
            // A line may stand anywhere, so that lines are asked one by one among the last.
            if isFallback { floatingFallback.append(member) } else { floating.append(member) }
            return
        }
        let entry = WindowIndex.Entry(member: member, anchors: anchors, required: found.required)
        if isFallback {
            fallback.append(entry)
            return
        }
        anchored.append(entry)
        if isEager { eager.append(entry) }
        // A later line may hold where the first does not: offsets mean nothing there.
        if found.isLineBased { lines.append(WindowIndex.Entry(member: member, anchors: anchors)) }
    }
}

// SignatureImports: a user's own copy of other people's signatures as a pack in Offport's language.
//
// Comes in: the bytes of nmap-service-probes or of recog's XML files, and what the loaded plugins know. Goes out: the
// files of a pack, and a list of every line that cannot be expressed, with the reason.
//
//   NmapProbesReader   nmap-service-probes -> its match lines, as they stand
//   NmapImport         match lines -> rules: identifications and signatures of protocols
//   RecogReader        XML -> fingerprints; RecogImport: fingerprints -> rules
//   ImportedPack       rules -> Lua files
//
// Passive use differs from a scan: the server's words decide, and nobody asked it what a scanner would. So words that a
// protocol's own plugin recognises add to what is known of it (`extend`, `identify`); a protocol that only the imported
// file knows is recognised where nothing else decides (`fallback`), and only by words that chance does not say.
//
// May import: Net, Regexes, Matching. Must never: read or write a file, print, copy what was imported anywhere but into
// the pack that it gives.

public import Net

/// What an import asks of the plugins that are loaded beside it.
public protocol KnownProtocols {
    /// The examples of all plugins: what is imported must not take those of others.
    var conversations: [KnownConversation] { get }
    /// The protocol of that name that some plugin declares, or the one that others call so (`also`).
    func protocolName(of word: String) -> String?
    /// Whether the protocol's plugin recognises it by these words of both, of which one may have said nothing.
    func recognises(_ name: String, _ transport: TransportProtocol, client: [UInt8], server: [UInt8]) -> Bool
}

/// An example of a loaded plugin.
public struct KnownConversation: Sendable {
    /// The protocol that it is an example of.
    public var protocolName: String
    /// Whether it says what the protocol is not.
    public var isCounter: Bool
    /// What carries it; nil for any transport of the protocol.
    public var transport: TransportProtocol?
    /// What the client says first.
    public var client: [UInt8]
    /// What the server says first.
    public var server: [UInt8]

    /// An example.
    public init(
        protocolName: String, isCounter: Bool, transport: TransportProtocol?, client: [UInt8], server: [UInt8]
    ) {
        self.protocolName = protocolName
        self.isCounter = isCounter
        self.transport = transport
        self.client = client
        self.server = server
    }
}

/// A line that could not be expressed.
public struct LeftOut: Sendable, Equatable {
    /// Why, in a few groups for a summary.
    public enum Reason: String, Sendable, CaseIterable {
        /// The line cannot be read.
        case broken = "cannot be read"
        /// The pattern is none for PCRE2, or means something else there.
        case pattern = "the pattern is none for PCRE2"
        /// It says so little that other protocols' words would fit too.
        case weak = "says too little to recognise anything by"
        /// Not known where its words would stand in what a server says.
        case place = "is about words that are not read from traffic"
        /// It gives nothing.
        case empty = "gives no field"
    }

    /// The file, as it was named.
    public var file: String
    /// The line, from 1.
    public var line: Int
    /// Why.
    public var reason: Reason
    /// More about it, such as where the pattern is broken; may be empty.
    public var detail: String
    /// The beginning of what stands there.
    public var text: String

    /// `nmap-service-probes:12: cannot be read: no delimiter: match x m`.
    public var description: String {
        "\(file):\(line): \(reason.rawValue)\(detail.isEmpty ? "" : ": \(detail)"): \(text)"
    }

    init(_ file: String, _ line: Int, _ reason: Reason, _ detail: String, _ text: [UInt8]) {
        self.file = file
        self.line = line
        self.reason = reason
        self.detail = detail
        // Others' bytes must not steer a terminal.
        let shown = text.prefix(80).map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: ".") }
        self.text = String(decoding: shown, as: UTF8.self) + (text.count > 80 ? " ..." : "")
    }
}

/// What an import gave.
public struct ImportResult: Sendable {
    /// The files of the pack, by their paths in it, ascending.
    public var files: [(path: String, text: [UInt8])] = []
    /// The lines that cannot be expressed, in the order of the files.
    public var leftOut: [LeftOut] = []
    /// Lines that were read, comments and empty ones among them.
    public var lines = 0
    /// Lines that say what words mean: match lines, fingerprints.
    public var entries = 0
    /// Those that give fields of a recognised protocol.
    public var identifying = 0
    /// Those that recognise a protocol, where nothing else does.
    public var recognising = 0
    /// Those that say no more than the loaded plugins know.
    public var known = 0
    /// The protocols that are new, ascending.
    public var newProtocols: [String] = []
    /// The protocols that are extended, ascending.
    public var extendedProtocols: [String] = []

    /// Entries that are expressed, or known already.
    public var expressed: Int { entries - leftOut.count { $0.isEntry } }
}

extension LeftOut {
    /// Whether it is about an entry: a line that is broken elsewhere is listed too, but no entry is lost.
    var isEntry: Bool { !isDirective }
    /// Whether it is about a line of another kind.
    var isDirective: Bool { reason == .broken && detail.hasPrefix(Self.directive) }
    static let directive = "directive"
}

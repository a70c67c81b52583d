// Authoring: what helps an author from unknown bytes to a plugin that can be trusted.
//
// Comes in: a loaded library and, for learning, what both speakers of some flows said first. Goes out: remarks with
// their places (`check`), a proposed plugin with the reasons for it (`learn`, `new`), texts for editors.
//
//   Workshop      a library, compiled, its examples tried
//   Linter        what is wrong or could be better -> Remark; RemarkText writes them
//   Odds          how often random bytes would fit a matcher; RandomTraffic measures it
//   Learner       first words of unknown flows -> Proposal: matchers, examples, how sure
//   PluginWriter  a proposal as the text of a plugin
//   EditorFiles   the words of the language for editors
//
// May import: Net, Regexes, Matching, Plugins, Records, Mutations (its seeded numbers). Must never: read a clock or write a file,
// print, install what it proposes.

public import Matching
internal import Net
public import Plugins

/// A library with its index and the host of its functions, as an author's commands need it.
public struct Workshop {
    /// What was loaded; protocols whose examples do not hold are left out, with a problem each.
    public let library: Library
    /// The library, compiled; the places of its protocols are the library's.
    public let index: SignatureIndex
    /// Runs the plugins' functions.
    public let scripts: ScriptHost

    /// Loads packs, folders and files.
    public init(plugins: [String]) throws(IndexError) {
        try self.init(Library(plugins: plugins))
    }

    /// Loads files that were read before.
    public init(sources: [PluginSource]) throws(IndexError) {
        try self.init(Library(sources: sources))
    }

    /// Compiles a library and tries its examples.
    public init(_ loaded: Library) throws(IndexError) {
        var library = loaded
        scripts = ScriptHost(sources: library.sources)
        let whole = try SignatureIndex(library.definitions, regexes: library.regexes)
        library.tryExamples(with: whole, scripts)
        scripts.startAnew()
        index =
            library.isWhole(in: whole)
            ? whole : try SignatureIndex(library.definitions, regexes: library.regexes)
        self.library = library
    }

    /// A recogniser of its own.
    public func recogniser() -> Recogniser { Recogniser(index: index, scripts: scripts) }

    /// The place of the protocol that the signature is for.
    public func protocolPlace(ofSignature number: Int) -> Int {
        index.signatureRanges.firstIndex { $0.contains(number) } ?? 0
    }

    /// The signature that a finished conversation is recognised by.
    func signature(
        of said: Conversation, roles: Roles = .firstIsClient, _ recogniser: inout Recogniser
    ) -> Int? {
        let decision = said.client.withBytes { client in
            said.server.withBytes { server in
                recogniser.decide(said.transport, first: client, second: server, roles: roles, isFinal: true)
            }
        }
        if case .verdict(let verdict) = decision { return Int(verdict.signature) }
        return nil
    }

    /// Whether one signature holds for a conversation as it stands.
    func holds(_ number: Int, _ said: Conversation, _ recogniser: borrowing Recogniser) -> Bool {
        guard recogniser.transport(number) == said.transport else { return false }
        let outcome = said.client.withBytes { client in
            said.server.withBytes { server in
                recogniser.attempt(number, client: client, server: server, assumesAnswer: true)
            }
        }
        if case .holds = outcome { return true }
        return false
    }
}

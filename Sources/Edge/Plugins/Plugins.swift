// Plugins: from files of Lua to what the core understands.
//
// Comes in: paths of plugin packs and policy files. Goes out: a ``Library`` of protocol definitions with their
// examples, the site's policy, and every mistake with its file and line. Also here: ``ScriptHost``, which runs
// the few Lua functions a plugin may have, one host per thread.
//
// The path of a file: PluginSources (found, read) -> LuaState (run in the sandbox; what it declares comes out
// as one buffer) -> LuaValue (decoded) -> ProtocolReader, MatcherReader, PolicyReader (checked, turned into
// definitions) -> Library (compared with each other).
//
// May import: Net, Regexes, Matching, Inventory, CLuaShim, Glibc (to read files). Must never: print, read a
// clock, trust a plugin, let one bad plugin stop the others.
public import Net

/// A mistake in a plugin or policy file, found before traffic.
public struct PluginProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// What a problem means for what was declared.
    public enum Severity: Int, Sendable, Comparable {
        /// Works as declared, but could be better.
        case note
        /// Works, perhaps not as intended.
        case warning
        /// The declaration is left out.
        case error

        /// From note to error.
        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// Where the mistake stands; nil when the message names its places itself.
    public let location: SourceLocation?
    /// What is wrong and what to do.
    public let message: String
    /// What it means.
    public let severity: Severity
    /// Where to look first; the place of the mistake when it has one.
    public let subject: SourceLocation?
    /// Of two that declare the same name, the one that stays; `subject` is the other.
    public let rival: SourceLocation?

    /// A problem at a place.
    public init(
        _ location: SourceLocation?, _ message: String, severity: Severity = .error,
        about subject: SourceLocation? = nil, besides rival: SourceLocation? = nil
    ) {
        self.location = location
        self.subject = location ?? subject
        self.rival = rival
        self.message = message
        self.severity = severity
    }

    /// `plugins/ftp.lua:12: tcp has no field 'clinet' (did you mean 'client'?)`.
    public var description: String { location.map { "\($0): \(message)" } ?? message }
}

internal import Net
internal import Regexes

/// The reading of one file: which it is, and what was found wrong so far.
final class Reading {
    let source: PluginSource
    /// The file's place in the library.
    let number: Int
    private(set) var problems: [PluginProblem] = []
    /// How many of them are errors.
    private(set) var errorCount = 0
    /// The file's expressions, compiled.
    var regexes: [String: Regex] = [:]
    /// The state that ran the file, when it declared functions and somebody wants them.
    private(set) var state: LuaState?
    /// What is known of files already, when that is to be used.
    private let known: KnownFiles?
    /// What the file is known by from now on, and what it declared; nil when it cannot run, or must run each time.
    private(set) var note: (key: KnownFiles.Key, file: KnownFiles.File)?

    /// Whether the file was known, and with it that its examples hold.
    var knowsExamples: Bool { note?.file.examplesHold ?? false }

    init(_ source: PluginSource, number: Int, known: KnownFiles? = nil) {
        self.source = source
        self.number = number
        self.known = known
    }

    func location(_ line: Int) -> SourceLocation { SourceLocation(file: source.path, line: max(line, 1)) }

    func report(_ line: Int, _ message: String, severity: PluginProblem.Severity = .error) {
        problems.append(PluginProblem(location(line), message, severity: severity))
        if severity == .error { errorCount += 1 }
    }

    func report(_ problem: PluginProblem) {
        problems.append(problem)
        if problem.severity == .error { errorCount += 1 }
    }

    /// Nobody will call the file's functions any more.
    func dropState() { state = nil }

    /// Reports what stands in a string, at the line of that string.
    func report(literal: some Collection<UInt8>, from line: Int, _ message: String) {
        report(source.line(ofLiteral: literal, from: line), message)
    }

    /// Runs the file, unless what it declares is known, and returns that; reports why it cannot run.
    func declarations(
        kind: LuaState.FileKind, limits: LuaState.Limits, keepsState: Bool = false
    ) -> [LuaNode] {
        let key = known.map { _ in KnownFiles.Key(source, kind, limits) }
        if let key, let file = known?[key] {
            note = (key, file)
            return LuaDocument.nodes(in: Array(file.declared))
        }
        guard let state = LuaState(kind: kind, loading: limits) else {
            report(1, "not enough memory to load it")
            return []
        }
        let output: [UInt8]
        do throws(LuaState.Failure) {
            output = try state.load(source)
        } catch {
            // The one that ended the file is told with that.
            report(
                state.strays.filter {
                    error.kind != .unknownWord || $0.word != error.text || $0.line != error.line
                }, kind)
            let message = error.message(in: kind, source)
            // Whoever reads a policy must know that its exceptions do not hold either.
            let rest = kind == .policy ? "; nothing in this file is used" : ""
            report(PluginProblem(source.location(of: error), message + rest))
            return []
        }
        report(state.strays, kind)
        let loose = state.looseParts
        report(loose)
        if keepsState, state.functionCount > 0 { self.state = state }
        let nodes = LuaDocument.nodes(in: output)
        // The examples of a detection are asked of the state that ran the file.
        if let key, state.strays.isEmpty, loose.isEmpty, !nodes.contains(where: { $0.word == .detect }) {
            note = (key, KnownFiles.File(declared: output[...], examplesHold: false))
        }
        return nodes
    }

    /// Reports the parts that stand in no declaration; what is declared holds without them.
    private func report(_ parts: [(word: Word, line: Int)]) {
        for (word, line) in parts {
            let home = word == .count ? "detect" : "protocol"
            report(
                line,
                "\(word.text) stands in no declaration and does nothing: it belongs between the braces of "
                    + "\(home) \"...\" { ... }")
        }
    }

    /// Reports the words that are none.
    private func report(_ strays: [(word: String, line: Int)], _ kind: LuaState.FileKind) {
        for stray in strays {
            report(stray.line, "\(LuaState.Failure.unknown(stray.word, in: kind)); it is left out")
        }
    }
}

extension PluginSource {
    /// Where in the file, or in a library that it required, a call failed.
    func location(of failure: LuaState.Failure) -> SourceLocation {
        SourceLocation(file: path(ofLibrary: failure.library), line: max(failure.line, 1))
    }
}

extension LuaState.Failure {
    /// What happened and what to do, without the place.
    func message(in file: LuaState.FileKind, _ source: PluginSource) -> String {
        switch kind {
        case .syntax: "cannot be read as Lua: \(text)\(Self.wayOut(text, in: file))"
        case .runtime:
            text.hasPrefix("attempt to index a string value")
                ? "\(text): strings have no methods here; write string.upper(text)" : text
        case .unknownWord: Self.unknown(text, in: file)
        case .global: "'\(text)' would be a global; write local \(text) = ..."
        case .instructions: "ran longer than \(limits.instructions) instructions (an endless loop?)"
        case .memory: "used more than \(Self.size(limits.memory)) of memory"
        case .string: "made a string longer than \(Self.size(limits.stringLength))"
        case .unknownLibrary: Self.unknownLibrary(text, in: source)
        }
    }

    /// What Lua's own message about the commonest slips does not say.
    private static func wayOut(_ text: String, in file: LuaState.FileKind) -> String {
        if file == .policy, text.hasSuffix("near 'until'") {
            return ", which is Lua's own word; the last day of an allowance is its field 'expires'"
        }
        if text.hasPrefix("'}' expected"), !text.hasSuffix("near <eof>") {
            return "; a comma may be missing before it"
        }
        if text.hasPrefix("invalid escape sequence") {
            return "; a pattern is written in [[ ]], where \\ stands for itself"
        }
        // The first byte of “, ” and their like.
        if text.hasSuffix("near '<\\226>'") { return "; quotes are straight: \"...\"" }
        return ""
    }

    private static func unknownLibrary(_ name: String, in source: PluginSource) -> String {
        guard let pack = source.pack else {
            return "require '\(name)': only files of a pack share code, from the pack's lib folder"
        }
        let hint = Suggestion.text(for: name, among: source.libraries.names)
        return "require '\(name)': the pack \(pack) has no lib/\(name).lua\(hint)"
    }

    private static func size(_ bytes: Int) -> String {
        bytes >= 1 << 20 ? "\(bytes >> 20) MB" : "\(bytes >> 10) KB"
    }

    fileprivate static func unknown(_ word: String, in file: LuaState.FileKind) -> String {
        if let other = LuaState.words().first(where: { $0.name == word }) {
            let home =
                switch LuaState.FileKind(rawValue: other.files) {
                case .policy: "a policy file (in a pack: allowances/*.lua)"
                case .pack: "pack.lua"
                case .plugin, nil: "a plugin file"
                }
            return "'\(word)' belongs in \(home)"
        }
        if luaNames.contains(word) {
            return "unknown word '\(word)': Lua's '\(word)' is not part of this language"
        }
        if Language.isKey(word, in: file) {
            return "unknown word '\(word)'; as a key it is written \(word) = ..."
        }
        return "unknown word '\(word)'" + Suggestion.text(for: word, among: LuaState.names(for: file))
    }

    /// What Lua offers elsewhere and sandboxed files never see.
    private static let luaNames: Set<String> = [
        "_G", "collectgarbage", "coroutine", "debug", "dofile", "getmetatable", "io", "load", "loadfile",
        "loadstring", "math", "next", "os", "package", "pairs", "ipairs", "pcall", "print", "rawequal",
        "rawget",
        "rawlen", "rawset", "setmetatable", "string", "table", "tonumber", "tostring", "type",
        "utf8",
        "warn", "xpcall",
    ]
}

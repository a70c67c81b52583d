internal import CLuaShim

/// One sandboxed Lua state for one file; see CLuaShim for what holds the sandbox shut.
///
/// This file is the only one that touches CLuaShim's pointers. Not for sharing between threads.
@safe
final class LuaState {
    /// What a call of Lua code may use.
    struct Limits: Sendable {
        var memory: Int
        var turnover: Int
        var stringLength: Int
        var instructions: Int64
        var milliseconds: Int64

        fileprivate var forC: op_limits {
            op_limits(
                memory: memory, turnover: turnover, string_length: stringLength, instructions: instructions,
                milliseconds: milliseconds)
        }
    }

    /// Which words a file may use.
    enum FileKind: Int32 {
        case plugin = 1
        case policy = 2
        case pack = 4
    }

    /// Why a call failed.
    struct Failure: Error {
        enum Kind: Int32 {
            case syntax = 1
            case runtime, unknownWord, global, instructions, memory, string, unknownLibrary
        }
        var kind: Kind
        /// 0 when unknown.
        var line: Int
        /// Which of the file's libraries the line is in, from 1; 0 for the file itself.
        var library: Int
        var text: String
        /// What the call might have used.
        var limits: Limits
    }

    /// What a check answered.
    enum Answer { case no, yes, more }

    private let state: OpaquePointer
    private let loading: Limits

    /// A state with the words of `kind`; nil when memory is short.
    init?(kind: FileKind, loading: Limits) {
        guard let state = unsafe op_new(kind.rawValue, loading.forC) else { return nil }
        unsafe self.state = state
        self.loading = loading
    }

    deinit { unsafe op_free(state) }

    /// Bytes it holds.
    var memory: Int { unsafe op_memory(state) }

    /// How many functions the file declared.
    var functionCount: Int { unsafe Int(op_function_count(state)) }

    /// The unknown words that loading a policy passed over, with their lines.
    var strays: [(word: String, line: Int)] {
        var found: [(word: String, line: Int)] = []
        var line: Int32 = 0
        while let word = unsafe op_stray_word(state, Int32(found.count), &line) {
            unsafe found.append((String(cString: word), Int(line)))
        }
        return found
    }

    /// The parts, such as `tcp { ... }`, that loading a plugin made and that stand in no declaration, with their lines.
    var looseParts: [(word: Word, line: Int)] {
        var found: [(word: Word, line: Int)] = []
        var (number, line): (Int32, Int32) = (0, 0)
        while let word = unsafe UInt8(exactly: op_loose_part(state, number, &line)).flatMap(Word.init) {
            number += 1
            // A loop makes as many as it likes on one line.
            if let last = found.last, last == (word, Int(line)) { continue }
            found.append((word, Int(line)))
        }
        return found
    }

    /// Runs the text of a file; returns what it declares, for ``LuaDecoder``.
    func load(_ source: PluginSource) throws(Failure) -> [UInt8] {
        let done = unsafe source.text.withUnsafeBufferPointer { text in
            unsafe source.libraries.bundle.withUnsafeBufferPointer { libraries in
                unsafe op_load(
                    state, op_bytes(bytes: text.baseAddress, length: text.count),
                    op_bytes(bytes: libraries.baseAddress, length: libraries.count))
            }
        }
        defer { unsafe op_drop_output(state) }
        guard done == 1 else { throw failure(loading) }
        return output()
    }

    /// Calls function `number` as a check; an empty span is a speaker that was not heard.
    func check(
        _ number: Int, client: borrowing RawSpan, server: borrowing RawSpan, limits: Limits
    ) throws(Failure) -> Answer {
        let answer = unsafe Self.withSaid(client, server) { client, server in
            unsafe op_check(state, UInt32(number), client, server, limits.forC)
        }
        switch answer {
        case 0: return .no
        case 1: return .yes
        case 2: return .more
        default: throw failure(limits)
        }
    }

    /// Calls function `number` for fields; returns what it returned, for ``LuaDecoder``.
    func fields(
        _ number: Int, client: borrowing RawSpan, server: borrowing RawSpan, limits: Limits
    ) throws(Failure) -> [UInt8] {
        let done = unsafe Self.withSaid(client, server) { client, server in
            unsafe op_fields(state, UInt32(number), client, server, limits.forC)
        }
        guard done == 1 else { throw failure(limits) }
        return output()
    }

    /// Calls function `number` with a text; returns what it returned, for ``LuaDecoder``.
    func describe(_ number: Int, _ text: borrowing RawSpan, limits: Limits) throws(Failure) -> [UInt8] {
        let done = unsafe text.withUnsafeBytes { text in
            unsafe op_describe(state, UInt32(number), Self.said(text), limits.forC)
        }
        guard done == 1 else { throw failure(limits) }
        return output()
    }

    /// Calls function `number` as a detection with a record of ``LuaEncoder``.
    func detect(_ number: Int, _ record: [UInt8], limits: Limits) throws(Failure) -> Bool {
        let answer = unsafe record.withUnsafeBufferPointer { record in
            unsafe op_detect(state, UInt32(number), record.baseAddress, record.count, limits.forC)
        }
        switch answer {
        case 0: return false
        case 1: return true
        default: throw failure(limits)
        }
    }

    private static func withSaid<Result>(
        _ client: borrowing RawSpan, _ server: borrowing RawSpan, _ body: (op_said, op_said) -> Result
    ) -> Result {
        unsafe client.withUnsafeBytes { client in
            unsafe server.withUnsafeBytes { server in unsafe body(said(client), said(server)) }
        }
    }

    private static func said(_ bytes: UnsafeRawBufferPointer) -> op_said {
        let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        return unsafe op_said(bytes: start, size: bytes.count, seen: bytes.isEmpty ? 0 : 1)
    }

    private func output() -> [UInt8] {
        var length = 0
        let start = unsafe op_output(state, &length)
        return unsafe Array(UnsafeBufferPointer(start: start, count: length))
    }

    private func failure(_ limits: Limits) -> Failure {
        let text = unsafe String(cString: op_failure_text(state))
        return unsafe Failure(
            kind: Failure.Kind(rawValue: op_failure_kind(state)) ?? .runtime,
            line: Int(op_failure_line(state)), library: Int(op_failure_library(state)), text: text,
            limits: limits)
    }
}

extension LuaState {
    /// The names that stand for something in a file of this kind.
    static func names(for kind: FileKind) -> [String] {
        var names = words().filter { $0.files & kind.rawValue != 0 }.map(\.name)
        var number: Int32 = 0
        while kind == .plugin, let name = unsafe op_library_name(number) {
            unsafe names.append(String(cString: name))
            number += 1
        }
        return names
    }

    /// CLuaShim's words in the order of their numbers, with the kinds of file that may use them.
    static func words() -> [(name: String, files: Int32)] {
        var words: [(name: String, files: Int32)] = []
        while let name = unsafe op_word_name(Int32(words.count)) {
            unsafe words.append((String(cString: name), op_word_files(Int32(words.count))))
        }
        return words
    }
}

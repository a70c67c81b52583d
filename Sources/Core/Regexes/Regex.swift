internal import CPCRE2
internal import Synchronization

/// A compiled pattern: immutable, shared by all threads; each thread matches with its own ``RegexMatcher``.
@safe
public final class Regex: Sendable {
    /// A named group of a pattern.
    public struct Group: Hashable, Sendable {
        /// The name.
        public let name: String
        /// The group's number, from 1.
        public let number: Int
    }

    /// The most groups a pattern may have.
    public static let groupLimit = 63

    /// The pattern as it was given.
    public let pattern: String
    /// Its named groups, by number.
    public let groups: [Group]
    /// How many groups it has that capture, with and without names.
    public let groupCount: Int
    /// The bytes every match starts with at the first byte: what follows `^` up to the first metacharacter; empty
    /// when the pattern is not anchored or starts otherwise.
    public var literalPrefix: [UInt8] { Self.literalPrefix(of: pattern) }
    /// Whether the pattern has machine code, which is made for the first match: most patterns of a library are
    /// never asked.
    var isNative: Bool {
        switch form.load(ordering: .acquiring) {
        case Self.native: true
        case Self.interpreted: false
        default: makeNative()
        }
    }

    /// Undecided at first; whoever is about to match decides it, so nobody matches while machine code is added.
    private let form: Atomic<UInt8>
    private static var undecided: UInt8 { 0 }
    private static var native: UInt8 { 1 }
    private static var interpreted: UInt8 { 2 }
    private let deciding = Mutex(())
    /// The pattern's code; written only while `form` is undecided, so any thread may read it.
    nonisolated(unsafe) let code: OpaquePointer

    /// The literal prefix a pattern would have, without compiling it.
    public static func literalPrefix(of pattern: String) -> [UInt8] { LiteralPrefix.of(pattern) }

    /// Whether the pattern is anchored and starts with literal bytes, so that an index can find candidates.
    public var isLiteralStart: Bool { !literalPrefix.isEmpty }
    /// The names of the groups, by number.
    public var groupNames: [String] { groups.map(\.name) }

    /// Compiles `pattern` as bytes; its first match makes machine code of it, where the machine has a JIT and
    /// `usesJIT` is not false.
    public init(_ pattern: String, usesJIT: Bool = true) throws(RegexError) {
        var number: Int32 = 0
        var offset = 0
        let options = UInt32(PCRE2_NEVER_UTF) | UInt32(PCRE2_NEVER_UCP) | UInt32(PCRE2_NEVER_BACKSLASH_C)
        var text = pattern
        let compiled = text.withUTF8 { bytes in
            unsafe pcre2_compile_8(bytes.baseAddress, bytes.count, options, &number, &offset, nil)
        }
        guard let compiled = unsafe compiled else {
            throw RegexError(pattern: pattern, message: Self.message(number), offset: offset)
        }
        groupCount = unsafe Self.count(compiled, PCRE2_INFO_CAPTURECOUNT)
        guard groupCount <= Self.groupLimit else {
            unsafe pcre2_code_free_8(compiled)
            throw RegexError(
                pattern: pattern, message: "more than \(Self.groupLimit) groups", offset: pattern.utf8.count)
        }
        form = Atomic(usesJIT ? Self.undecided : Self.interpreted)
        self.pattern = pattern
        unsafe groups = Self.namedGroups(of: compiled)
        unsafe code = compiled
    }

    deinit { unsafe pcre2_code_free_8(code) }

    private func makeNative() -> Bool {
        deciding.withLock { _ in
            guard form.load(ordering: .relaxed) == Self.undecided else {
                return form.load(ordering: .relaxed) == Self.native
            }
            let isNative = unsafe pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE)) == 0
            form.store(isNative ? Self.native : Self.interpreted, ordering: .releasing)
            return isNative
        }
    }

    /// The version of the library that matches, which may be another than the one that was there at the build.
    public static var library: String {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { buffer in
            let length = pcre2_config_8(UInt32(PCRE2_CONFIG_VERSION), nil)
            guard length > 0, Int(length) <= buffer.count,
                unsafe pcre2_config_8(UInt32(PCRE2_CONFIG_VERSION), buffer.baseAddress) > 0
            else { return "" }
            return unsafe String(decoding: buffer.prefix(Int(length) - 1), as: UTF8.self)
        }
    }

    private static func message(_ number: Int32) -> String {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { buffer in
            let length = unsafe pcre2_get_error_message_8(number, buffer.baseAddress, buffer.count)
            guard length > 0 else { return "error \(number)" }
            return unsafe String(decoding: buffer.prefix(Int(length)), as: UTF8.self)
        }
    }

    private static func count(_ code: OpaquePointer, _ what: Int32) -> Int {
        var value: UInt32 = 0
        unsafe pcre2_pattern_info_8(code, UInt32(what), &value)
        return Int(value)
    }

    /// PCRE2's name table: entries of equal size, each the number in two bytes and the name with a zero byte.
    private static func namedGroups(of code: OpaquePointer) -> [Group] {
        let entries = unsafe count(code, PCRE2_INFO_NAMECOUNT)
        let size = unsafe count(code, PCRE2_INFO_NAMEENTRYSIZE)
        var table: UnsafePointer<UInt8>?
        unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
        guard entries > 0, size > 2, let table = unsafe table else { return [] }
        var found: [Group] = []
        for index in 0..<entries {
            let entry = unsafe UnsafeBufferPointer(start: table + index * size, count: size)
            let number = unsafe Int(entry[0]) << 8 | Int(entry[1])
            let name = unsafe String(decoding: entry.dropFirst(2).prefix { $0 != 0 }, as: UTF8.self)
            found.append(Group(name: name, number: number))
        }
        return found.sorted { $0.number < $1.number }
    }
}

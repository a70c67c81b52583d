internal import Crypto
internal import Net

/// What files declared when they were run before, so that they need not be run again to know it.
///
/// Running the Lua of a library is most of what loading it costs. What a file declares follows from its bytes, from those
/// of the libraries that it may require, from the limits, and from the program: a file is known by a digest of these.
/// What is read of the declarations is checked as ever, and a function is still loaded with its file, when it is first
/// asked.
public struct KnownFiles: Sendable {
    /// What a file is known by.
    struct Key: Hashable, BitwiseCopyable, Sendable {
        fileprivate var words: (UInt64, UInt64, UInt64, UInt64)

        static func == (left: Key, right: Key) -> Bool { left.words == right.words }

        // It is a digest already.
        func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
    }

    /// One file.
    struct File: Sendable {
        /// CLuaShim's buffer, for a ``LuaDocument``.
        var declared: ArraySlice<UInt8>
        /// Whether every example of its protocols was tried, and held.
        var examplesHold: Bool
    }

    private var files: [Key: File] = [:]
    /// Those that were used last come first: what was not used for long is dropped at the end.
    private var order: [Key] = []

    /// Most bytes that are kept; beyond that the files that were not used lately are forgotten.
    public static let byteLimit = 8 << 20
    private static let title = Array("offport: known files 1\n".utf8)

    /// None.
    public init() {}

    /// The files in what ``bytes(of:)`` gave; none when that is damaged, or another program's.
    ///
    /// - Parameter program: what tells this program from any other.
    public init(_ bytes: [UInt8], of program: [UInt8]) {
        let start = Self.title.count + 2 * SHA256.byteCount
        guard bytes.count >= start, bytes.starts(with: Self.title) else { return }
        let head = Array(SHA256.hash(data: program)) + Array(SHA256.hash(data: bytes[start...]))
        guard bytes[Self.title.count..<start].elementsEqual(head) else { return }
        let entryBytes = Self.entryBytes
        bytes.withBytes { span in
            var place = start
            while place + entryBytes <= span.byteCount {
                let key = Key(
                    words: (
                        span.u64(place), span.u64(place + 8), span.u64(place + 16), span.u64(place + 24)
                    ))
                let (holds, count) = (span.u8(place + 32) == 1, Int(span.u32(place + 33)))
                place += entryBytes
                guard count <= span.byteCount - place else { return }
                add(File(declared: bytes[place..<place + count], examplesHold: holds), key)
                place += count
            }
        }
    }

    /// A key, whether the examples hold, and how many bytes follow.
    private static var entryBytes: Int { SHA256.byteCount + 1 + 4 }

    /// All files, to be kept.
    public func bytes(of program: [UInt8]) -> [UInt8] {
        var body: [UInt8] = []
        for key in order {
            guard let file = files[key] else { continue }
            for word in [key.words.0, key.words.1, key.words.2, key.words.3] {
                body.append(bigEndian: word, count: 8)
            }
            body.append(file.examplesHold ? 1 : 0)
            body.append(bigEndian: UInt64(file.declared.count) << 32, count: 4)
            body += file.declared
        }
        return Self.title + Array(SHA256.hash(data: program)) + Array(SHA256.hash(data: body)) + body
    }

    subscript(key: Key) -> File? { files[key] }

    private mutating func add(_ file: File, _ key: Key) {
        if files.updateValue(file, forKey: key) == nil { order.append(key) }
    }

    /// Whether both know the same of the same files.
    func isLike(_ other: KnownFiles) -> Bool {
        files.count == other.files.count
            && files.allSatisfy { key, file in other.files[key]?.examplesHold == file.examplesHold }
    }

    /// These files, and then those that are known besides, as far as there is room.
    func after(_ used: [(key: Key, file: File)]) -> KnownFiles {
        var known = KnownFiles()
        var room = Self.byteLimit
        for (key, file) in used + order.compactMap({ key in files[key].map { (key, $0) } })
        where known.files[key] == nil {
            room -= Self.entryBytes + file.declared.count
            guard room >= 0 else { break }
            known.add(file, key)
        }
        return known
    }
}

extension KnownFiles.Key {
    /// What a file is known by when it is run as one of `kind`.
    init(_ source: PluginSource, _ kind: LuaState.FileKind, _ limits: LuaState.Limits) {
        var hash = SHA256()
        var numbers: [UInt8] = []
        for number in [
            Int64(kind.rawValue), Int64(limits.memory), Int64(limits.turnover), Int64(limits.stringLength),
            limits.instructions, Int64(source.libraries.digest.count),
        ] {
            numbers.append(bigEndian: UInt64(bitPattern: number), count: 8)
        }
        hash.update(data: numbers)
        hash.update(data: source.libraries.digest)
        hash.update(data: source.text)
        let digest = Array(hash.finalize())
        words = digest.withBytes { ($0.u64(0), $0.u64(8), $0.u64(16), $0.u64(24)) }
    }
}

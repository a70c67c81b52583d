internal import Crypto
internal import Foundation
internal import GRDB
public import Net

/// What tells that a capture was read before: a digest of its size and of samples of its bytes.
public enum CaptureIdentity {
    private static let sampleBytes = 1 << 20
    private static let samples = 64
    /// A file up to this is looked at whole.
    static let wholeBytes = UInt64(samples * sampleBytes)

    /// The identity of a file, read with these options; nil for what is no file, such as a pipe.
    ///
    /// 64 MB of a larger file are looked at: its beginning, its end, and what lies at equal distances between, a
    /// megabyte each. To read everything twice would take too long; so would more pieces, on a disk that turns.
    public static func of(file path: String, options: String) -> String? {
        of(file: path, first: nil, options: options)
    }

    /// The identity of what was read of a file that may not be over: of so many bytes from its beginning.
    public static func of(beginning bytes: Int, ofFile path: String, options: String) -> String? {
        of(file: path, first: UInt64(bytes), options: options).map { "\(bytes):\($0)" }
    }

    private static func of(file path: String, first bytes: UInt64?, options: String) -> String? {
        // The attributes of a link are not those of the file.
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: real),
            attributes[.type] as? FileAttributeType == .typeRegular,
            let wholeSize = (attributes[.size] as? NSNumber)?.uint64Value,
            case let size = bytes ?? wholeSize, size <= wholeSize,
            let file = FileHandle(forReadingAtPath: path)
        else { return nil }
        defer { try? file.close() }
        var digest = SHA256()
        digest.update(data: Data("\(size) \(options)\n".utf8))
        let sample = UInt64(sampleBytes)
        let step = size <= wholeBytes ? sample : (size - sample) / UInt64(samples - 1)
        var place: UInt64 = 0
        while place < size {
            guard (try? file.seek(toOffset: place)) != nil,
                let bytes = try? file.read(upToCount: Int(min(sample, size - place))), !bytes.isEmpty
            else { return nil }
            digest.update(data: bytes)
            place += step
        }
        return hexadecimal(digest.finalize())
    }

    /// The identity of several captures that are parts of one.
    public static func of(parts: [String?]) -> String? {
        let known = parts.compactMap(\.self)
        guard known.count == parts.count else { return nil }
        return known.count == 1
            ? known[0]
            : hexadecimal(SHA256.hash(data: Data(known.joined(separator: " ").utf8)))
    }

    fileprivate static func hexadecimal(_ digest: SHA256.Digest) -> String {
        digest.prefix(16).map { String(UInt16($0) | 0x100, radix: 16).dropFirst() }.joined()
    }
}

/// What tells that a log was imported before: a digest of all that is in it.
public struct ContentsIdentity {
    private var digest = SHA256()
    private let options: String
    private var bytes = 0

    /// Nothing yet of a log that is read with these options.
    public init(options: String) { self.options = options }

    /// Adds what comes next in it.
    public mutating func add(_ bytes: RawSpan) {
        digest.update(data: Data(bytes.copy(from: 0, atMost: bytes.byteCount)))
        self.bytes += bytes.byteCount
    }

    /// The identity of what was added.
    ///
    /// - Parameter damage: Why the rest could not be read, if so: the log itself is another one.
    public func text(damage: String?) -> String {
        var digest = digest
        digest.update(data: Data("\(bytes) \(options) \(damage ?? "")\n".utf8))
        return CaptureIdentity.hexadecimal(digest.finalize())
    }
}

extension Store {
    /// When a capture of this identity was read to its end, and under which name; nil when it was not.
    public func reading(of identity: String) throws(StoreError) -> (name: String, time: Timestamp)? {
        try read { database in
            try Row.fetchOne(
                database, sql: "SELECT name, ended FROM captures WHERE identity = ? AND state = 'complete'",
                arguments: [identity]
            ).map { try ($0["name"], Timestamp(nanoseconds: $0["ended"] as Int64? ?? 0)) }
        }
    }

    /// How many bytes of a capture a sensor had read that followed its folder; 0 when it had read none, or when they are
    /// others now.
    public func bytesFollowed(of path: String, options: String) throws(StoreError) -> Int {
        let identity = try read { database in
            try String.fetchOne(
                database,
                sql: "SELECT identity FROM captures WHERE name = ? AND first_session = 0 AND state = 'open'",
                arguments: [path])
        }
        guard let identity, let bytes = identity.split(separator: ":").first.flatMap({ Int($0) }),
            CaptureIdentity.of(beginning: bytes, ofFile: path, options: options) == identity
        else { return 0 }
        return bytes
    }
}

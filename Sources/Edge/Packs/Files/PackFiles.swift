/// A file of a pack.
public struct PackFile: Sendable, Equatable {
    /// Its place in the pack, such as `plugins/modbus.lua`.
    public var path: String
    /// Its bytes.
    public var bytes: [UInt8]

    /// A file.
    public init(path: String, bytes: [UInt8]) { (self.path, self.bytes) = (path, bytes) }
}

/// The files of a pack or bundle, in memory: their names are harmless, each is there once, and they are not too large.
struct PackFiles {
    /// In the order of their names' bytes.
    private(set) var files: [PackFile] = []

    /// - Parameter origin: how messages call what the files are from.
    init(_ files: [PackFile], from origin: String) throws(PackFailure) {
        var gate = PackGate(origin)
        for file in files { try gate.admit(file.path, size: file.bytes.count) }
        self.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    subscript(_ path: String) -> [UInt8]? { files.first { $0.path == path }?.bytes }
}

/// Lets files in one after another, by name and size, before their bytes are read.
struct PackGate {
    private let origin: String
    private var names: Set<String> = []
    private var folders: Set<String> = []
    private var total = 0

    init(_ origin: String) { self.origin = origin }

    /// Throws when there may be no such file beside those before.
    mutating func admit(_ path: String, size: Int) throws(PackFailure) {
        if let reason = Self.complaint(about: path) {
            throw PackFailure("\(origin): the name \(Self.shown(path)) is refused: \(reason)")
        }
        // What differs in case only is one file on some systems.
        let name = path.lowercased()
        guard names.insert(name).inserted else {
            throw PackFailure("\(origin): \(Self.shown(path)) is there twice")
        }
        var folder = name
        var isClash = folders.contains(name)
        while let slash = folder.lastIndex(of: "/") {
            folder = String(folder[..<slash])
            folders.insert(folder)
            isClash = isClash || names.contains(folder)
        }
        if isClash { throw PackFailure("\(origin): \(Self.shown(path)) is a file and a folder") }
        guard names.count <= PackLimits.files else {
            throw PackFailure("\(origin): more than \(PackLimits.files) files; no pack has so many")
        }
        guard size <= PackLimits.fileBytes else {
            throw PackFailure(
                "\(origin): \(Self.shown(path)) is larger than \(PackLimits.fileBytes.bytesText)")
        }
        total += size
        guard total <= PackLimits.totalBytes else {
            throw PackFailure("\(origin): larger than \(PackLimits.totalBytes.bytesText) in all")
        }
    }

    /// A name as messages show it: short, without what could harm a terminal.
    private static func shown(_ path: String) -> String {
        let text = path.unicodeScalars.prefix(80).map { scalar in
            (0x20..<0x7f).contains(scalar.value) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
        }
        return "'\(text.joined())\(path.unicodeScalars.count > 80 ? "..." : "")'"
    }

    /// Why there may be no file of that name; nil when there may.
    static func complaint(about path: String) -> String? {
        if path.isEmpty { return "it is empty" }
        if path.utf8.count > 200 { return "it is longer than 200 bytes" }
        if path.hasPrefix("/") { return "it leads out of the pack" }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if parts.contains("..") { return "it leads out of the pack" }
        if parts.count > 12 { return "it lies deeper than 12 folders" }
        for part in parts {
            if part.isEmpty || part.hasPrefix(".") { return "a part of it is empty or begins with a dot" }
            if part.utf8.count > 100 { return "a part of it is longer than 100 bytes" }
            if part.hasPrefix("-") || part.hasSuffix(".") {
                return "a part of it begins with a hyphen or ends with a dot"
            }
            guard part.utf8.allSatisfy(isPlain) else {
                return "only letters, digits and ._+-=,@ may stand in it"
            }
        }
        if parts.count > 1, parts.last == "pack.lua" { return "a pack holds no other pack" }
        if parts.count > 1, let last = parts.last, PackList.sealNames.contains(String(last)) {
            return "only the pack's own list may be called so"
        }
        return nil
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "._+-=,@".utf8.contains(byte)
        }
    }
}

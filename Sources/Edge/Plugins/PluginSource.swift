internal import Crypto

/// The files of a pack's `lib` folder, which its plugins may `require`, as they were read: the bytes that are run.
public struct PackLibraries: Sendable {
    /// The names, such as `mail` for `lib/mail.lua`.
    public private(set) var names: [String] = []
    /// By name: where the file is.
    public private(set) var paths: [String] = []
    /// For CLuaShim: length, name, length, text; and so on.
    private(set) var bundle: [UInt8] = []
    /// A digest of the bundle; empty without files.
    private(set) var digest: [UInt8] = []

    /// None.
    public init() {}

    /// Adds `lib/NAME.lua`.
    public mutating func add(_ name: String, path: String, text: [UInt8]) {
        names.append(name)
        paths.append(path)
        for part in [Array(name.utf8), text] {
            let count = UInt32(part.count)
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                bundle.append(UInt8(truncatingIfNeeded: count >> shift))
            }
            bundle += part
        }
        digest = Array(SHA256.hash(data: bundle))
    }
}

/// A file of plugins or policy, as it was read: the bytes that are run.
public struct PluginSource: Sendable {
    /// What a file may declare.
    public enum Kind: Sendable {
        /// Protocols.
        case plugin
        /// What a site expects, allows and forbids.
        case policy
    }

    /// The path as it was given, or found below a folder that was given.
    public let path: String
    /// The file's bytes.
    public let text: [UInt8]
    /// What it may declare.
    public let kind: Kind
    /// The plugin's name, such as `offport/core/ssh`.
    public let id: String
    /// The name of the pack it belongs to; nil for a loose file.
    public let pack: String?
    /// What it may require: the files in its pack's `lib` folder.
    public let libraries: PackLibraries
    /// The path of the `pack.lua` of the pack whose folder it was found in; nil when it was found in none.
    var manifest: String?
    /// How many folders below what was named it was found, that one included; 0 when it was named itself.
    var depth = 0
    /// Whether its pack lists its files, so that whoever loads it can change none.
    var isSealed = false

    /// A file.
    public init(
        path: String, text: [UInt8], kind: Kind, id: String, pack: String? = nil,
        libraries: PackLibraries = PackLibraries()
    ) {
        self.path = path
        self.text = text
        self.kind = kind
        self.id = id
        self.pack = pack
        self.libraries = libraries
    }

    /// The path of one of its libraries, counted from 1; its own for 0.
    func path(ofLibrary number: Int) -> String {
        number > 0 && number <= libraries.paths.count ? libraries.paths[number - 1] : path
    }

    /// Whether it can be Lua at all: text has no control characters but those that lay it out.
    var isText: Bool { text.allSatisfy { $0 >= 0x20 || (0x09...0x0d).contains($0) } }

    /// The line, from 1, of the first `name =` at or after `line`; `line` when there is none.
    public func line(ofKey name: String, from line: Int) -> Int {
        search(Array(name.utf8), from: line) { before, after in
            guard !Self.isWordByte(before) else { return false }
            let rest = after.drop {
                $0 == UInt8(ascii: " ") || $0 == 9 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "]")
            }
            return rest.first == UInt8(ascii: "=")
        }
    }

    /// The line, from 1, of the first string `literal` at or after `line`; `line` when there is none.
    public func line(ofLiteral literal: some Collection<UInt8>, from line: Int) -> Int {
        search(Array(literal), from: line) { before, after in
            switch (before, after.first) {
            case (UInt8(ascii: "\""), UInt8(ascii: "\"")), (UInt8(ascii: "'"), UInt8(ascii: "'")),
                (UInt8(ascii: "["), UInt8(ascii: "]")):
                true
            default: false
            }
        }
    }

    private static func isWordByte(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return byte == UInt8(ascii: "_") || (48...57).contains(byte) || (97...122).contains(byte | 0x20)
    }

    private func search(
        _ needle: [UInt8], from line: Int, where fits: (UInt8?, ArraySlice<UInt8>) -> Bool
    ) -> Int {
        guard let first = needle.first else { return line }
        var current = 1
        for (index, byte) in text.enumerated() {
            if current >= line, byte == first, text[index...].starts(with: needle),
                fits(index > 0 ? text[index - 1] : nil, text[(index + needle.count)...])
            {
                return current
            }
            if byte == 10 { current += 1 }
        }
        return line
    }
}

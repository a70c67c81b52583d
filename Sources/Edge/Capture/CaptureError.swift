import Net

/// Why a capture cannot be read at all: something its user can mend.
public enum CaptureError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file or folder cannot be opened; `reason` is the system's own word.
    case cannotOpen(name: String, reason: String)
    /// Reading failed midway; `reason` is the system's own word.
    case cannotRead(name: String, reason: String)
    /// There is not one byte.
    case empty(name: String)
    /// It is neither pcap nor pcapng; `beginning` holds its first bytes, at most 12.
    case notACapture(name: String, beginning: [UInt8])
    /// The filter expression cannot be compiled for a link type; `reason` is libpcap's own text.
    case filter(expression: String, linkType: LinkType, reason: String)
    /// An interface cannot be opened or is gone; `reason` is libpcap's own text.
    case interface(name: String, reason: String)

    /// One line: what is wrong with what, and what to do where that is known.
    public var description: String {
        switch self {
        case .cannotOpen(let name, let reason): "\(name): \(reason)"
        case .cannotRead(let name, let reason): "\(name): cannot be read: \(reason)"
        case .empty(let name): "\(name): not a capture file: it is empty"
        case .notACapture(let name, let beginning): Self.describe(beginning, of: name)
        case .interface(let name, let reason): "\(name): \(reason)"
        case .filter(let expression, let linkType, let reason):
            "filter '\(expression)' for link type \(linkType.number): \(reason)"
        }
    }

    private static func describe(_ beginning: [UInt8], of name: String) -> String {
        for (magic, packer, command) in packers where beginning.starts(with: magic) {
            return "\(name): packed by \(packer), which is not read: "
                + "unpack it first, or pipe it in (\(command) \(name) | offport run -r -)"
        }
        return "\(name): not a capture file: it begins with '\(printable(beginning))' "
            + "(pcap, pcapng and gzip of both are read)"
    }

    /// Packers that people keep captures in, by the first bytes of their files.
    private static let packers: [(magic: [UInt8], packer: String, command: String)] = [
        ([0x28, 0xb5, 0x2f, 0xfd], "zstd", "zstd -dc"),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "xz", "xz -dc"),
        ([0x42, 0x5a, 0x68], "bzip2", "bzip2 -dc"),
        ([0x04, 0x22, 0x4d, 0x18], "lz4", "lz4 -dc"),
        ([0x50, 0x4b, 0x03, 0x04], "zip", "unzip -p"),
    ]

    private static func printable(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            if (0x20...0x7e).contains(byte) { return String(UnicodeScalar(byte)) }
            return "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

/// Where and how a capture is broken.
///
/// Every frame before the place has been delivered, none after it is.
public struct CaptureDamage: Hashable, Sendable, CustomStringConvertible {
    /// What kind of damage it is, for counting.
    public enum Kind: String, Sendable {
        /// The capture ends in the middle of something.
        case cutOff = "cut-off"
        /// A length cannot be right.
        case length
        /// Something other than a length cannot be right.
        case content
        /// The gzip data around the capture is broken.
        case packing
    }

    /// What kind of damage it is.
    public let kind: Kind
    /// The first byte of what is broken, counted from 0 in the capture's own bytes: unpacked where it is
    /// gzipped.
    public let offset: Int
    /// Whether the capture is gzipped, so that `offset` is not an offset into the file.
    public internal(set) var isUnpackedOffset = false
    /// What is broken: `record`, `block`, `file header`.
    let unit: String
    /// What is wrong with it, a half-sentence.
    let complaint: String

    init(_ kind: Kind, _ unit: String, at offset: Int, _ complaint: String) {
        self.kind = kind
        self.offset = offset
        self.unit = unit
        self.complaint = complaint
    }

    static func cutOff(_ unit: String, at offset: Int, has: Int, of needed: Int) -> Self {
        Self(.cutOff, unit, at: offset, "is cut off: \(has) of at least \(needed) bytes are there")
    }

    /// `record at byte 8131 says 4294967295 bytes: damaged`.
    public var description: String {
        "\(unit) at byte \(offset)\(isUnpackedOffset ? " (unpacked)" : "") \(complaint)"
    }
}

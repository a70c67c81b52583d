/// A pack as one file: tar (POSIX.1-2017, ustar) in gzip (RFC 1952), written one way only.
///
/// The files in the order of their names' bytes; mode 644, owner 0, time 0, no folders, two blocks of zeros at the end. An
/// archive that is written in any other way is refused, so that every reader sees in it what this one sees.
public enum PackArchive {
    private static let block = 512

    /// The bytes of an archive; the same files give the same bytes.
    static func bytes(of files: [PackFile]) throws(PackFailure) -> [UInt8] {
        let checked = try PackFiles(files, from: "the archive").files
        var packer = try Packer()
        for file in checked {
            try packer.pack(header(file.path, size: file.bytes.count))
            try packer.pack(file.bytes)
            try packer.pack([UInt8](repeating: 0, count: padding(file.bytes.count)))
        }
        try packer.pack([UInt8](repeating: 0, count: 2 * block))
        return try packer.finished()
    }

    /// The files in an archive.
    ///
    /// - Parameter origin: how messages call it.
    static func files(in archive: [UInt8], from origin: String) throws(PackFailure) -> [PackFile] {
        var unpacker = try Unpacker(archive, origin: origin)
        var gate = PackGate(origin)
        var files: [PackFile] = []
        while true {
            let head = try unpacker.bytes(block)
            if head.allSatisfy({ $0 == 0 }) { break }
            let (path, size) = try entry(head, origin)
            // Refused before anything of it is unpacked.
            try gate.admit(path, size: size)
            if let last = files.last, !last.path.utf8.lexicographicallyPrecedes(path.utf8) {
                throw PackFailure("\(origin): its files are not in the order of their names")
            }
            let bytes = try unpacker.bytes(size)
            guard head == header(path, size: size),
                try unpacker.bytes(padding(size)).allSatisfy({ $0 == 0 })
            else {
                throw PackFailure("\(origin): '\(path)' is not written as 'offport pack build' writes it")
            }
            files.append(PackFile(path: path, bytes: bytes))
        }
        guard try unpacker.bytes(block).allSatisfy({ $0 == 0 }) else {
            throw PackFailure("\(origin): damaged: only one block of zeros at its end")
        }
        try unpacker.finish()
        return files
    }

    /// Whether bytes begin as an archive does.
    static func isArchive(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

    private static func padding(_ size: Int) -> Int { (block - size % block) % block }

    /// The name in a header.
    static func name(_ head: [UInt8]) -> String {
        func text(_ range: Range<Int>) -> String {
            String(decoding: head[range].prefix { $0 != 0 }, as: UTF8.self)
        }
        return text(345..<500).isEmpty ? text(0..<100) : "\(text(345..<500))/\(text(0..<100))"
    }

    /// What is looked at before the header is compared with the one that would be written.
    private static func entry(_ head: [UInt8], _ origin: String) throws(PackFailure) -> (String, Int) {
        func text(_ range: Range<Int>) -> String {
            String(decoding: head[range].prefix { $0 != 0 }, as: UTF8.self)
        }
        let path = name(head)
        guard text(257..<263) == "ustar" else {
            throw PackFailure("\(origin): this is no pack: no ustar header")
        }
        switch head[156] {
        case UInt8(ascii: "0"): break
        case UInt8(ascii: "2"), UInt8(ascii: "1"):
            throw PackFailure("\(origin): '\(path)' is a link; a pack holds files only")
        default:
            throw PackFailure("\(origin): '\(path)' is neither a file nor a folder; a pack holds files only")
        }
        guard let size = Int(text(124..<136), radix: 8), size >= 0 else {
            throw PackFailure("\(origin): '\(path)' has a size that is no number")
        }
        return (path, size)
    }

    private static func header(_ path: String, size: Int) -> [UInt8] {
        var head = [UInt8](repeating: 0, count: block)
        func put(_ text: String, at place: Int) {
            for (offset, byte) in text.utf8.enumerated() { head[place + offset] = byte }
        }
        func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        // A name of more than 100 bytes is cut at the last slash that leaves one.
        if path.utf8.count > 100 {
            let bytes = Array(path.utf8)
            let cut = bytes.indices.first { bytes[$0] == UInt8(ascii: "/") && bytes.count - $0 - 1 <= 100 }
            let place = cut ?? 0
            put(String(decoding: bytes[..<place], as: UTF8.self), at: 345)
            put(String(decoding: bytes[(place + 1)...], as: UTF8.self), at: 0)
        } else {
            put(path, at: 0)
        }
        for (text, place) in [
            ("0000644", 100), ("0000000", 108), ("0000000", 116), (octal(size, 11), 124),
            (octal(0, 11), 136), ("        ", 148), ("0", 156), ("ustar\0" + "00", 257), ("0000000", 329),
            ("0000000", 337),
        ] { put(text, at: place) }
        let sum = head.reduce(0) { $0 + Int($1) }
        put(octal(sum, 6) + "\0 ", at: 148)
        return head
    }
}

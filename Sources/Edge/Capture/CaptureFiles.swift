import Net

/// Finds capture files.
public enum CaptureFiles {
    /// The capture files that `path` stands for: of a folder all in it and in the folders below, sorted by
    /// path with numbers by their values (`cap.pcap9` before `cap.pcap10`), recognised by how they begin and not by
    /// name; of anything else, `-` included, itself.
    ///
    /// What is in a folder and cannot be read is listed too, so that reading it says why. Links to folders
    /// are not followed, pipes and devices in a folder are left out.
    public static func expand(_ path: String) throws(CaptureError) -> [String] {
        try expand(path, taking: isCapture)
    }

    /// The same of files of any kind: of those in a folder, the ones that `isWanted`.
    ///
    /// - Parameter followsLinks: goes into folders that links lead to, into each folder once.
    public static func expand(
        _ path: String, followingLinks followsLinks: Bool = false, taking isWanted: (_ file: String) -> Bool
    ) throws(CaptureError) -> [String] {
        if path == "-" { return [path] }
        guard try FileKind.at(path) == .folder else { return [path] }
        var found: [String] = []
        var pending = [path]
        var visited: Set<[UInt64]> = []
        while let folder = pending.popLast() {
            if followsLinks, let identity = FileIdentity(path: folder),
                !visited.insert(identity.node).inserted
            {
                continue
            }
            guard let names = namesInFolder(folder) else {
                found.append(folder)
                continue
            }
            for name in names {
                let inside = folder.hasSuffix("/") ? folder + name : folder + "/" + name
                switch FileKind(path: inside) {
                case .folder where followsLinks || !FileKind.isLink(inside): pending.append(inside)
                case .file where isWanted(inside): found.append(inside)
                // What it is cannot be asked by this name.
                case nil where hasLostBytes(inside) && isWanted(inside): found.append(inside)
                default: break
                }
            }
        }
        return found.sorted(by: isBefore)
    }

    /// Whether `path` leads to a file: something that can be read twice, unlike a pipe.
    public static func isFile(_ path: String) -> Bool { FileKind(path: path) == .file }

    /// Whether two paths lead to one file, through links of both kinds; never of pipes and devices.
    public static func isOneFile(_ path: String, _ other: String) -> Bool {
        guard isFile(path), let one = FileIdentity(path: path), let two = FileIdentity(path: other) else {
            return false
        }
        return one.isSameFile(as: two)
    }

    /// Whether what is read of `path` has `file` in it, by whatever name.
    ///
    /// - Parameters:
    ///   - followsLinks: whether folders that links lead to are read.
    ///   - isWanted: which files of a folder are read; nil for captures.
    public static func isRead(
        _ file: String, fromWithin path: String, followingLinks followsLinks: Bool = false,
        taking isWanted: ((_ file: String) -> Bool)? = nil
    ) -> Bool {
        guard isFile(file) else { return false }
        let isRead = isWanted ?? isCapture
        let found =
            (try? expand(path, followingLinks: followsLinks) { isOneFile(file, $0) && isRead($0) }) ?? []
        return found.contains { isOneFile(file, $0) }
    }

    /// Whether one path comes before another: byte by byte, but for numbers, which go by their values, as whoever
    /// numbers the parts of a capture means them.
    static func isBefore(_ one: String, _ other: String) -> Bool {
        var (left, right) = (Substring(one).utf8, Substring(other).utf8)
        while let first = left.first, let second = right.first {
            if isDigit(first), isDigit(second) {
                let numbers = (number(&left), number(&right))
                if numbers.0.count != numbers.1.count { return numbers.0.count < numbers.1.count }
                if !numbers.0.elementsEqual(numbers.1) {
                    return numbers.0.lexicographicallyPrecedes(numbers.1)
                }
            } else {
                if first != second { return first < second }
                left.removeFirst()
                right.removeFirst()
            }
        }
        return left.isEmpty == right.isEmpty ? one < other : left.isEmpty
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 <= 9 }

    /// Takes a number off the front; its digits without leading zeros.
    private static func number(_ text: inout Substring.UTF8View) -> Substring.UTF8View {
        let digits = text.prefix(while: isDigit)
        text = text[digits.endIndex...]
        return digits.drop { $0 == UInt8(ascii: "0") }
    }

    /// Whether the file begins like a capture, or cannot be asked.
    private static func isCapture(_ path: String) -> Bool {
        do throws(CaptureError) { return try beginsAsCapture(path) } catch { return true }
    }

    /// Whether a file begins like a capture, plain or gzipped.
    public static func beginsAsCapture(_ path: String) throws(CaptureError) -> Bool {
        let source = ByteSource(try OpenFile.opened(path: path), name: path)
        var beginning = ByteBuffer(capacity: 4)
        while beginning.count < 4, try source.read(into: &beginning) != 0 {}
        return beginning.withBytes { bytes in
            guard bytes.byteCount == 4 else { return false }
            let magic = bytes.u32(0)
            return magic == PcapngFormat.sectionHeader || PcapFormat(magic: magic) != nil
        }
    }
}

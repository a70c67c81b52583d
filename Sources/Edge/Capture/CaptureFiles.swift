import Net

/// Finds capture files.
public enum CaptureFiles {
    /// The capture files that `path` stands for: of a folder all in it and in the folders below, sorted by
    /// path, recognised by how they begin and not by name; of anything else, `-` included, itself.
    ///
    /// What is in a folder and cannot be read is listed too, so that reading it says why. Links to folders
    /// are not followed, pipes and devices in a folder are left out.
    public static func expand(_ path: String) throws(CaptureError) -> [String] {
        if path == "-" { return [path] }
        guard let kind = FileKind(path: path) else {
            throw .cannotOpen(name: path, reason: "no such file or folder")
        }
        guard kind == .folder else { return [path] }
        var found: [String] = []
        var pending = [path]
        while let folder = pending.popLast() {
            guard let names = namesInFolder(folder) else {
                found.append(folder)
                continue
            }
            for name in names {
                let inside = folder.hasSuffix("/") ? folder + name : folder + "/" + name
                switch FileKind(path: inside) {
                case .folder where !FileKind.isLink(inside): pending.append(inside)
                case .file where isCapture(inside): found.append(inside)
                default: break
                }
            }
        }
        return found.sorted()
    }

    /// Whether the file begins like a capture, or cannot be asked.
    private static func isCapture(_ path: String) -> Bool {
        do throws(CaptureError) {
            let source = ByteSource(try OpenFile.opened(path: path), name: path)
            var beginning = ByteBuffer(capacity: 4)
            while beginning.count < 4, try source.read(into: &beginning) > 0 {}
            return beginning.withBytes { bytes in
                guard bytes.byteCount == 4 else { return false }
                let magic = bytes.u32(0)
                return magic == PcapngFormat.sectionHeader || PcapFormat(magic: magic) != nil
            }
        } catch {
            return true
        }
    }
}

/// The files of a commit or tree of git's, read as objects: nothing is checked out, no filter of git's runs.
struct GitTree {
    /// How messages call where it is.
    let origin: String

    /// The files, without those whose names begin with a dot; links and submodules are refused.
    ///
    /// - Parameters:
    ///   - object: the commit or tree.
    ///   - git: runs git in the repository: its words, and what it reads.
    func files(
        of object: String, _ git: (_ words: [String], _ input: [UInt8]) throws(PackFailure) -> [UInt8]
    ) throws(PackFailure) -> [PackFile] {
        let wanted = try entries(try git(["ls-tree", "-r", "-z", "-l", "--full-tree", object], []))
        let names = Array(wanted.map { "\($0.object)\n" }.joined().utf8)
        return try contents(try git(["cat-file", "--batch"], names), wanted)
    }

    private struct Entry {
        var path: String
        var object: String
        var size: Int
    }

    /// Lines of `MODE TYPE OBJECT SIZE\tPATH`, ended by zeros; names that begin with a dot are the repository's own.
    private func entries(_ tree: [UInt8]) throws(PackFailure) -> [Entry] {
        var gate = PackGate(origin)
        var entries: [Entry] = []
        for line in tree.split(separator: 0) {
            guard let tab = line.firstIndex(of: 9) else {
                throw PackFailure("\(origin): git's list cannot be read")
            }
            let head = String(decoding: line[..<tab], as: UTF8.self).split(separator: " ")
            let path = String(decoding: line[(tab + 1)...], as: UTF8.self)
            if path.split(separator: "/").contains(where: { $0.hasPrefix(".") && $0 != ".." && $0 != "." }) {
                continue
            }
            guard head.count == 4 else { throw PackFailure("\(origin): git's list cannot be read") }
            switch head[0] {
            case "100644", "100755": break
            case "120000": throw PackFailure("\(origin): \(path) is a link; a pack holds files only")
            default: throw PackFailure("\(origin): \(path) is no file; a pack holds files only")
            }
            guard let size = Int(head[3]) else { throw PackFailure("\(origin): git's list cannot be read") }
            try gate.admit(path, size: size)
            entries.append(Entry(path: path, object: String(head[2]), size: size))
        }
        return entries
    }

    /// For each object `OBJECT blob SIZE`, a line end, the bytes, a line end.
    private func contents(_ objects: [UInt8], _ wanted: [Entry]) throws(PackFailure) -> [PackFile] {
        var files: [PackFile] = []
        var rest = objects[...]
        for entry in wanted {
            let head = Array("\(entry.object) blob \(entry.size)\n".utf8)
            guard rest.starts(with: head), rest.count >= head.count + entry.size + 1 else {
                throw PackFailure("\(origin): \(entry.path) cannot be read")
            }
            let bytes = rest.dropFirst(head.count).prefix(entry.size)
            files.append(PackFile(path: entry.path, bytes: Array(bytes)))
            rest = rest.dropFirst(head.count + entry.size + 1)
        }
        return files
    }
}

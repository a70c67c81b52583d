import Plugins

/// A folder `tests/NAME` with a capture.
struct TestFolder {
    let path: String
    /// The capture in it; nil when it is missing or called otherwise.
    let capture: String?

    var expectation: String { "\(path)/expect.jsonl" }
    var exclusions: String { "\(path)/may-change.jsonl" }

    /// Why it cannot be run; nil when it can.
    var complaint: String? {
        capture == nil ? "\(path): no input.pcap (or input.pcapng, input.pcap.gz)" : nil
    }

    /// The policies that it is read by: the common one of all tests beside it, and its own.
    var policies: [String] {
        ["\(Self.parent(path))/site.lua", "\(path)/policy.lua"].filter { Console.realPath($0) != nil }
    }

    /// Those beside the files that are meant: of a folder or pack all in it, of a file that with its name.
    static func all(of authored: AuthoredFiles, isEverything: Bool) -> [TestFolder] {
        var found: [TestFolder] = []
        for root in authored.roots {
            if root.hasSuffix(".lua") {
                let file = root.split(separator: "/").last.map { String($0.dropLast(4)) } ?? ""
                var folder = root.hasPrefix("/") || root.contains("/") ? parent(root) : "."
                // Up to the pack that the file belongs to.
                for _ in 0..<4 {
                    if let test = TestFolder("\(folder)/tests/\(file)") { found.append(test) }
                    if Console.realPath("\(folder)/pack.lua") != nil || !folder.contains("/") { break }
                    folder = parent(folder)
                }
            } else {
                found += below(root, depth: 0)
            }
        }
        return found
    }

    private init?(_ path: String) {
        let captures = ["input.pcap", "input.pcapng", "input.pcap.gz"]
        let names = Console.names(in: path)
        // What expects something, or has a capture of any name, is meant to be a test.
        guard names.contains(where: { $0 == "expect.jsonl" || $0.contains(".pcap") }) else { return nil }
        self.path = path
        capture = captures.first(where: names.contains).map { "\(path)/\($0)" }
    }

    private static func below(_ folder: String, depth: Int) -> [TestFolder] {
        guard depth < 16 else { return [] }
        let inner = Console.names(in: folder)
        return inner.flatMap { name in
            let path = "\(folder)/\(name)"
            return name == "tests"
                ? Console.names(in: path).compactMap { TestFolder("\(path)/\($0)") }
                : below(path, depth: depth + 1)
        }
    }

    private static func parent(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}

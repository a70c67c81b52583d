import Capture
import Inventory
import Packs

/// The files that a command is told to write and to read: writing one must not destroy another.
///
/// Checked before anything is opened for writing. Files are told apart by what they are, whatever links lead to
/// them. Terminals, pipes and devices may be named more than once.
struct NamedFiles: Sendable {
    private typealias Name = (words: String, path: String)
    private typealias Input = (words: String, path: String, isWanted: (@Sendable (String) -> Bool)?)
    private var outputs: [Name] = []
    private var inputs: [Input] = []

    /// A file that is written; nil and `-`, standard output, as flags have them.
    mutating func writes(_ flag: String, _ path: String?) {
        guard let path else { return }
        outputs.append(("\(flag) \(path)", path == "-" ? "/dev/stdout" : path))
    }

    /// Captures that are read: files, folders, `-` for standard input.
    mutating func readsCaptures(_ flag: String, _ paths: [String]) {
        for path in paths { inputs.append(("\(flag) \(path)", path == "-" ? "/dev/stdin" : path, nil)) }
    }

    /// Files of other kinds that are read: of a folder those that `isWanted`.
    mutating func reads(
        _ flag: String, _ paths: [String], taking isWanted: @escaping @Sendable (String) -> Bool
    ) {
        for path in paths {
            let words = flag.isEmpty ? path : "\(flag) \(path)"
            inputs.append((words, path == "-" ? "/dev/stdin" : path, isWanted))
        }
    }

    /// What plugins and policies are read from: without plugins, those that are found; and what packs are judged by.
    mutating func reads(plugins: [String], policy: [String]) {
        reads("--plugins", plugins) { $0.hasSuffix(".lua") }
        reads("--policy", policy) { $0.hasSuffix(".lua") }
        if plugins.isEmpty { reads("", PluginLibrary.paths([])) { $0.hasSuffix(".lua") } }
        // Of an installed pack every file is compared with what was signed.
        let said = PackPlaces.homes.flatMap { [$0.trust, $0.overlay] }
        reads("", PackPlaces.verification().folders + said) { _ in true }
    }

    /// Refuses to write what is read, and to write two things to one file.
    func check() throws {
        for (place, output) in outputs.enumerated() {
            if let other = outputs[..<place].first(where: { Self.isOneFile($0.path, output.path) }) {
                throw Outcome.usage(
                    "\(other.words) and \(output.words) are one file: write one of them to another")
            }
            let read = inputs.first {
                CaptureFiles.isRead(output.path, fromWithin: $0.path, taking: $0.isWanted)
            }
            if let read {
                throw Outcome.usage(
                    "\(output.words): is a file that is read, too (\(read.words)), and would be lost: "
                        + "write to another")
            }
        }
    }

    /// Refuses receivers of alerts whose files are read, or written as well: alerts would be added to them.
    ///
    /// Several receivers may write to one.
    func check(receiversOf policy: Policy) throws {
        for receiver in policy.receivers {
            guard case .file(let file) = receiver.means else { continue }
            var files = self
            files.writes("receiver \"\(receiver.name)\":", file.path)
            try files.check()
        }
    }

    private static func isOneFile(_ one: String, _ other: String) -> Bool {
        if CaptureFiles.isOneFile(one, other) { return true }
        guard let path = newPath(one) else { return false }
        return path == newPath(other)
    }

    /// The path of a file that will be made, without links and dots; nil when something is there, and when nothing can
    /// be made there.
    private static func newPath(_ path: String) -> String? {
        guard Console.realPath(path) == nil else { return nil }
        var path = path
        // As many links as the system follows.
        for _ in 0...40 {
            let slash = path.lastIndex(of: "/")
            let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
            guard let folder = Console.realPath(slash.map { String(path[...$0]) } ?? ".") else { return nil }
            // A link that leads nowhere yet: the file is made where it leads.
            guard let target = Console.linkTarget(path) else { return "\(folder)/\(name)" }
            path = target.hasPrefix("/") ? target : "\(folder)/\(target)"
        }
        return nil
    }
}

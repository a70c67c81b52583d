import Capture
import Inventory
import Packs
import Stores

/// The files that a command is told to write and to read: writing one must not destroy another.
///
/// Checked before anything is opened for writing. Files are told apart by what they are, whatever links lead to
/// them. Terminals, pipes and devices may be named more than once.
struct NamedFiles: Sendable {
    private typealias Name = (words: String, path: String)
    /// What is read; of a folder what `isWanted`, nil for captures.
    private struct Input {
        var words: String
        var path: String
        var followsLinks = false
        var isWanted: (@Sendable (String) -> Bool)?
    }
    private var outputs: [Name] = []
    /// Those of the outputs that are written anew: their paths.
    private var replaced: [Name] = []
    /// What lies beside the stores that are written, each with its store's words.
    private var besideStores: [Name] = []
    private var inputs: [Input] = []

    /// A file that is written; nil and `-`, standard output, as flags have them.
    ///
    /// - Parameter replaces: whether what it holds is lost, which no capture and no store should be; false where
    ///   whoever writes looks at that.
    mutating func writes(_ flag: String, _ path: String?, replaces: Bool = true) {
        guard let path else { return }
        let output = ("\(flag) \(path)", path == "-" ? "/dev/stdout" : path)
        outputs.append(output)
        if replaces { replaced.append(output) }
    }

    /// A store that is written, and what SQLite and the lock put beside it; nil for none.
    mutating func writes(_ flag: String = "--store", store path: String?) {
        guard let path else { return }
        outputs.append(("\(flag) \(path)", path))
        besideStores += Store.filesBeside(path).map { ("\(flag) \(path)", $0) }
    }

    /// Captures that are read: files, folders, `-` for standard input.
    mutating func readsCaptures(_ flag: String, _ paths: [String]) {
        for path in paths {
            inputs.append(Input(words: "\(flag) \(path)", path: path == "-" ? "/dev/stdin" : path))
        }
    }

    /// Files of other kinds that are read: of a folder those that `isWanted`.
    mutating func reads(
        _ flag: String, _ paths: [String], followingLinks followsLinks: Bool = false,
        taking isWanted: @escaping @Sendable (String) -> Bool
    ) {
        for path in paths {
            let words = flag.isEmpty ? path : "\(flag) \(path)"
            inputs.append(
                Input(
                    words: words, path: path == "-" ? "/dev/stdin" : path, followsLinks: followsLinks,
                    isWanted: isWanted))
        }
    }

    /// What plugins and policies are read from: without plugins, those that are found; and what packs are judged by.
    mutating func reads(plugins: [String], policy: [String]) {
        let found = plugins.isEmpty ? PluginLibrary.paths([]) : []
        for (flag, paths) in [("--plugins", plugins), ("--policy", policy), ("", found)] {
            reads(flag, paths, followingLinks: true) { $0.hasSuffix(".lua") }
        }
        // Of an installed pack every file is compared with what was signed.
        let said = PackPlaces.homes.flatMap { [$0.trust, $0.overlay] }
        reads("", PackPlaces.verification().folders + said) { _ in true }
    }

    /// Refuses to write what is read, to write two things to one file, and to write over a capture or a store.
    func check() throws {
        for (place, output) in outputs.enumerated() {
            if let other = outputs[..<place].first(where: { Self.isOneFile($0.path, output.path) }) {
                throw Outcome.usage(
                    "\(other.words) and \(output.words) are one file: write one of them to another")
            }
            if let store = besideStores.first(where: { Self.isOneFile($0.path, output.path) }) {
                throw Outcome.usage(
                    "\(output.words): is a part of the store (\(store.words)), which would be lost: "
                        + "write to another")
            }
            let read = inputs.first {
                CaptureFiles.isRead(
                    output.path, fromWithin: $0.path, followingLinks: $0.followsLinks, taking: $0.isWanted)
            }
            if let read {
                throw Outcome.usage(
                    "\(output.words): is a file that is read, too (\(read.words)), and would be lost: "
                        + "write to another")
            }
        }
        try checkReplaced()
    }

    /// Whoever writes records over a capture, read or not, has mistaken its name.
    private func checkReplaced() throws {
        for output in replaced where CaptureFiles.isFile(output.path) {
            let kind =
                Store.beginsAsStore(output.path)
                ? "a store" : (try? CaptureFiles.beginsAsCapture(output.path)) ?? false ? "a capture" : nil
            if let kind {
                throw Outcome.usage(
                    "\(output.words): is \(kind), which would be lost: write to another, or remove it first")
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
        // What will be made has a path only; pipes and devices are there, and may be named more than once.
        guard Console.realPath(one) == nil, Console.realPath(other) == nil else { return false }
        return Store.realPath(one) == Store.realPath(other)
    }
}

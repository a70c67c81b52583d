import Plugins
import SignatureImports

/// Where an import goes: a pack's folder, replaced whole.
struct ImportFolder {
    let path: String

    init(_ path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    private static let mark = "-- Made by `offport pack import`"

    /// Only an earlier import is replaced; anything else stays.
    func checkItMayBeReplaced() throws {
        guard Console.realPath(path) != nil else { return }
        let names = Console.names(in: path)
        if names.isEmpty, Console.text(of: path) == nil { return }
        guard let manifest = Console.text(of: "\(path)/pack.lua"), manifest.hasPrefix(Self.mark) else {
            throw Outcome.failed([
                "\(path): is there already and no earlier import; name another folder with --into"
            ])
        }
        guard names.allSatisfy({ ["pack.lua", "plugins"].contains($0) }) else {
            throw Outcome.failed([
                "\(path): has files that no import wrote; move them, or name another folder with --into"
            ])
        }
    }

    /// Writes the pack beside its place and moves it there.
    func write(_ files: [(path: String, text: [UInt8])]) throws {
        let fresh = "\(path).new-\(Console.processNumber)"
        let old = "\(path).old-\(Console.processNumber)"
        defer {
            Self.remove(fresh)
            Self.remove(old)
        }
        // A sensor runs as another user than who imports.
        guard Console.makeFolder("\(fresh)/plugins", mode: 0o755) else {
            throw Outcome.failed(["\(fresh): cannot be made: \(Console.lastError)"])
        }
        for (name, text) in files { try PluginFolder.create("\(fresh)/\(name)", text) }
        if Console.realPath(path) != nil, !Console.rename(path, to: old) {
            throw Outcome.failed(["\(path): cannot be replaced: \(Console.lastError)"])
        }
        guard Console.rename(fresh, to: path) else {
            let reason = Console.lastError
            _ = Console.rename(old, to: path)
            throw Outcome.failed(["\(path): cannot be written: \(reason)"])
        }
    }

    /// Writes the list of what was left out beside the pack; its path, or nil when nothing was.
    func writeList(_ leftOut: [LeftOut]) throws -> String? {
        let list = "\(path).left-out.txt"
        guard !leftOut.isEmpty else {
            Console.remove(list)
            return nil
        }
        guard let descriptor = Console.create(list) else {
            throw Outcome.failed(["\(list): cannot be written: \(Console.lastError)"])
        }
        defer { Console.close(descriptor) }
        let text = leftOut.map { $0.description + "\n" }.joined()
        guard Console.write(Array(text.utf8), to: descriptor) else {
            throw Outcome.failed(["\(list): cannot be written: \(Console.lastError)"])
        }
        return list
    }

    /// Removes what an import wrote: it has two levels, and nothing else is touched.
    private static func remove(_ folder: String) {
        for name in Console.names(in: "\(folder)/plugins") { Console.remove("\(folder)/plugins/\(name)") }
        Console.removeFolder("\(folder)/plugins")
        Console.remove("\(folder)/pack.lua")
        Console.removeFolder(folder)
    }
}

import Foundation
import Testing

/// Two teams with homes of their own, in a folder that is gone at the end.
final class PackWorld {
    let scratch: Scratch
    private(set) var key = ""

    /// Team A has a key for `acme`; team B trusts it.
    init(trusts: Bool = true) throws {
        scratch = try Scratch()
        try a("pack", "keygen", "acme", "--no-password")
        key = try Self.text(path("a/keys/acme.pub")).split(separator: "\n").last.map(String.init) ?? ""
        if trusts { try b("pack", "trust", "acme", key) }
    }

    func path(_ name: String) -> String { scratch.file(name).path }

    static func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    /// - Parameter folder: where the command runs, in the world's folder.
    @discardableResult
    func run(_ home: String, _ arguments: [String], in folder: String = ".") throws -> Command.Result {
        try Command.run(
            arguments,
            environment: [
                "OFFPORT_HOME": path(home), "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org",
                "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org", "HOME": scratch.url.path,
            ], in: scratch.file(folder))
    }

    @discardableResult func a(_ arguments: String...) throws -> Command.Result { try run("a", arguments) }
    @discardableResult func b(_ arguments: String...) throws -> Command.Result { try run("b", arguments) }

    func write(_ name: String, _ text: String) throws {
        let url = scratch.file(name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// Copies a file of the project.
    func copy(_ source: String, to name: String) throws {
        try write(name, "")
        try Data(contentsOf: Command.root.appending(path: source)).write(to: scratch.file(name))
    }

    /// A protocol that says its name, in every version of it.
    static func plugin(_ name: String) -> String {
        """
        protocol "\(name)" {
          title = "\(name)", ports = { "6117/tcp" },
          tcp { client = starts "\(name) one", server = starts "\(name) two" },
          example { client = "\(name) one", server = "\(name) two" },
        }

        """
    }

    /// A pack's folder with one plugin; it replaces what is there.
    func makePack(_ folder: String, name: String = "acme/ics", version: String = "1.0.0", more: String = "")
        throws
    {
        let plugin = name.split(separator: "/").last.map(String.init) ?? "x"
        try write("\(folder)/pack.lua", "pack { name = \"\(name)\", version = \"\(version)\", \(more) }\n")
        try write("\(folder)/plugins/\(plugin).lua", Self.plugin(plugin) + "-- \(version)\n")
    }

    /// Puts a small pack in the place of offport/core: what is tested is the pack's own.
    func standAlone() throws {
        try makePack("plugins/core", name: "offport/core")
    }

    /// A signed archive of a pack.
    func archive(_ folder: String, name: String = "acme/ics", version: String = "1.0.0", more: String = "")
        throws -> String
    {
        try makePack(folder, name: name, version: version, more: more)
        let file = "\(folder)-\(version).tar.gz"
        let built = try a("pack", "build", folder, "-o", file)
        #expect(built.status == 0, "\(built.errors)")
        let signed = try a("pack", "sign", file, "--key", "a/keys/acme.key")
        #expect(signed.status == 0, "\(signed.errors)")
        return file
    }

    /// Every file below a home's packs, with its size; the lock that is held while changing apart.
    func stored(_ home: String = "b") -> [String] {
        let folder = path("\(home)/packs")
        let names = (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String]) ?? []
        return names.filter { $0 != "changing" }.sorted()
    }

    /// Expects that a source is refused in words, that nothing is installed and nothing left behind.
    func expectRefused(_ source: String, _ words: String, _ flags: [String] = []) throws {
        let before = stored()
        let result = try run("b", ["pack", "install", source] + flags)
        #expect(result.status == 1, "\(source): \(result.output)")
        #expect(result.errors.contains(words), "\(source): \(result.errors)")
        #expect(!result.output.contains("installed "))
        #expect(stored() == before, "\(source) left \(stored())")
    }

    /// Runs a program of the system in the world's folder.
    @discardableResult
    func system(_ program: String, _ arguments: [String]) throws -> Command.Result {
        let result = try Command.run(
            arguments, environment: ["HOME": scratch.url.path], in: scratch.url,
            program: URL(filePath: program))
        #expect(result.status == 0, "\(program) \(arguments): \(result.errors)")
        return result
    }

    /// Runs Python; tests of hostile archives need what no tool writes.
    func python(_ text: String) throws { try system("/usr/bin/env", ["python3", "-c", text]) }
}

import ArgumentParser
import Authoring

/// Files that teach an editor the words of the language.
struct PluginEditor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "editor",
        abstract: "Writes type annotations for the Lua Language Server and snippets for Visual Studio Code.",
        discussion: """
            Every word of the language gets its hover text. Into DIR (default: the current folder) go \
            .vscode/offport/words.lua, .vscode/offport.code-snippets and, unless there is one, .luarc.json.
            """)

    @Argument(
        help: ArgumentHelp("The folder that the editor opens. Default: the current one.", valueName: "dir"),
        completion: .directory, transform: FileName.folder)
    var folder = "."

    func run() throws {
        _ = Console.makeFolder("\(folder)/.vscode/offport", mode: 0o755)
        try write(".vscode/offport/words.lua", EditorFiles.annotations)
        try write(".vscode/offport.code-snippets", EditorFiles.snippets.pretty() + "\n")
        let settings = EditorFiles.settings(library: ".vscode/offport").pretty() + "\n"
        if Console.realPath("\(folder)/.luarc.json") == nil {
            try write(".luarc.json", settings)
        } else if Console.text(of: "\(folder)/.luarc.json")?.contains(".vscode/offport") != true {
            Console.error(
                "\(folder)/.luarc.json is there already: add \".vscode/offport\" to its workspace.library")
        }
    }

    private func write(_ name: String, _ text: String) throws {
        let path = "\(folder)/\(name)"
        guard let file = Console.create(path), Console.write(Array(text.utf8), to: file) else {
            throw Outcome.failed(["\(path): cannot be written: \(Console.lastError)"])
        }
        Console.close(file)
        Console.print("wrote \(path)")
    }
}

import Plugins

/// The text of a plugin with a protocol `x`, whose table holds `body` after a title on line 2; `body` starts on
/// line 3.
func protocolText(_ body: String, example: String = #"example { client = "a" }"#) -> String {
    "protocol \"x\" {\n  title = \"X\",\n\(body)\n  \(example),\n}"
}

/// A library of one plugin file, `x.lua`.
func library(plugin text: String) -> Library {
    Library(sources: [PluginSource(path: "x.lua", text: Array(text.utf8), kind: .plugin, id: "t/x")])
}

/// A library of an `ftp` and an `http` plugin and one policy file, `site.lua`.
func library(policy text: String) -> Library {
    let plugins = ["ftp", "http"].map { name in
        "protocol \"\(name)\" { title = \"T\", tcp { client = starts \"a\" }, example { client = \"a\" } }\n"
    }
    return Library(sources: [
        PluginSource(path: "core.lua", text: Array(plugins.joined().utf8), kind: .plugin, id: "t/core"),
        PluginSource(path: "site.lua", text: Array(text.utf8), kind: .policy, id: "t/site"),
    ])
}

/// The problems as text, notes left out.
func messages(_ library: Library) -> [String] {
    library.problems.filter { $0.severity > .note }.map(\.description)
}

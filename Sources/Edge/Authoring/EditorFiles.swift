internal import Plugins

/// What editors need to know of the language, written from the loader's own list of words.
public enum EditorFiles {
    // MARK: Lua Language Server

    /// Type annotations for the Lua Language Server (LuaLS): hover texts, completion, types.
    public static var annotations: String {
        var text = """
            ---@meta
            -- The words of Offport's plugins, policies and packs; written by `offport plugin editor`.

            ---@class offport.Matcher
            ---@class offport.Step
            ---@class offport.Part
            ---@alias offport.Source string|offport.Handshake|fun(m: offport.Said): table?
            ---@class offport.Handshake
            --- What is told of: service, service "ssh", finding { "off-port", "forbidden" }.
            ---@class offport.Event
            ---@overload fun(names: string|string[]): offport.Event
            ---@alias offport.Severity "info"|"low"|"medium"|"high"|"critical"
            ---@alias offport.Direction "inbound"|"outbound"|"internal"

            --- What both speakers said first, as a check or a field function sees it.
            ---@class offport.Said
            ---@field client? offport.View nil when the client was not heard
            ---@field server? offport.View nil when the server was not heard

            --- The first bytes of a speaker; offsets count from 0.
            ---@class offport.View
            local View = {}

            """
        for method in Language.viewMethods {
            text += "--- \(method.summary)\n"
            for parameter in method.parameters { text += "---@param \(parameter.name) \(parameter.type)\n" }
            text += "---@return \(method.usage)\n"
            text += "function View:\(method.name)(\(names(method.parameters))) end\n\n"
        }
        text += """
            --- What a check returns when it needs more bytes.
            ---@type boolean
            more = nil


            """
        text += record + library
        return text + Language.words.map(annotation).joined(separator: "\n")
    }

    /// What a condition of a detection is given.
    private static var record: String {
        var text = "--- What was recognised, as a detection sees it, with the fields that plugins give.\n"
        text += "---@class offport.Record\n---@field [string] any\n"
        for field in Language.recordFields {
            text += "---@field \(field.name)? \(field.type) \(field.summary)\n"
        }
        return text + "\n"
    }

    /// What there is of Lua's own library: the editor's list of it is switched off.
    private static var library: String {
        var text = "---@class stringlib\nstring = {}\ntable = {}\nmath = {}\n\n"
        text += "--- The greatest number.\n---@type number\nmath.huge = nil\n\n"
        for function in Language.functions { text += annotation(function, of: function.name) }
        for method in Language.textMethods { text += annotation(method, of: "string:\(method.name)") }
        return text
    }

    private static func annotation(_ function: Language.Guide, of name: String) -> String {
        var text = "--- \(function.summary)\n"
        for parameter in function.parameters { text += "---@param \(parameter.name) \(parameter.type)\n" }
        if !function.usage.isEmpty { text += "---@return \(function.usage)\n" }
        return text + "function \(name)(\(names(function.parameters))) end\n\n"
    }

    private static func annotation(_ word: Language.Guide) -> String {
        if word.kind == .event {
            return
                "--- \(word.summary)\n---\n--- `\(word.usage)`\n---@type offport.Event\n\(word.name) = nil\n"
        }
        var text = ""
        let table = "offport.\(word.name)"
        let takesTable =
            !word.keys.isEmpty || word.kind != .matcher && word.kind != .step && word.usage.contains("{")
        if takesTable {
            text += "---@class \(table)\n"
            for key in word.keys { text += "---@field \(key.name)? \(key.type) \(key.summary)\n" }
            switch word.name {
            case "protocol", "extend", "detect": text += "---@field [integer] offport.Part\n"
            case "upgrade": text += "---@field [string] string|string[]\n"
            case _ where word.keys.isEmpty: text += "---@field [integer] string\n"
            default: break
            }
            text += "\n"
        }
        text += "--- \(word.summary)\n---\n--- `\(word.usage)`\n"
        for parameter in word.parameters { text += "---@param \(parameter.name) \(parameter.type)\n" }
        let made = result(of: word.kind)
        if takesTable, word.parameters.isEmpty {
            text += "---@param body \(table)\n"
            if let made { text += "---@return \(made)\n" }
            return text + "function \(word.name)(body) end\n"
        }
        if takesTable {
            text += "---@return fun(body: \(table))\(made.map { ": \($0)" } ?? "")\n"
        } else if let made {
            text += "---@return \(made)\n"
        }
        return text + "function \(word.name)(\(names(word.parameters))) end\n"
    }

    private static func result(of kind: Language.Kind) -> String? {
        switch kind {
        case .declaration, .policy, .pack, .event: nil
        case .part: "offport.Part"
        case .matcher: "offport.Matcher"
        case .step: "offport.Step"
        case .source: "offport.Handshake"
        }
    }

    private static func names(_ parameters: [Language.Parameter]) -> String {
        parameters.map { $0.name.replacing("?", with: "") }.joined(separator: ", ")
    }

    /// Where the Lua Language Server finds the annotations, and what to leave alone.
    public static func settings(library: String) -> JSON {
        .object([
            "$schema": .string(
                "https://raw.githubusercontent.com/LuaLS/vscode-lua/master/setting/schema.json"),
            "runtime.version": .string("Lua 5.4"), "workspace.library": .array([.string(library)]),
            "runtime.builtin": .object(
                [
                    "basic", "string", "table", "math", "io", "os", "debug", "package", "coroutine", "utf8",
                ].map {
                    JSON.Member(name: $0, value: .string("disable"))
                }),
        ])
    }

    // MARK: Snippets

    /// Snippets for Visual Studio Code: a protocol, and every word.
    public static var snippets: JSON {
        let whole = JSON.object([
            "prefix": .string("protocol"), "scope": .string("lua"),
            "description": .string("A protocol with signature, fields and examples"),
            "body": .array(
                [
                    "protocol \"${1:name}\" {", "  title     = \"${2:Name}\",",
                    "  reference = \"${3:RFC ... section ...}\",", "  category  = \"${4:network}\",",
                    "  ports     = { \"${5:65000/tcp}\" },",
                    "  tcp { client = starts \"${6:HELLO}\", server = starts \"${7:OK}\" },",
                    "  fields { server = [[^(?<banner>[^\\r\\n]+)]] },",
                    "  example        { client = \"${6:HELLO}\", server = \"${7:OK}\" },",
                    "  counterexample { client = \"GET / HTTP/1.1\\r\\n\\r\\n\", server = \"HTTP/1.1 200 OK\\r\\n\\r\\n\" },",
                    "}", "$0",
                ].map { .string($0) }),
        ])
        let words = Language.words.filter { $0.name != "protocol" }.map { word in
            JSON.Member(
                name: "offport \(word.name)",
                value: .object([
                    "prefix": .string(word.name), "scope": .string("lua"),
                    "description": .string(word.summary), "body": .array([.string(literal(word.usage))]),
                ]))
        }
        return .object([JSON.Member(name: "offport protocol", value: whole)] + words)
    }

    /// A text in which a snippet has nothing to fill in.
    private static func literal(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("$", with: "\\$").replacing("}", with: "\\}")
    }
}

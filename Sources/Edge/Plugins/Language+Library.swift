/// What a file may use of Lua's own library, and what conditions are given, as editors show them.
extension Language {
    /// The functions of the sandbox, by their whole names.
    public static let functions: [Guide] = [
        function("type", "value: any", "string", "What kind of value it is."),
        function("tostring", "value: any", "string", "The value as a text."),
        function("tonumber", "value: any, base: integer?", "number?", "The number that a text is, or nil."),
        function(
            "select", "n: integer|\"#\", ...: any", "any",
            "The values from the nth on, or how many there are."),
        function("error", "message: any", nil, "Ends the function; its plugin is blamed."),
        function(
            "assert", "value: any, message: any?", "any", "The value, or an error when it is false or nil."),
        function("ipairs", "list: table", "function", "A list's places and values, for a loop."),
        function("pairs", "values: table", "function", "A table's names and values, for a loop."),
        function("require", "name: string", "any", "What lib/name.lua of the same pack returns."),
        function("hex", "digits: string", "string", "A string from hexadecimal digits."),
        function("string.sub", "text: string, from: integer, to: integer?", "string", "A part of a text."),
        function(
            "string.byte", "text: string, from: integer?, to: integer?", "integer",
            "The bytes at places of a text."),
        function(
            "string.find", "text: string, word: string, from: integer?", "integer?",
            "Where a text stands in another, as it is, and where it ends; or nil."),
        function("string.lower", "text: string", "string", "The text in small letters."),
        function("string.upper", "text: string", "string", "The text in capitals."),
        function("string.len", "text: string", "integer", "How many bytes it has."),
        function(
            "string.rep", "text: string, n: integer, between: string?", "string", "The text so many times."),
        function("string.char", "...: integer", "string", "A text of these bytes."),
        function(
            "string.format", "pattern: string, ...: any", "string", "Values in a text, as C's printf does."),
        function(
            "table.concat", "list: table, between: string?, from: integer?, to: integer?", "string",
            "The texts of a list in one."),
        function("table.insert", "list: table, value: any", nil, "Adds a value at the end, or at a place."),
        function("table.unpack", "list: table, from: integer?, to: integer?", "any", "The values of a list."),
        function("math.floor", "x: number", "integer", "The whole number below."),
        function("math.ceil", "x: number", "integer", "The whole number above."),
        function("math.abs", "x: number", "number", "Without its sign."),
        function("math.min", "...: number", "number", "The least."),
        function("math.max", "...: number", "number", "The greatest."),
    ]

    /// What texts can be asked in detections, beside the functions of `string`.
    public static let textMethods: [Guide] = [
        function("matches", "pattern: string", "boolean", "Whether a PCRE2 pattern stands in the text.")
    ]

    /// What the record of a detection may have, beside the fields that plugins give.
    public static let recordFields: [Key] = [
        Key(name: "host", type: "string", summary: "The server's address; the client's on client."),
        Key(name: "port", type: "integer", summary: "The server's port; 0 on client."),
        Key(name: "transport", type: "string", summary: "\"tcp\", \"udp\" or \"sctp\"."),
        Key(name: "protocol", type: "string", summary: "The protocol's name."),
        Key(name: "category", type: "string", summary: "The protocol's group."),
        Key(name: "plugin", type: "string", summary: "The plugin that declares the protocol."),
        Key(name: "standing", type: "string", summary: "\"expected\", \"allowed\" or \"off-port\"."),
        Key(name: "by", type: "string", summary: "The allowance that decides."),
        Key(
            name: "class", type: "string",
            summary: "Off-port: \"impersonation\", \"alternate\" or \"unassigned\"."),
        Key(name: "owner", type: "string", summary: "The protocol that the port belongs to."),
        Key(
            name: "listed", type: "boolean",
            summary: "Whether the site's list has the server; nil without a list."),
        Key(
            name: "direction", type: "offport.Direction",
            summary: "How it crosses the site's border; nil without a site."),
        Key(name: "confidence", type: "string", summary: "\"certain\" or \"likely\"."),
        Key(name: "whole", type: "boolean", summary: "Whether the conversation was seen from its beginning."),
        Key(name: "vlan", type: "integer", summary: "The VLAN."),
        Key(name: "date", type: "string", summary: "The day of the session: \"2026-11-23\"."),
        Key(
            name: "knocks", type: "integer",
            summary:
                "Closed ports of the server that the client tried just before, 8 at most; on flow and finding."
        ),
        Key(
            name: "client", type: "table<string, any>",
            summary: "Its ip and the fields of what it said; on flow and finding."),
        Key(name: "server", type: "table<string, any>", summary: "Its ip and port; on flow and finding."),
        Key(
            name: "serves", type: "table<string, boolean>",
            summary: "The protocols that a host serves; on host."),
        Key(
            name: "uses", type: "table<string, boolean>",
            summary: "The protocols that a host is a client of; on host."),
        Key(
            name: "servers", type: "integer",
            summary: "Of how many hosts it is a client, 32 at most; on host."),
        Key(name: "rule", type: "string", summary: "The finding's rule; on finding."),
        Key(name: "severity", type: "offport.Severity", summary: "How grave the finding is; on finding."),
        Key(name: "reason", type: "string", summary: "Why it is forbidden; on finding."),
    ]

    /// All that the record of a host has.
    static let hostFields = ["host", "serves", "uses", "servers"]

    private static func function(
        _ name: String, _ parameters: String, _ gives: String?, _ summary: String
    ) -> Guide {
        let pairs = parameters.split(separator: ", ").map { $0.split(separator: ": ", maxSplits: 1) }
        return Guide(
            name: name, kind: .source, usage: gives ?? "", summary: summary,
            parameters: pairs.map { Parameter(name: String($0[0]), type: String($0[1])) }, keys: [])
    }
}

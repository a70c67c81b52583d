internal import Foundation

/// Lists of texts as JSON, which SQLite's own functions read too.
enum JSONText {
    /// A JSON array of strings, some of them null.
    static func text(of values: [String?]) -> String {
        guard
            let bytes = try? JSONSerialization.data(
                withJSONObject: values.map { $0 as Any? ?? NSNull() }, options: [.withoutEscapingSlashes])
        else { return "[]" }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The strings of an array, nil for what is no string; empty when it is no array.
    static func values(of text: String) -> [String?] {
        // JSONSerialization would take a byte-order mark from the beginning of a string.
        (try? JSONDecoder().decode([Item].self, from: Data(text.utf8)))?.map(\.text) ?? []
    }

    private struct Item: Decodable {
        var text: String?

        init(from decoder: any Decoder) { text = try? decoder.singleValueContainer().decode(String.self) }
    }

    /// Names and values that stand in turn.
    static func fields(of text: String) -> [(name: String, value: String)] {
        let values = values(of: text)
        return stride(from: 0, to: values.count - 1, by: 2).compactMap { place in
            guard let name = values[place], let value = values[place + 1] else { return nil }
            return (name, value)
        }
    }
}

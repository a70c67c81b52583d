internal import GRDB
internal import Inventory
internal import Records

/// The titles of protocols as the plugins had them that wrote the store: those may not be at hand when it is asked.
struct Titles: Sendable {
    /// By the protocols' names.
    let all: [String: String]

    /// All that a store has, and others where it has none: an older one, or one whose protocols came from plugins that
    /// named none.
    init(_ database: Database, otherwise others: [String: String] = [:]) throws {
        var titles = others
        // An older store that could not be brought up to date has no such table.
        if try database.tableExists("titles") {
            for row in try Row.fetchAll(database, sql: "SELECT protocol, title FROM titles") {
                titles[try row[0] as String] = try row[1] as String
            }
        }
        all = titles
    }

    /// Whether there is none, or a protocol that the store has seen is without one.
    func areIncomplete(_ database: Database) throws -> Bool {
        try all.isEmpty
            || String.fetchAll(database, sql: "SELECT name FROM protocols").contains { all[$0] == nil }
    }

    /// How the title of a protocol writes its name; nil where it does not.
    func spelling(_ name: String) -> String? {
        all[name].flatMap { ProtocolFacts.spelling(of: name, in: $0) }
    }

    /// A protocol's name as people write it.
    func label(ofProtocol name: String) -> String {
        Records.label(ofProtocol: name, spelling: spelling(name))
    }
}

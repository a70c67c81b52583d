internal import GRDB
internal import Inventory
internal import Records

/// The titles of protocols as the plugins had them that wrote the store: those may not be at hand when it is asked.
struct Titles: Sendable {
    /// By the protocols' names.
    let all: [String: String]

    /// All that a store has; others where it has none, as when an older one could not be brought up to date.
    init(_ database: Database, otherwise others: [String: String] = [:]) throws {
        guard try database.tableExists("titles") else {
            all = others
            return
        }
        let rows = try Row.fetchAll(database, sql: "SELECT protocol, title FROM titles")
        let own = Dictionary(
            try rows.map { try ($0[0] as String, $0[1] as String) }, uniquingKeysWith: { first, _ in first })
        all = own.isEmpty ? others : own
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

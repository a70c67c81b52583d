internal import GRDB
internal import Inventory
internal import Records

/// The titles of protocols as the plugins had them that wrote the store: those may not be at hand when it is asked.
struct Titles: Sendable {
    /// By the protocols' names.
    let all: [String: String]

    /// All that a store has.
    init(_ database: Database) throws {
        let rows = try Row.fetchAll(database, sql: "SELECT protocol, title FROM titles")
        all = Dictionary(
            try rows.map { try ($0[0] as String, $0[1] as String) }, uniquingKeysWith: { first, _ in first })
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

internal import GRDB

/// Keeps the titles of the plugins' protocols, which tell how people write their names.
struct TitleWriter {
    /// What the store has for certain; nil before it was asked.
    private var kept: [String: String]?
    /// What this transaction makes of it.
    private var written: [String: String]?

    /// Writes those titles that are not in the store as they are now; the others stay.
    mutating func write(_ naming: StoreNaming, _ database: Database) throws {
        var titles = try written ?? kept ?? Titles(database).all
        let insert = try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO titles (protocol, title) VALUES (?, ?)")
        for names in naming.protocols {
            guard let title = names.title, titles[names.name] != title else { continue }
            try insert.execute(arguments: [names.name, title])
            titles[names.name] = title
        }
        written = titles
    }

    /// Nothing was written.
    mutating func rollBack() { written = nil }

    /// What was written is there for good.
    mutating func commit() { (kept, written) = (written ?? kept, nil) }
}

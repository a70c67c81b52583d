internal import GRDB

extension Store {
    /// Every protocol that something in the store is about, also those whose plugins are gone.
    public func protocolNames() throws(StoreError) -> Set<String> {
        try read { database in try String.fetchSet(database, sql: "SELECT name FROM protocols") }
    }
}

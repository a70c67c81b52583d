internal import GRDB
public import Net
public import Records

// What analysts note on findings.

extension Store {
    /// Notes what becomes of a finding; one that there is not is an error.
    public func settle(
        finding number: Int, as state: FindingState, by name: String, note: String?, at time: Timestamp
    ) throws(StoreError) {
        let isThere = try write { database in
            try database.execute(
                sql: """
                    UPDATE findings SET state = ?, state_by = ?, state_time = ?, note = ?
                    WHERE id = ?
                    """, arguments: [state.rawValue, name, time.nanoseconds, note, number])
            guard database.changesCount > 0 else { return false }
            try database.execute(
                sql: """
                    INSERT INTO finding_notes (finding, state, state_by, state_time, note) VALUES (?, ?, ?, ?, ?)
                    """, arguments: [number, state.rawValue, name, time.nanoseconds, note])
            return true
        }
        guard isThere else {
            throw StoreError("\(path): there is no finding \(number); 'offport findings' lists them")
        }
    }
}

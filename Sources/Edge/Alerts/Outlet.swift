/// The way to a receiver.
///
/// Called by one task at a time, except `close`.
protocol Outlet: Sendable {
    /// The most alerts of one `hand`.
    var batchLimit: Int { get }

    /// Makes the connection, where there is one; true when it was made now.
    func open() async throws -> Bool

    /// Hands alerts over in order; how many, at least one.
    func hand(_ entries: [SpoolEntry]) async throws -> Int

    /// Whether all that was handed over has arrived, as far as can be known.
    func isConfirmed() async throws -> Bool

    /// Ends the connection; what waits for it fails.
    func close() async
}

extension Outlet {
    func open() async throws -> Bool { false }
    func isConfirmed() async throws -> Bool { true }
    func close() async {}
}

/// A place in a spool: before an entry, or at the end.
struct SpoolCursor: Sendable, Equatable {
    /// The first number of the segment.
    var segment: UInt64
    /// The bytes before it in the segment.
    var offset: Int
    /// The number of the entry before it.
    var passed: UInt64
}

internal import Net

/// An entry that was handed over, or is about to be.
struct Handed {
    var entry: SpoolEntry
    var origin: Origin
    /// When it was handed over.
    var at: Timestamp

    /// Where an entry came from.
    enum Origin {
        case memory(id: UInt64)
        case disk(SpoolCursor)
    }

    var isFromMemory: Bool { if case .memory = origin { true } else { false } }
}

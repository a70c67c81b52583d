import Net

/// Changes the order of frames within each conversation, as networks with several ways do.
///
/// The times stay in their order.
public struct Reordering: Mutation {
    private let window: Int
    private let milliseconds: Int64
    private let seed: UInt64

    /// Shuffles every `window` frames of a conversation that follow each other within so many milliseconds.
    public init(window: Int, milliseconds: Int64 = 100, seed: UInt64) {
        self.window = max(1, window)
        self.milliseconds = milliseconds
        self.seed = seed
    }

    /// Makes the mutated capture.
    public func apply(to frames: [CapturedFrame]) -> [CapturedFrame] {
        var generator = SeededGenerator(seed: seed)
        var result = frames
        // In an order that does not depend on hashes.
        let conversations = Conversations(frames).places.values.sorted { $0[0] < $1[0] }
        for places in conversations {
            var rest = places[...]
            while let first = rest.first {
                let slots = rest.prefix(window).prefix {
                    frames[$0].time.milliseconds - frames[first].time.milliseconds <= milliseconds
                }
                for (slot, source) in zip(slots, slots.shuffled(using: &generator)) {
                    result[slot] = frames[source]
                    result[slot].time = frames[slot].time
                }
                rest = rest.dropFirst(max(1, slots.count))
            }
        }
        return result
    }
}

/// Loses some of the frames, as a busy tap does.
public struct Loss: Mutation {
    private let percent: Int
    private let seed: UInt64

    /// Loses so many frames of a hundred, on average.
    public init(percent: Int, seed: UInt64) {
        self.percent = percent
        self.seed = seed
    }

    /// Makes the mutated capture.
    public func apply(to frames: [CapturedFrame]) -> [CapturedFrame] {
        var generator = SeededGenerator(seed: seed)
        return frames.filter { _ in !generator.chance(percent: percent) }
    }
}

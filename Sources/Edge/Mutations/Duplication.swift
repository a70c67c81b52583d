import Net

/// Repeats some frames a little later, as retransmissions do, and taps that see a frame at two ports.
public struct Duplication: Mutation {
    private let percent: Int
    private let distance: Int
    private let milliseconds: Int64
    private let seed: UInt64

    /// Repeats so many frames of a hundred, on average, each behind at most `distance` others and within so many
    /// milliseconds.
    public init(percent: Int, distance: Int = 3, milliseconds: Int64 = 100, seed: UInt64) {
        self.percent = percent
        self.distance = distance
        self.milliseconds = milliseconds
        self.seed = seed
    }

    /// Makes the mutated capture.
    public func apply(to frames: [CapturedFrame]) -> [CapturedFrame] {
        var generator = SeededGenerator(seed: seed)
        var copies: [Int: [CapturedFrame]] = [:]
        for (place, frame) in frames.enumerated() where generator.chance(percent: percent) {
            var later = min(place + Int.random(in: 0...distance, using: &generator), frames.count - 1)
            while frames[later].time.milliseconds - frame.time.milliseconds > milliseconds { later -= 1 }
            var copy = frame
            copy.time = frames[later].time
            copies[later, default: []].append(copy)
        }
        return frames.enumerated().flatMap { place, frame in [frame] + copies[place, default: []] }
    }
}

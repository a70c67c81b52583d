import TestSupport
import Testing

@testable import Matching

@Suite struct WindowCountsTests {
    /// Random windows, many of them alike, against a plain dictionary.
    @Test(arguments: [0, 1, 2, 500, 5000])
    func countsWhatIsEqual(_ count: Int) {
        var generator = Generator(seed: UInt64(count))
        let windows = (0..<count).map { _ in
            Anchor.Window(
                offset: generator.below(4), mask: UInt32(generator.below(3)) << 24,
                key: UInt32(generator.below(1 + count / 8)))
        }
        var known: [[Int]: Int] = [:]
        func name(_ window: Anchor.Window) -> [Int] { [window.offset, Int(window.mask), Int(window.key)] }
        for window in windows { known[name(window), default: 0] += 1 }
        let counts = WindowCounts(windows)
        for (number, window) in windows.enumerated() {
            #expect(counts.count(of: number) == known[name(window)])
        }
    }
}

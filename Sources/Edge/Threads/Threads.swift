// Threads: POSIX threads, a gate to wait at, and work shared out over both.
//
// In: closures. Out: their results, in order.
// May import: Glibc, Synchronization. Must never: know what the work is.

import Synchronization

/// The values of `body` for 0 to `count` - 1, in order; worked out on several threads when there are several processors
/// and enough to do.
///
/// - Parameter body: called once for each number, on any thread, and not at the same time for numbers of one thread.
public func concurrentMap<Value>(
    _ count: Int, leastPerThread: Int = 8, _ body: @escaping @Sendable (Int) -> Value
) -> [Value] {
    let shares = max(1, min(processorCount, 4, count / max(1, leastPerThread)))
    let results = Shares<Value>(shares, of: count)
    // The first share is the caller's own, and so is what is left by a thread that cannot be had.
    let threads = (1..<max(shares, 1)).map { share in Thread { results.work(share, body) } }
    results.work(0, body)
    for thread in threads { thread?.join() }
    return results.joined()
}

/// What `other` and `own` work out at the same time, when there are two processors for them; `own` on this thread.
public func alongside<Other, Own>(
    _ other: @escaping @Sendable () -> Other, here own: () -> Own
) -> (Other, Own) {
    let result = OneResult<Other>()
    guard processorCount > 1, let thread = Thread({ result.value = other() }) else { return (other(), own()) }
    let mine = own()
    thread.join()
    return (result.value ?? other(), mine)
}

/// `@unchecked`: written by one thread, and read when that one has ended.
private final class OneResult<Value>: @unchecked Sendable {
    var value: Value?
}

/// What each thread worked out: it takes a few numbers, and when they are done the next ones that are left.
///
/// `@unchecked`: each share is written by one thread, and read when that one has ended.
private final class Shares<Value>: @unchecked Sendable {
    private final class Share { var values: [(number: Int, value: Value)] = [] }

    /// Few, so that the threads end at the same time; not one, so that neighbours in memory are one thread's.
    private static var atOnce: Int { 4 }
    private let shares: [Share]
    private let count: Int
    private let taken = Atomic<Int>(0)

    init(_ shares: Int, of count: Int) {
        self.shares = (0..<shares).map { _ in Share() }
        self.count = count
    }

    func work(_ share: Int, _ body: (Int) -> Value) {
        var values: [(number: Int, value: Value)] = []
        values.reserveCapacity(count / shares.count)
        while true {
            let first = taken.wrappingAdd(Self.atOnce, ordering: .relaxed).oldValue
            guard first < count else { break }
            for number in first..<min(first + Self.atOnce, count) { values.append((number, body(number))) }
        }
        shares[share].values = values
    }

    func joined() -> [Value] {
        var values: [Value?] = Array(repeating: nil, count: count)
        for share in shares {
            for (number, value) in share.values { values[number] = value }
        }
        return values.compactMap { $0 }
    }
}

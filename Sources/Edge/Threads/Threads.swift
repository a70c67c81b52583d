// Threads: POSIX threads, a gate to wait at, and work shared out over both.
//
// In: closures. Out: their results, in order.
// May import: Glibc. Must never: know what the work is.

/// The values of `body` for 0 to `count` - 1, in order; worked out on several threads when there are several processors
/// and enough to do.
///
/// - Parameter body: called once for each number, on any thread, and not at the same time for numbers of one thread.
public func concurrentMap<Value>(
    _ count: Int, leastPerThread: Int = 8, _ body: @escaping @Sendable (Int) -> Value
) -> [Value] {
    let shares = max(1, min(processorCount, 4, count / max(1, leastPerThread)))
    let results = Shares<Value>(shares)
    // The first share is the caller's own, and so is that of a thread that cannot be had.
    let threads = (1..<max(shares, 1)).map { share in
        (share, Thread { results.work(share, of: count, body) })
    }
    results.work(0, of: count, body)
    for (share, thread) in threads {
        if let thread { thread.join() } else { results.work(share, of: count, body) }
    }
    return results.joined(count)
}

/// What each thread worked out: numbers are dealt in turn, so that neighbours of equal size go to different threads.
///
/// `@unchecked`: each share is written by one thread, and read when that one has ended.
private final class Shares<Value>: @unchecked Sendable {
    private final class Share { var values: [Value] = [] }
    private let shares: [Share]

    init(_ count: Int) { shares = (0..<count).map { _ in Share() } }

    func work(_ share: Int, of count: Int, _ body: (Int) -> Value) {
        for number in stride(from: share, to: count, by: shares.count) {
            shares[share].values.append(body(number))
        }
    }

    func joined(_ count: Int) -> [Value] {
        (0..<count).map { shares[$0 % shares.count].values[$0 / shares.count] }
    }
}

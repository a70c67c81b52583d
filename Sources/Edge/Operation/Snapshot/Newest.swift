/// The last few of many, the newest first.
public struct Newest<Element: Sendable>: Sendable {
    private var ring: [Element] = []
    private var next = 0
    private let limit: Int

    /// None yet.
    public init(limit: Int = SensorSnapshot.newestLimit) { self.limit = limit }

    /// Adds one; the oldest goes when there are too many.
    public mutating func append(_ element: Element) {
        if ring.count < limit {
            ring.append(element)
        } else {
            ring[next] = element
            next = (next + 1) % limit
        }
    }

    /// All that are kept, the newest first.
    public var elements: [Element] { (ring[next...] + ring[..<next]).reversed() }
}

/// Values in the order they came, taken from the front.
struct Queue<Element> {
    private var elements: [Element?] = []
    private var start = 0

    var count: Int { elements.count - start }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : elements[start] }

    mutating func append(_ element: Element) { elements.append(element) }

    @discardableResult
    mutating func popFirst() -> Element? {
        guard start < elements.count else { return nil }
        let element = elements[start]
        elements[start] = nil
        start += 1
        // The gap in front is given back when it is the greater part, so each element is moved once at most.
        if start > 32, start * 2 > elements.count {
            elements.removeFirst(start)
            start = 0
        }
        return element
    }

    func prefix(_ most: Int) -> [Element] { elements[start...].prefix(most).compactMap { $0 } }
}

extension Queue: Sendable where Element: Sendable {}

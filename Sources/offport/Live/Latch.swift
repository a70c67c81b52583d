import Threads

/// Where a thread waits for a task.
final class Latch: @unchecked Sendable {
    private let gate = Gate()
    private var isOpen = false

    func open() { gate.change { isOpen = true } }
    func wait() { let _: Bool = gate.wait { isOpen ? true : nil } }
}

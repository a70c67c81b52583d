/// Wakes one who waits; rung while nobody waits, it wakes the next at once.
actor Bell {
    private var isRung = false
    private var waiting: (number: Int, continuation: CheckedContinuation<Void, Never>)?
    private var number = 0

    func ring() {
        if let waiting {
            self.waiting = nil
            waiting.continuation.resume()
        } else {
            isRung = true
        }
    }

    /// Waits until it is rung, for so long at most.
    func wait(atMost limit: Duration?) async {
        if isRung || Task.isCancelled {
            isRung = false
            return
        }
        number += 1
        let mine = number
        let timer = limit.map { limit in
            Task { [weak self] in
                try? await Task.sleep(for: limit)
                await self?.giveUp(mine)
            }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiting = (mine, $0) }
        } onCancel: {
            Task { await self.giveUp(mine) }
        }
        timer?.cancel()
    }

    private func giveUp(_ number: Int) {
        guard let waiting, waiting.number == number else { return }
        self.waiting = nil
        waiting.continuation.resume()
    }
}

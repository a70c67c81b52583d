import Inventory
import State
import Threads

/// What a sensor remembers over a restart: a folder with the state file and the spools of alerts.
final class Memory {
    /// The folder.
    let folder: String
    private let file: StateFile
    private let box = Box()
    private var isWriting = false
    private var lastWrite = Console.uptime
    private let lock: FileLock

    /// What the writing thread leaves; `@unchecked` stands for the gate.
    private final class Box: @unchecked Sendable {
        private let gate = Gate()
        private var result: Result<Void, StateFile.Failure>?
        func put(_ result: Result<Void, StateFile.Failure>) { gate.change { self.result = result } }
        func take() -> Result<Void, StateFile.Failure>? {
            gate.change {
                defer { result = nil }
                return result
            }
        }
    }

    /// State is written this often when something is to be remembered, in nanoseconds.
    private static let interval: Int64 = 10_000_000_000
    /// And this often anyhow: the times of what is known go on.
    private static let longInterval: Int64 = 600_000_000_000

    /// Makes the folder where there is none; another sensor that uses it is an error.
    init(folder: String) throws {
        self.folder = folder
        guard Console.makeFolder(folder) else {
            throw Outcome.failed([
                "\(folder): the folder for what is remembered cannot be made: \(Console.lastError); name another with --state"
            ])
        }
        do throws(FileLock.Refusal) {
            lock = try FileLock(path: folder + "/lock")
        } catch {
            let reason =
                switch error {
                case .isHeld: "another sensor remembers things here"
                case .failed(let reason): "nothing can be remembered here: \(reason)"
                }
            throw Outcome.failed(["\(folder): \(reason); name another folder with --state"])
        }
        file = StateFile(path: folder + "/state.jsonl")
    }

    /// What an earlier run remembers; a state that cannot be used is told and set aside.
    func read() -> SavedState? {
        do { return try file.read() } catch {
            Console.error("\(error)")
            return nil
        }
    }

    /// Called once a second: writes the state aside, now and then.
    func look(_ state: (_ always: Bool) -> (Baseline, ReportedFindings)?) {
        if case .failure(let failure)? = take() { complain(failure) }
        let since = Console.uptime - lastWrite
        guard !isWriting, since >= Self.interval else { return }
        guard let (baseline, reported) = state(since >= Self.longInterval) else { return }
        lastWrite = Console.uptime
        isWriting = true
        let (file, box) = (file, box)
        let write: @Sendable () -> Void = { box.put(Self.write(file, baseline, reported)) }
        if Thread(write) == nil { write() }
    }

    private var hasComplained = false

    private func complain(_ failure: StateFile.Failure) {
        if !hasComplained { Console.error("\(failure); it is tried again") }
        hasComplained = true
    }

    private func take() -> Result<Void, StateFile.Failure>? {
        guard let result = box.take() else { return nil }
        isWriting = false
        if case .success = result, hasComplained {
            hasComplained = false
            Console.error("\(file.path): the state is written again")
        }
        return result
    }

    /// The sensor ends: writes the state and waits for that.
    func finish(_ baseline: Baseline, _ reported: ReportedFindings) {
        while isWriting {
            _ = take()
            Console.pause(milliseconds: 5)
        }
        if case .failure(let failure) = Self.write(file, baseline, reported) { Console.error("\(failure)") }
    }

    private static func write(
        _ file: StateFile, _ baseline: Baseline, _ reported: ReportedFindings
    ) -> Result<Void, StateFile.Failure> {
        do throws(StateFile.Failure) {
            try file.write(SavedState(baseline: baseline.snapshot, reported: reported.entries))
            return .success(())
        } catch {
            return .failure(error)
        }
    }
}

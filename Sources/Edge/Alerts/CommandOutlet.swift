internal import Inventory
internal import Subprocess
internal import Synchronization

#if canImport(System)
internal import System
#else
internal import SystemPackage
#endif

/// A program that is run for each alert, one at a time, with the JSON record as a line on its standard input.
///
/// The record is a file in memory: nothing has to be written while the program runs, whether it reads or not. No shell;
/// its output is thrown away unread. It is in a session of its own, and when its time is up, everything in that session
/// is killed.
struct CommandOutlet: Outlet {
    let command: Receiver.Command

    let batchLimit = 1
    /// The time to end in peace when its time is up.
    private static let grace = Duration.milliseconds(200)
    /// The programs that were run so far, by all receivers.
    private static let runs = Atomic<Int>(0)

    func hand(_ entries: [SpoolEntry]) async throws -> Int {
        guard let entry = entries.first, let program = command.arguments.first else { return entries.count }
        let input = Array(entry.alert.record) + [UInt8(ascii: "\n")]
        let status = try await withThrowingTaskGroup(of: TerminationStatus?.self) { group in
            group.addTask { try await run(program, input) }
            group.addTask {
                try await Task.sleep(for: command.timeout)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        switch status {
        case .exited(0)?: return 1
        case .exited(let code)?: throw DeliveryError.failed("\(program) ended with \(code)")
        case .signaled(let signal)?: throw DeliveryError.failed("\(program) was ended by signal \(signal)")
        case nil: throw DeliveryError.failed("\(program) took longer than \(command.timeout)")
        }
    }

    private func run(_ program: String, _ input: [UInt8]) async throws -> TerminationStatus {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: Self.grace),
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: Self.grace),
        ]
        let number = Self.runs.wrappingAdd(1, ordering: .relaxed).newValue
        let file = FileDescriptor(rawValue: try SystemCalls.memoryFile(input, number: number))
        defer { try? file.close() }
        return try await Subprocess.run(
            .path(FilePath(program)), arguments: Arguments(Array(command.arguments.dropFirst())),
            platformOptions: options,
            input: .fileDescriptor(file, closeAfterSpawningProcess: false), output: .discarded,
            error: .discarded
        ).terminationStatus
    }
}

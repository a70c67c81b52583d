import Glibc
import Synchronization

/// Whether the user asked the command to end: SIGINT and SIGTERM end a run with its report, a second one at once.
enum Interruption {
    private static let signals = Atomic<Int>(0)
    private static let reloads = Atomic<Int>(0)

    /// Whether a signal has come.
    static var isRequested: Bool { signals.load(ordering: .relaxed) > 0 }

    /// Whether SIGHUP has asked for plugins and policy to be loaded anew since the last time.
    static func takeReload() -> Bool { reloads.exchange(0, ordering: .relaxed) > 0 }

    /// SIGHUP asks for plugins and policy to be loaded anew instead of ending the command.
    static func listenForReload() {
        Glibc.signal(SIGHUP) { _ in Interruption.reloads.add(1, ordering: .relaxed) }
    }

    /// Listens from now on.
    static func listen() {
        for signal in [SIGINT, SIGTERM] {
            Glibc.signal(signal) { number in
                if Interruption.signals.add(1, ordering: .relaxed).oldValue > 0 { _exit(128 + number) }
            }
        }
        // A reader that went away is an error of `write`, not the end of the process.
        Glibc.signal(SIGPIPE, SIG_IGN)
    }
}

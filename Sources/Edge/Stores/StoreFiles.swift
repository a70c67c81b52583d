internal import Glibc

/// The system's calls that a store needs beside SQLite.
///
/// One of the files that may say `unsafe`: names of files go to the system as C strings.
enum StoreFiles {
    /// Opens a file to be locked, made where there is none; negative when that fails.
    static func open(_ path: String) -> Int32 { unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640) }

    /// Locks an open file for this process; false when another one has it.
    static func lock(_ descriptor: Int32) -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

    static func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

    /// The wall clock, in nanoseconds since 1970.
    static var now: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Does nothing for a while.
    static func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }

    /// Lets this thread be run only after those with more to lose.
    static func yieldToOthers() { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5) }
}

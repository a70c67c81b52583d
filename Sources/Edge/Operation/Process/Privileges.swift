import CPrivileges
import Glibc

/// What the process may do.
///
/// One of the files that may say `unsafe`: the user's entry is filled in behind a pointer.
public enum Privileges {
    /// Why they were not given up.
    ///
    /// Some of them may be gone: the process should end.
    public struct Failure: Error, CustomStringConvertible, Equatable {
        /// In words.
        public let description: String
    }

    private struct Account {
        var user: uid_t
        var group: gid_t
    }

    /// Whether this thread can open interfaces.
    public static var canCapture: Bool { offport_has_capture_capabilities() != 0 }

    /// Becomes another user and keeps only what capturing needs (CAP_NET_RAW and CAP_NET_ADMIN), so that an interface
    /// that was lost can be opened again.
    ///
    /// Programs that are started later have none of it.
    ///
    /// Capabilities belong to threads: to be called by the thread that opens interfaces, when they are open and before
    /// other threads are started. Threads that there are already become the user too, and keep no capability at all.
    public static func drop(to name: String) throws(Failure) {
        let account = try find(name)
        if geteuid() == account.user, getuid() == account.user, account.user != 0 { return }
        guard geteuid() == 0 else {
            throw Failure(
                description:
                    "--user \(name): only root can become another user; this process belongs to user \(geteuid())"
            )
        }
        guard account.user != 0 else {
            throw Failure(description: "--user \(name): that is root itself; name a user without rights")
        }
        // What needs root's rights comes before they are gone.
        try attempt("keep capabilities", offport_keep_capabilities(1))
        try attempt("bound capabilities", offport_bound_capabilities())
        try attempt("join the groups of \(name)", call(unsafe initgroups(name, account.group)))
        try attempt("become group \(account.group)", call(setgid(account.group)))
        try attempt("become user \(name)", call(setuid(account.user)))
        try attempt("keep only what capturing needs", offport_keep_only_capture_capabilities())
        try attempt("give up ways to more rights", offport_gain_no_privileges())
        guard setuid(0) != 0 else { throw Failure(description: "--user \(name): could become root again") }
    }

    private static func attempt(_ what: String, _ error: Int32) throws(Failure) {
        guard error != 0 else { return }
        throw Failure(description: "--user: cannot \(what): \(unsafe String(cString: strerror(error)))")
    }

    private static func call(_ returned: Int32) -> Int32 { returned == 0 ? 0 : errno }

    private static func find(_ name: String) throws(Failure) -> Account {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>? = nil
        var text = [CChar](repeating: 0, count: 16 * 1024)
        let error = unsafe getpwnam_r(name, &entry, &text, text.count, &found)
        guard unsafe found != nil else {
            // getpwnam(3): some systems call "no such user" an error.
            let isAbsent = [0, ENOENT, ESRCH, EBADF, EPERM].contains(error)
            throw Failure(
                description: isAbsent
                    ? "--user \(name): there is no such user (useradd --system \(name))"
                    : "--user \(name): \(unsafe String(cString: strerror(error)))")
        }
        return unsafe Account(user: entry.pw_uid, group: entry.pw_gid)
    }
}

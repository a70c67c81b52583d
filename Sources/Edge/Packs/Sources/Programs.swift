internal import Glibc

/// Runs a program of the system, bounded in time and in what it may write.
///
/// One of the files that may say `unsafe`: it hands words to posix_spawn(3).
enum Programs {
    /// Seconds that a program may take.
    static let patience = 300

    /// What a program wrote to its standard output.
    ///
    /// - Parameters:
    ///   - words: the program, found by PATH, and its arguments.
    ///   - environment: all variables that it sees.
    ///   - input: what it reads; nothing for none.
    ///   - scratch: a folder for its output.
    static func run(
        _ words: [String], environment: [String: String], input: [UInt8] = [], scratch: String
    ) throws(PackFailure) -> [UInt8] {
        let files = ["input", "output", "errors"].map { "\(scratch)/\($0)" }
        for file in files { Disk.remove(file) }
        defer { for file in files { Disk.remove(file) } }
        try Disk.write(input, to: files[0], mode: 0o600)
        // The shell sets what posix_spawn cannot: no file larger than 1 GB (in blocks of 512 bytes).
        let all = ["/bin/sh", "-c", "ulimit -f 2097152; exec \"$@\"", "sh"] + words
        let process = try spawn(all, environment, files)
        let status = try wait(process, words[0])
        guard status == 0 else {
            let said = (try? Disk.bytes(of: files[2], limit: 1 << 20)) ?? []
            let lines = String(decoding: said, as: UTF8.self).split(whereSeparator: \.isNewline)
            let told = lines.filter { !$0.hasPrefix("Cloning into") }.suffix(2).joined(separator: "; ")
            throw PackFailure(told.isEmpty ? "\(words[0]) failed (\(status))" : told)
        }
        return try Disk.bytes(of: files[1], limit: 512 << 20) ?? []
    }

    private static func spawn(
        _ words: [String], _ environment: [String: String], _ files: [String]
    ) throws(PackFailure) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        let create = O_WRONLY | O_CREAT | O_TRUNC
        unsafe posix_spawn_file_actions_addopen(&actions, 0, files[0], O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, files[1], create, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, files[2], create, 0o600)
        // A group of its own, so that what it starts ends with it.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) } + [nil]
        let settings = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var variables: [UnsafeMutablePointer<CChar>?] = unsafe settings.map { unsafe strdup($0) } + [nil]
        defer {
            unsafe (arguments + variables).forEach { unsafe free($0) }
        }
        var process: pid_t = 0
        let result = unsafe posix_spawn(&process, words[0], &actions, &attributes, &arguments, &variables)
        guard result == 0 else { throw Disk.failure(words[0], result) }
        return process
    }

    private static func wait(_ process: pid_t, _ name: String) throws(PackFailure) -> Int32 {
        var status: Int32 = 0
        for step in 0..<(patience * 200) {
            let ended = unsafe waitpid(process, &status, WNOHANG)
            if ended == process { return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f }
            if ended < 0, errno != EINTR { return -1 }
            usleep(step < 40 ? 1_000 : 5_000)
        }
        kill(-process, SIGKILL)
        unsafe waitpid(process, &status, 0)
        throw PackFailure("\(name) took longer than \(patience) seconds")
    }
}

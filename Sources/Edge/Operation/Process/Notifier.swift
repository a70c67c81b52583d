import Glibc

/// Tells systemd how the sensor is (sd_notify(3)): datagrams to the socket that NOTIFY_SOCKET names.
///
/// Without that variable all of it does nothing. One of the files that may say `unsafe`: a socket's address is raw
/// memory.
public struct Notifier: Sendable {
    private let path: String?
    /// How often systemd wants to hear from the sensor; nil when it does not wait for that.
    public let watchdog: Duration?

    /// What the environment says.
    public init() {
        self.init(
            socket: Self.variable("NOTIFY_SOCKET"), watchdogMicroseconds: Self.variable("WATCHDOG_USEC"),
            watchdogProcess: Self.variable("WATCHDOG_PID"))
    }

    init(socket: String?, watchdogMicroseconds: String? = nil, watchdogProcess: String? = nil) {
        path = socket.flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
        let isMeant = watchdogProcess.map { $0 == "\(getpid())" } ?? true
        watchdog = watchdogMicroseconds.flatMap { isMeant ? Int64($0) : nil }
            .flatMap { $0 > 0 ? .microseconds($0) : nil }
    }

    /// Whether systemd listens.
    public var isOn: Bool { path != nil }

    /// The sensor looks at packets, or does so again after a reload.
    public func ready(_ status: String) { send("READY=1\nSTATUS=\(Self.line(status))") }

    /// Plugins and policy are being read again; `ready` ends it.
    public func reloading() {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
        send("RELOADING=1\nMONOTONIC_USEC=\(microseconds)\nSTATUS=reading plugins and policy again")
    }

    /// A line for `systemctl status`.
    public func status(_ status: String) { send("STATUS=\(Self.line(status))") }

    /// The live loop is alive: to be sent at least twice in `watchdog`.
    public func alive() {
        if watchdog != nil { send("WATCHDOG=1") }
    }

    /// The sensor ends.
    public func stopping() { send("STOPPING=1\nSTATUS=ending") }

    private static func line(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }

    private static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// Sends without waiting: a datagram that finds the queue full is lost.
    @discardableResult
    private func send(_ message: String) -> Bool {
        guard let path else { return false }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        // unix(7): a name that begins with NUL is no path; its length is that of the address.
        if path.hasPrefix("@") { name[0] = 0 }
        let start = MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: address.sun_path)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        let length = socklen_t(start + name.count)
        let bytes = Array(message.utf8)
        let sent = unsafe withUnsafeBytes(of: &address) { raw in
            unsafe sendto(
                descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT),
                raw.assumingMemoryBound(to: sockaddr.self).baseAddress, length)
        }
        return sent == bytes.count
    }
}

internal import Glibc
internal import Net

/// A socket that never blocks; closed when it is gone.
///
/// One of the files that may say `unsafe`: a socket's address is raw memory, and the kernel writes behind pointers.
@safe final class ProbeSocket {
    let descriptor: CInt

    /// What became of something that was tried.
    enum Outcome: Equatable {
        case done(Int)
        case wouldBlock
        case closed
        case failed(CInt)
    }

    /// A socket for the transport and the address's version; nil when the system has none to give.
    init?(_ transport: TransportProtocol, for address: IPAddress) {
        let kind = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
        let family = address.isV4 ? AF_INET : AF_INET6
        descriptor = socket(family, Int32(kind.rawValue) | O_NONBLOCK | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        if transport == .udp {
            // What a router or the host says against a datagram comes back as an error of this socket.
            if address.isV4 {
                set(CInt(IPPROTO_IP), IP_RECVERR, 1)
            } else {
                set(CInt(IPPROTO_IPV6), IPV6_RECVERR, 1)
            }
        }
    }

    deinit { close(descriptor) }

    private func set(_ level: CInt, _ option: CInt, _ value: CInt) {
        var value = value
        unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }

    /// Begins to connect.
    func connect(to endpoint: Endpoint) -> Outcome {
        var address = Self.storage(endpoint)
        let length = Self.length(endpoint)
        let result = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, length)
            }
        }
        if result == 0 { return .done(0) }
        return errno == EINPROGRESS ? .wouldBlock : .failed(errno)
    }

    /// The error that waits, 0 for none.
    func takeError() -> CInt {
        var (value, length) = (CInt(0), socklen_t(MemoryLayout<CInt>.size))
        unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &value, &length)
        return value
    }

    /// Sends to whom it is connected.
    func send(_ bytes: ArraySlice<UInt8>) -> Outcome {
        let sent = unsafe bytes.withUnsafeBytes { raw in
            unsafe Glibc.send(descriptor, raw.baseAddress, raw.count, Int32(MSG_NOSIGNAL))
        }
        if sent >= 0 { return .done(sent) }
        return errno == EAGAIN || errno == EINTR ? .wouldBlock : .failed(errno)
    }

    /// Sends a datagram.
    func send(_ bytes: [UInt8], to endpoint: Endpoint) -> Outcome {
        var address = Self.storage(endpoint)
        let length = Self.length(endpoint)
        let sent = unsafe bytes.withUnsafeBytes { raw in
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe sendto(
                        descriptor, raw.baseAddress, raw.count, Int32(MSG_NOSIGNAL), $0, length)
                }
            }
        }
        return sent >= 0 ? .done(sent) : errno == EAGAIN ? .wouldBlock : .failed(errno)
    }

    /// Receives what is there, at most so many bytes, behind what the buffer holds.
    func receive(into buffer: inout [UInt8], atMost limit: Int) -> Outcome {
        var room = [UInt8](repeating: 0, count: limit)
        let count = unsafe room.withUnsafeMutableBytes { raw in
            unsafe recv(descriptor, raw.baseAddress, raw.count, 0)
        }
        if count > 0 { buffer += room[..<count] }
        if count == 0 { return .closed }
        if count > 0 { return .done(count) }
        return errno == EAGAIN || errno == EINTR ? .wouldBlock : .failed(errno)
    }

    /// Receives a datagram and tells who sent it.
    func receiveDatagram() -> (bytes: [UInt8], from: Endpoint)? {
        var room = [UInt8](repeating: 0, count: 65_536)
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let count = unsafe room.withUnsafeMutableBytes { raw in
            unsafe withUnsafeMutablePointer(to: &storage) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe recvfrom(descriptor, raw.baseAddress, raw.count, 0, $0, &length)
                }
            }
        }
        guard count >= 0 else { return nil }
        return (Array(room[..<count]), Self.endpoint(&storage))
    }

    /// This end's address and port.
    var local: Endpoint {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = unsafe withUnsafeMutablePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        return Self.endpoint(&storage)
    }

    // MARK: Addresses

    private static func length(_ endpoint: Endpoint) -> socklen_t {
        socklen_t(endpoint.address.isV4 ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size)
    }

    private static func storage(_ endpoint: Endpoint) -> sockaddr_storage {
        var storage = sockaddr_storage()
        unsafe withUnsafeMutableBytes(of: &storage) { raw in
            // sockaddr_in and sockaddr_in6 both begin with the family and the port.
            let family = sa_family_t(endpoint.address.isV4 ? AF_INET : AF_INET6)
            unsafe raw.storeBytes(of: family, toByteOffset: 0, as: sa_family_t.self)
            unsafe raw.storeBytes(of: endpoint.port.bigEndian, toByteOffset: 2, as: UInt16.self)
            if let bits = endpoint.address.v4 {
                unsafe raw.storeBytes(of: bits.bigEndian, toByteOffset: 4, as: UInt32.self)
            } else {
                unsafe raw.storeBytes(of: endpoint.address.high.bigEndian, toByteOffset: 8, as: UInt64.self)
                unsafe raw.storeBytes(of: endpoint.address.low.bigEndian, toByteOffset: 16, as: UInt64.self)
            }
        }
        return storage
    }

    private static func endpoint(_ storage: inout sockaddr_storage) -> Endpoint {
        unsafe withUnsafeBytes(of: &storage) { raw in
            let bytes = unsafe raw.bytes
            let port = bytes.u16(2)
            if Int32(bytes.u16le(0)) == AF_INET { return Endpoint(IPAddress(v4: bytes.u32(4)), port) }
            return Endpoint(IPAddress(high: bytes.u64(8), low: bytes.u64(16)), port)
        }
    }
}

/// This end's addresses, by whom they are seen by.
struct OwnAddresses {
    private var known: [IPAddress: IPAddress] = [:]

    /// This end's address towards a host; nil when there is no way.
    mutating func towards(_ host: IPAddress) -> IPAddress? {
        if let address = known[host] { return address }
        guard let socket = ProbeSocket(.udp, for: host), case .done = socket.connect(to: Endpoint(host, 9))
        else {
            return nil
        }
        if known.count > 65_536 { known = [:] }
        let address = socket.local.address
        known[host] = address
        return address
    }
}

/// Waits for many sockets at once.
@safe struct SocketPoller {
    private var requests: [pollfd] = []

    /// What happened to a socket.
    struct Event {
        var descriptor: CInt
        var isReadable: Bool
        var isWritable: Bool
        var hasFailed: Bool
    }

    /// Forgets all sockets.
    mutating func removeAll() { requests.removeAll(keepingCapacity: true) }

    /// Waits for a socket to be readable, and writable if that is wanted.
    mutating func watch(_ descriptor: CInt, writable: Bool) {
        requests.append(pollfd(fd: descriptor, events: Int16(POLLIN | (writable ? POLLOUT : 0)), revents: 0))
    }

    /// What happened, within so many milliseconds.
    mutating func wait(milliseconds: Int32) -> [Event] {
        guard unsafe poll(&requests, nfds_t(requests.count), milliseconds) > 0 else { return [] }
        return requests.compactMap { request in
            let found = Int32(request.revents)
            guard found != 0 else { return nil }
            return Event(
                descriptor: request.fd, isReadable: found & POLLIN != 0, isWritable: found & POLLOUT != 0,
                hasFailed: found & (POLLERR | POLLHUP | POLLNVAL) != 0)
        }
    }
}

/// What the system calls an error.
func systemText(_ code: CInt) -> String { unsafe String(cString: strerror(code)) }

/// How many sockets this process may have open.
func mostSockets() -> Int {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 256 }
    limit.rlim_cur = limit.rlim_max
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return Int(clamping: limit.rlim_cur)
}

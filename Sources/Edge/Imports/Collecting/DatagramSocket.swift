internal import Glibc
public import Net

/// A UDP socket that only receives.
@safe public final class DatagramSocket {
    /// Why a socket cannot be had.
    public struct Failure: Error, CustomStringConvertible {
        /// What is wrong, with what.
        public var description: String
    }

    /// Where it listens.
    public let endpoint: Endpoint
    private let descriptor: CInt

    /// Listens on an address and port; the unspecified address stands for all.
    ///
    /// - Parameter bufferBytes: how much the kernel may hold while nobody reads, as far as it allows.
    public init(_ endpoint: Endpoint, bufferBytes: Int32 = 8 << 20) throws(Failure) {
        self.endpoint = endpoint
        let isV4 = endpoint.address.isV4
        descriptor = socket(isV4 ? AF_INET : AF_INET6, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw Self.failure(endpoint) }
        var (bytes, off) = (bufferBytes, Int32(0))
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        if !isV4 {
            // All of IPv6 is IPv4 too.
            unsafe setsockopt(
                descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, &off,
                socklen_t(MemoryLayout<Int32>.size))
        }
        var result: CInt
        if let bits = endpoint.address.v4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = endpoint.port.bigEndian
            address.sin_addr.s_addr = bits.bigEndian
            result = unsafe withUnsafePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        } else {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = endpoint.port.bigEndian
            let (high, low) = (endpoint.address.high, endpoint.address.low)
            unsafe withUnsafeMutableBytes(of: &address.sin6_addr) { raw in
                unsafe raw.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
                unsafe raw.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            result = unsafe withUnsafePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
        guard result == 0 else {
            let failure = Self.failure(endpoint)
            close(descriptor)
            throw failure
        }
    }

    deinit { close(descriptor) }

    private static func failure(_ endpoint: Endpoint) -> Failure {
        Failure(description: "cannot listen on \(endpoint): \(unsafe String(cString: strerror(errno)))")
    }

    /// The port that the system gave where port 0 was asked for.
    public var port: UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = unsafe withUnsafeMutablePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        return Self.endpoint(of: &storage).port
    }

    /// Fills the buffer with the next datagram, as much of it as fits; nil when none came in time.
    public func receive(into buffer: inout [UInt8], waiting milliseconds: Int32) -> (
        count: Int, from: Endpoint
    )? {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&request, 1, milliseconds) > 0 else { return nil }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let count = unsafe buffer.withUnsafeMutableBytes { room in
            unsafe withUnsafeMutablePointer(to: &storage) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe recvfrom(
                        descriptor, room.baseAddress, room.count, Int32(MSG_DONTWAIT), $0, &length)
                }
            }
        }
        guard count >= 0 else { return nil }
        return (count, Self.endpoint(of: &storage))
    }

    private static func endpoint(of storage: inout sockaddr_storage) -> Endpoint {
        unsafe withUnsafeBytes(of: &storage) { raw in
            let bytes = unsafe raw.bytes
            // sockaddr_in and sockaddr_in6 both begin with the family and the port.
            let port = bytes.u16(2)
            if Int32(storageFamily(bytes)) == AF_INET { return Endpoint(IPAddress(v4: bytes.u32(4)), port) }
            return Endpoint(IPAddress(high: bytes.u64(8), low: bytes.u64(16)), port)
        }
    }

    private static func storageFamily(_ bytes: borrowing RawSpan) -> UInt16 { bytes.u16le(0) }
}

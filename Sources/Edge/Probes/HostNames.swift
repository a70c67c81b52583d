internal import Glibc
public import Net

/// The addresses of host names.
///
/// One of the files that may say `unsafe`: the system's list of addresses is behind pointers.
public enum HostNames {
    /// The addresses that the system knows for a name, each once; none when it knows none.
    public static func addresses(of name: String) -> [IPAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { unsafe freeaddrinfo(list) }
        var found: [IPAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            unsafe next = entry.pointee.ai_next
            guard let address = unsafe entry.pointee.ai_addr else { continue }
            let length = unsafe Int(entry.pointee.ai_addrlen)
            let bytes = unsafe UnsafeRawBufferPointer(start: address, count: length).bytes
            guard length >= 8 else { continue }
            let isV4 = Int32(bytes.u16le(0)) == AF_INET
            guard isV4 || length >= 24 else { continue }
            let one = isV4 ? IPAddress(v4: bytes.u32(4)) : IPAddress(high: bytes.u64(8), low: bytes.u64(16))
            if !found.contains(one) { found.append(one) }
        }
        return found
    }
}

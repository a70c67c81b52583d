/// One end of a flow: an address and a port.
public struct Endpoint: Hashable, Sendable, BitwiseCopyable, Comparable, CustomStringConvertible {
    /// The address.
    public var address: IPAddress
    /// The port; 0 where the transport has none.
    public var port: UInt16

    /// An address and a port.
    @inlinable
    public init(_ address: IPAddress, _ port: UInt16) {
        self.address = address
        self.port = port
    }

    /// `10.0.0.1:22` or `[2001:db8::1]:22` (RFC 5952 section 6).
    public var description: String { address.isV4 ? "\(address):\(port)" : "[\(address)]:\(port)" }

    /// Parses what `description` writes; the brackets of IPv6 are required.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(digits),
            host.utf8.contains(UInt8(ascii: ":")) == isBracketed, let address = IPAddress(String(host))
        else { return nil }
        self.init(address, port)
    }

    /// By address, then port.
    public static func < (left: Self, right: Self) -> Bool {
        left.address != right.address ? left.address < right.address : left.port < right.port
    }
}

/// A block of addresses in CIDR notation, such as `10.20.0.0/16` (RFC 4632).
public struct Subnet: Hashable, Sendable, LosslessStringConvertible {
    /// The first address of the block.
    public let base: IPAddress
    /// The prefix length as written: 0 to 32 for IPv4, 0 to 128 for IPv6.
    public let prefixLength: Int
    private let highMask: UInt64
    private let lowMask: UInt64

    /// The block of `prefixLength` leading bits around `address`; nil when the length does not fit the version.
    public init?(_ address: IPAddress, prefixLength: Int) {
        guard prefixLength >= 0, prefixLength <= (address.isV4 ? 32 : 128) else { return nil }
        let bits = address.isV4 ? prefixLength + 96 : prefixLength
        highMask = bits >= 64 ? .max : ~(UInt64.max >> UInt64(bits))
        lowMask = bits <= 64 ? 0 : (bits == 128 ? .max : ~(UInt64.max >> UInt64(bits - 64)))
        base = IPAddress(high: address.high & highMask, low: address.low & lowMask)
        self.prefixLength = prefixLength
    }

    /// Parses `address/length`, or a single address.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
        guard parts.count == 2 else {
            self.init(address, prefixLength: address.isV4 ? 32 : 128)
            return
        }
        guard parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let length = Int(parts[1]) else {
            return nil
        }
        self.init(address, prefixLength: length)
    }

    /// Whether `address` lies in the block.
    public func contains(_ address: IPAddress) -> Bool {
        address.isV4 == base.isV4 && address.high & highMask == base.high && address.low & lowMask == base.low
    }

    /// The block as `address/length`.
    public var description: String { "\(base)/\(prefixLength)" }
}

/// An IPv4 or IPv6 address in 16 bytes.
///
/// An IPv4 address is held in its IPv4-mapped form, `::ffff:a.b.c.d` (RFC 4291 section 2.5.5.2), so both
/// versions compare, hash and match subnets by the same two words.
public struct IPAddress: Hashable, Sendable, BitwiseCopyable {
    /// The first eight bytes, as a big-endian number.
    public var high: UInt64
    /// The last eight bytes, as a big-endian number.
    public var low: UInt64

    @usableFromInline static let mappedPrefix: UInt64 = 0x0000_ffff_0000_0000

    /// An IPv6 address from its two halves.
    @inlinable @inline(__always)
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// An IPv4 address from its 32 bits, most significant byte first.
    @inlinable @inline(__always)
    public init(v4 bits: UInt32) {
        high = 0
        low = 0x0000_ffff_0000_0000 | UInt64(bits)
    }

    /// Whether this is an IPv4 address.
    @inlinable
    public var isV4: Bool { high == 0 && low >> 32 == 0xffff }

    /// The 32 bits of an IPv4 address, nil for IPv6.
    @inlinable
    public var v4: UInt32? { isV4 ? UInt32(truncatingIfNeeded: low) : nil }

    /// Whether packets sent here reach a group of hosts: multicast (RFC 5771, RFC 4291 section 2.7) or the
    /// limited broadcast address.
    public var isMulticastOrBroadcast: Bool {
        if let v4 { return v4 >> 28 == 0xe || v4 == 0xffff_ffff }
        return high >> 56 == 0xff
    }

    /// Whether this may be the broadcast address of a subnet: the bits for its hosts are all ones (RFC 919 section 7), and
    /// a subnet with fewer than four such bits has hardly a use for one.
    public var mayBeSubnetBroadcast: Bool { v4.map { $0 & 0xf == 0xf } ?? false }

    /// Whether this is the unspecified address, `0.0.0.0` or `::`.
    public var isUnspecified: Bool { high == 0 && (low == 0 || low == Self.mappedPrefix) }

    /// The byte at `index` (0 to 15) of the 16-byte form.
    func byte(_ index: Int) -> UInt8 {
        let word = index < 8 ? high : low
        return UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (index % 8)))
    }
}

extension IPAddress: Comparable {
    /// IPv4 before IPv6, then by number.
    @inlinable
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        let (leftV4, rightV4) = (left.isV4, right.isV4)
        if leftV4 != rightV4 { return leftV4 }
        return left.high != right.high ? left.high < right.high : left.low < right.low
    }
}

/// The multiply-and-fold step of wyhash: both words' bits reach all bits of the result.
public enum Mixing {
    /// Mixes two words.
    @inlinable @inline(__always)
    public static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// A number for a pair of addresses that is the same both ways; for spreading hosts over shards.
    @inlinable @inline(__always)
    public static func pair(_ first: IPAddress, _ second: IPAddress) -> UInt64 {
        let sum = (first.low &+ second.low) ^ (first.high &+ second.high) &* 0x9e37_79b9_7f4a_7c15
        return mix(sum ^ 0xa076_1d64_78bd_642f, (first.low ^ second.low) ^ 0xe703_7ed1_a0b4_28db)
    }
}

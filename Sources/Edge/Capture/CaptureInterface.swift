import Net

/// An interface of a pcapng section (draft-ietf-opsawg-pcapng section 4.2).
struct CaptureInterface {
    let linkType: LinkType
    /// The most bytes kept of a frame; 0 stands for no limit.
    let snapshotLength: Int
    private(set) var clock = InterfaceClock()

    /// Reads the body of an interface description block, at least 8 bytes.
    ///
    /// Options that do not fit are left out: the frames can be read without them.
    init(_ bytes: RawSpan, body: Range<Int>, order: ByteOrder) {
        linkType = LinkType(number: order.u16(bytes, body.lowerBound))
        snapshotLength = Int(order.u32(bytes, body.lowerBound + 4))
        var offset = body.lowerBound + 8
        while body.upperBound - offset >= 4 {
            let code = order.u16(bytes, offset)
            let length = Int(order.u16(bytes, offset + 2))
            let value = offset + 4
            guard code != 0, length <= body.upperBound - value else { return }
            switch (code, length) {
            case (9, 1): clock.setResolution(bytes.u8(value))
            case (14, 8): clock.offsetSeconds = Int64(bitPattern: order.u64(bytes, value))
            default: break
            }
            offset = value + (length + 3) & ~3
        }
    }
}

/// Turns an interface's ticks into times.
struct InterfaceClock {
    private enum Resolution {
        case nanosecondsPerTick(UInt64)
        case ticksPerNanosecond(UInt64)
        /// 2^-n seconds.
        case binary(UInt64)
    }

    private var resolution = Resolution.nanosecondsPerTick(1000)
    /// Seconds to add to every time (if_tsoffset).
    var offsetSeconds: Int64 = 0

    /// if_tsresol: 10^-n seconds, or with the highest bit 2^-n seconds.
    mutating func setResolution(_ option: UInt8) {
        let exponent = option & 0x7f
        if option & 0x80 != 0 {
            resolution = .binary(UInt64(exponent))
        } else if exponent <= 9 {
            resolution = .nanosecondsPerTick(Self.power(9 - exponent))
        } else {
            // From 10^-29 on 64 bits of ticks are less than a nanosecond, just as with 2^-128.
            resolution = exponent < 29 ? .ticksPerNanosecond(Self.power(exponent - 9)) : .binary(128)
        }
    }

    private static func power(_ exponent: UInt8) -> UInt64 {
        (0..<exponent).reduce(1) { product, _ in product &* 10 }
    }

    /// The time of `ticks`, clamped to what is possible, and whether it had to be.
    @inline(__always)
    func time(_ ticks: UInt64) -> (time: Timestamp, isClamped: Bool) {
        let limit = Timestamp.farthest
        var nanoseconds: UInt64
        switch resolution {
        case .nanosecondsPerTick(let factor):
            let (product, overflows) = ticks.multipliedReportingOverflow(by: factor)
            nanoseconds = overflows ? .max : product
        case .ticksPerNanosecond(let divisor): nanoseconds = ticks / divisor
        case .binary(let exponent): nanoseconds = Self.binaryNanoseconds(ticks, exponent)
        }
        var isClamped = nanoseconds > UInt64(limit)
        nanoseconds = min(nanoseconds, UInt64(limit))
        guard offsetSeconds != 0 else { return (Timestamp(nanoseconds: Int64(nanoseconds)), isClamped) }
        let (offset, overflows) = offsetSeconds.multipliedReportingOverflow(by: 1_000_000_000)
        // Half the range and the other half at most: the sum cannot overflow.
        let bounded = overflows ? (offsetSeconds < 0 ? -limit : limit) : min(max(offset, -limit), limit)
        let sum = Int64(nanoseconds) + bounded
        isClamped = isClamped || overflows || bounded != offset || sum > limit
        return (Timestamp(nanoseconds: min(sum, limit)), isClamped)
    }

    private static func binaryNanoseconds(_ ticks: UInt64, _ exponent: UInt64) -> UInt64 {
        let (high, low) = ticks.multipliedFullWidth(by: 1_000_000_000)
        if exponent >= 64 { return exponent >= 128 ? 0 : high >> (exponent - 64) }
        if exponent == 0 { return high == 0 ? low : .max }
        return high >> exponent != 0 ? .max : high << (64 - exponent) | low >> exponent
    }
}

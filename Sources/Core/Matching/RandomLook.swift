internal import Net

/// Whether bytes look as though they were drawn at random: encrypted, or packed.
public enum RandomLook {
    /// Fewer bytes than this tell nothing.
    public static let leastBytes = 64

    /// True when as many different values occur as random bytes would have, as many bits are set as not, and the bytes
    /// are no text.
    ///
    /// Of random bytes, fewer than one sample in a thousand fails; text, counters and structures all do.
    public static func holds(_ bytes: borrowing RawSpan) -> Bool {
        guard bytes.byteCount >= leastBytes else { return false }
        var seen = ByteClass()
        var (bits, letters) = (0, 0)
        for index in 0..<bytes.byteCount {
            let byte = bytes.u8(index)
            seen.insert(byte)
            bits += byte.nonzeroBitCount
            if (0x20...0x7e).contains(byte) { letters += 1 }
        }
        let count = bytes.byteCount
        // The values that n random bytes are expected to show: 256 (1 - (255 / 256)^n).
        var missing = 256.0
        for _ in 0..<min(count, 2048) { missing *= 255.0 / 256.0 }
        // Four standard deviations of the bits, which are half a square root.
        let slack = 4 * (Double(count * 8).squareRoot() / 2)
        return Double(seen.count) > (256 - missing) * 0.88 && abs(Double(bits) - Double(count * 4)) < slack
            && letters * 2 < count + 16
    }
}

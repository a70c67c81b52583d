import Net

/// Finds frames in the bytes of one capture, which come piece by piece.
protocol CaptureFormat {
    /// Goes through as many whole records of `bytes` as there are and appends their frames.
    ///
    /// `bytes` begins where the last scan stopped, with more behind it; its first byte is byte `position` of
    /// the capture. Offsets of frames are offsets into `bytes`.
    mutating func scan(_ bytes: RawSpan, position: Int, into frames: inout [Frame]) -> Scan

    /// What is unfinished when the capture ends with `remaining` bytes at `position`, where the last scan
    /// asked for `needed`; nil when this is where a capture may end.
    func damage(atEnd position: Int, remaining: Int, needed: Int) -> CaptureDamage?

    /// Frames that could not be delivered, though nothing around them is broken.
    var skippedFrames: Int { get }

    /// Frames whose time is further than `Timestamp.farthest` from the epoch, and was clamped.
    var framesOfNoTime: Int { get }
}

/// How far a scan came.
struct Scan {
    /// Bytes that are done with.
    var used: Int
    /// Bytes that the next scan needs from there on to come any further.
    var needed: Int
    /// What stands in the way of going on.
    var damage: CaptureDamage?
}

/// The byte order that a capture's headers are written in: that of the machine that wrote it.
struct ByteOrder {
    let isBig: Bool

    @inline(__always)
    func u16(_ bytes: RawSpan, _ offset: Int) -> UInt16 {
        isBig ? bytes.u16(offset) : bytes.u16le(offset)
    }

    @inline(__always)
    func u32(_ bytes: RawSpan, _ offset: Int) -> UInt32 {
        isBig ? bytes.u32(offset) : bytes.u32le(offset)
    }

    /// Two numbers of four bytes, one behind the other: one load, one look at the bounds.
    @inline(__always)
    func pair(_ bytes: RawSpan, _ offset: Int) -> (UInt32, UInt32) {
        let word = isBig ? bytes.u64(offset) : bytes.u64le(offset)
        let (high, low) = (UInt32(truncatingIfNeeded: word >> 32), UInt32(truncatingIfNeeded: word))
        return isBig ? (high, low) : (low, high)
    }

    @inline(__always)
    func u64(_ bytes: RawSpan, _ offset: Int) -> UInt64 {
        let (first, second) = (UInt64(u32(bytes, offset)), UInt64(u32(bytes, offset &+ 4)))
        return isBig ? first << 32 | second : second << 32 | first
    }
}

internal import Glibc

/// Integers in network byte order at unaligned offsets of a span.
///
/// Every access is bounds-checked: an offset outside the span traps, so callers check the length first and
/// count what is too short as malformed. `unsafeLoadUnaligned` is unsafe only for types that have invalid bit
/// patterns; the fixed-width integers have none.
extension RawSpan {
    /// The byte at `offset`.
    @inlinable @inline(__always)
    public func u8(_ offset: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The two bytes at `offset`, big-endian.
    @inlinable @inline(__always)
    public func u16(_ offset: Int) -> UInt16 {
        unsafe UInt16(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The three bytes at `offset`, big-endian.
    @inlinable @inline(__always)
    public func u24(_ offset: Int) -> UInt32 {
        UInt32(u16(offset)) << 8 | UInt32(u8(offset &+ 2))
    }

    /// The four bytes at `offset`, big-endian.
    @inlinable @inline(__always)
    public func u32(_ offset: Int) -> UInt32 {
        unsafe UInt32(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The eight bytes at `offset`, big-endian.
    @inlinable @inline(__always)
    public func u64(_ offset: Int) -> UInt64 {
        unsafe UInt64(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The eight bytes at `offset` and the eight that follow, big-endian: one look at the bounds for both.
    @inlinable @inline(__always)
    public func pair(_ offset: Int) -> (UInt64, UInt64) {
        precondition(offset >= 0 && offset <= byteCount &- 16)
        return unsafe (
            UInt64(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)),
            UInt64(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ 8, as: UInt64.self))
        )
    }

    /// The sixteen bytes at `offset` as `pair` gives them, and the four that follow: one look at the bounds for all.
    @inlinable @inline(__always)
    public func pairAndHalf(_ offset: Int) -> (UInt64, UInt64, UInt32) {
        precondition(offset >= 0 && offset <= byteCount &- 20)
        return unsafe (
            UInt64(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)),
            UInt64(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ 8, as: UInt64.self)),
            UInt32(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ 16, as: UInt32.self))
        )
    }

    /// The two bytes at `offset`, little-endian.
    @inlinable @inline(__always)
    public func u16le(_ offset: Int) -> UInt16 {
        unsafe UInt16(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The four bytes at `offset`, little-endian.
    @inlinable @inline(__always)
    public func u32le(_ offset: Int) -> UInt32 {
        unsafe UInt32(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The eight bytes at `offset`, little-endian.
    @inlinable @inline(__always)
    public func u64le(_ offset: Int) -> UInt64 {
        unsafe UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}

extension RawSpan {
    /// The offset of the first `byte` at or after `start`, before `end`; nil when there is none.
    public func firstOffset(of byte: UInt8, from start: Int, before end: Int) -> Int? {
        guard start < end else { return nil }
        return unsafe extracting(start..<end).withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress,
                let found = unsafe memchr(base, Int32(byte), bytes.count)
            else { return nil }
            return unsafe start &+ (UnsafeRawPointer(found) - base)
        }
    }

    /// Whether `range`, which must be there, holds these bytes and no others.
    public func holds(_ other: [UInt8], in range: Range<Int>) -> Bool {
        guard other.count == range.count, !range.isEmpty else { return other.count == range.count }
        return unsafe extracting(range).withUnsafeBytes { bytes in
            unsafe other.withUnsafeBytes { other in
                guard let bytes = bytes.baseAddress, let other = other.baseAddress else { return false }
                return unsafe memcmp(bytes, other, range.count) == 0
            }
        }
    }

    /// A copy of at most `count` bytes from `start` on.
    public func copy(from start: Int, atMost count: Int) -> [UInt8] {
        let end = min(byteCount, start + count)
        guard start < end else { return [] }
        return unsafe withUnsafeBytes { unsafe Array($0[start..<end]) }
    }

    /// Appends the `count` bytes from `start` on, which must be there, to an array.
    public func append(from start: Int, count: Int, to array: inout [UInt8]) {
        unsafe extracting(start..<start + count).withUnsafeBytes { unsafe array.append(contentsOf: $0) }
    }

    /// The bytes of `range` as text, with what is no UTF-8 replaced.
    public func text(in range: Range<Int>) -> String {
        unsafe withUnsafeBytes { unsafe String(decoding: $0[range], as: UTF8.self) }
    }
}

extension Array where Element == UInt8 {
    /// Appends the first `count` bytes, at most eight, of a word in network byte order.
    @inlinable @inline(__always)
    public mutating func append(bigEndian word: UInt64, count: Int) {
        unsafe Swift.withUnsafeBytes(of: word.bigEndian) { bytes in
            unsafe append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
    }

    /// Lends the array's bytes as a span.
    ///
    /// Spans of bytes are unsafe only for element types with padding.
    @inlinable @inline(__always)
    public func withBytes<Result>(_ body: (borrowing RawSpan) throws -> Result) rethrows -> Result {
        let bytes = unsafe span.bytes
        return try body(bytes)
    }
}

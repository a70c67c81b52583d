// Captures built from bytes, and what a reader is to find in them.

import Capture
import Foundation
import Net

/// A frame as the tests compare it: free of the chunk it came in.
struct Seen: Equatable, CustomStringConvertible {
    var bytes: [UInt8]
    var originalLength: Int
    var nanoseconds: Int64
    var linkType: UInt16 = 1

    var description: String { "\(bytes.count)/\(originalLength) bytes at \(nanoseconds), type \(linkType)" }
}

/// What reading a capture to its end came to.
struct Reading {
    var frames: [Seen] = []
    var numbers: [Int] = []
    var damage: CaptureDamage?
    var error: CaptureError?
    var skipped = 0
    var ofNoTime = 0
    var filtered = 0
    var unfilterable = 0
}

/// Bytes of headers in either byte order.
struct Writer {
    var bytes: [UInt8] = []
    let isBig: Bool

    init(isBig: Bool) { self.isBig = isBig }

    mutating func put<Number: FixedWidthInteger>(_ number: Number) {
        let count = Number.bitWidth / 8
        for index in 0..<count {
            bytes.append(UInt8(truncatingIfNeeded: number >> Number(8 * (isBig ? count - 1 - index : index))))
        }
    }

    mutating func put(_ more: [UInt8]) { bytes += more }

    mutating func pad() { while bytes.count % 4 != 0 { bytes.append(0) } }
}

/// Some bytes that differ from frame to frame.
func payload(_ length: Int, seed: Int) -> [UInt8] {
    (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ seed &* 97 &+ 5) }
}

/// Frames of assorted lengths, microseconds apart.
func someFrames(_ count: Int, linkType: UInt16 = 1) -> [Seen] {
    (0..<count).map { index in
        let bytes = payload([60, 0, 1, 1514, 3, 66, 8][index % 7], seed: index)
        return Seen(
            bytes: bytes, originalLength: bytes.count + index % 3 * 10,
            nanoseconds: 1_700_000_000_000_000_000 + Int64(index) * 1_234_567_000, linkType: linkType)
    }
}

/// A classic capture file.
func pcap(
    _ frames: [Seen], magic: UInt32 = 0xa1b2_c3d4, isBig: Bool = false, linkField: UInt32 = 1,
    snapshotLength: UInt32 = 262_144, minor: UInt16 = 4
) -> [UInt8] {
    var out = Writer(isBig: isBig)
    out.put(magic)
    out.put(UInt16(2))
    out.put(minor)
    out.put(UInt64(0))
    out.put(snapshotLength)
    out.put(linkField)
    for frame in frames {
        out.put(UInt32(frame.nanoseconds / 1_000_000_000))
        let fraction = frame.nanoseconds % 1_000_000_000
        out.put(UInt32(magic == 0xa1b2_3c4d ? fraction : fraction / 1000))
        out.put(UInt32(frame.bytes.count))
        out.put(UInt32(frame.originalLength))
        if magic == 0xa1b2_cd34 { out.put(UInt64(0x0102_0304)) }
        out.put(frame.bytes)
    }
    return out.bytes
}

/// Blocks of a pcapng file, one section's byte order at a time.
struct Pcapng {
    var bytes: [UInt8] = []
    var isBig: Bool

    init(isBig: Bool = false) {
        self.isBig = isBig
        section(isBig: isBig)
    }

    mutating func block(_ type: UInt32, _ body: (inout Writer) -> Void) {
        var inner = Writer(isBig: isBig)
        body(&inner)
        inner.pad()
        var out = Writer(isBig: isBig)
        out.put(type)
        out.put(UInt32(inner.bytes.count + 12))
        out.put(inner.bytes)
        out.put(UInt32(inner.bytes.count + 12))
        bytes += out.bytes
    }

    mutating func section(isBig: Bool) {
        self.isBig = isBig
        block(0x0a0d_0d0a) { body in
            body.put(UInt32(0x1a2b_3c4d))
            body.put(UInt32(isBig ? 0x0001_0000 : 0x0000_0001))
            body.put(UInt64.max)
        }
    }

    mutating func interface(
        linkType: UInt16 = 1, snapshotLength: UInt32 = 0, resolution: UInt8? = nil, offset: Int64? = nil
    ) {
        block(1) { body in
            body.put(linkType)
            body.put(UInt16(0))
            body.put(snapshotLength)
            Self.option(2, Array("eth0".utf8), &body)
            if let resolution { Self.option(9, [resolution], &body) }
            if let offset {
                var value = Writer(isBig: body.isBig)
                value.put(UInt64(bitPattern: offset))
                Self.option(14, value.bytes, &body)
            }
            Self.option(0, [], &body)
        }
    }

    private static func option(_ code: UInt16, _ value: [UInt8], _ body: inout Writer) {
        body.put(code)
        body.put(UInt16(value.count))
        body.put(value)
        body.pad()
    }

    mutating func packet(_ frame: Seen, interface: UInt32 = 0, ticks: UInt64? = nil) {
        block(6) { body in
            body.put(interface)
            Self.rest(of: frame, ticks ?? UInt64(frame.nanoseconds / 1000), &body)
            Self.option(1, Array("a comment".utf8), &body)
        }
    }

    /// The packet block that enhanced packet blocks replaced.
    mutating func oldPacket(_ frame: Seen, interface: UInt16 = 0) {
        block(2) { body in
            body.put(interface)
            body.put(UInt16(7))
            Self.rest(of: frame, UInt64(frame.nanoseconds / 1000), &body)
        }
    }

    mutating func simplePacket(_ bytes: [UInt8], originalLength: Int) {
        block(3) { body in
            body.put(UInt32(originalLength))
            body.put(bytes)
        }
    }

    private static func rest(of frame: Seen, _ ticks: UInt64, _ body: inout Writer) {
        body.put(UInt32(truncatingIfNeeded: ticks >> 32))
        body.put(UInt32(truncatingIfNeeded: ticks))
        body.put(UInt32(frame.bytes.count))
        body.put(UInt32(frame.originalLength))
        body.put(frame.bytes)
        body.pad()
    }
}

/// A gzip member whose data is stored, not compressed (RFC 1952, RFC 1951 section 3.2.4).
func gzipped(_ bytes: [UInt8]) -> [UInt8] {
    var out = Writer(isBig: false)
    out.put([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
    var rest = bytes[...]
    repeat {
        let part = rest.prefix(60_000)
        rest = rest.dropFirst(60_000)
        out.put(UInt8(rest.isEmpty ? 1 : 0))
        out.put(UInt16(part.count))
        out.put(~UInt16(part.count))
        out.put(Array(part))
    } while !rest.isEmpty
    var checksum = UInt32.max
    for byte in bytes {
        checksum ^= UInt32(byte)
        for _ in 0..<8 { checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0xedb8_8320 : checksum >> 1 }
    }
    out.put(~checksum)
    out.put(UInt32(truncatingIfNeeded: bytes.count))
    return out.bytes
}

import Net

/// The classic capture file (draft-ietf-opsawg-pcap): a header of 24 bytes, then records.
struct PcapFormat: CaptureFormat {
    private static let headerLength = 24

    private let order: ByteOrder
    private let nanosecondsPerTick: Int64
    private let recordHeaderLength: Int
    private var header: Header?
    let skippedFrames = 0
    // 32 bits of seconds are always possible.
    let framesOfNoTime = 0

    private struct Header {
        var linkType: LinkType
        var maximumFrame: UInt32
        /// Before version 2.4 some writers had the two lengths the other way round.
        var mayHaveLengthsSwapped: Bool
    }

    /// The format as its magic number, the first four bytes read as big-endian, tells it; nil for another.
    init?(magic: UInt32) {
        let isBig = [0xa1b2_c3d4, 0xa1b2_3c4d, 0xa1b2_cd34].contains(magic)
        switch isBig ? magic : magic.byteSwapped {
        case 0xa1b2_c3d4: (nanosecondsPerTick, recordHeaderLength) = (1000, 16)
        case 0xa1b2_3c4d: (nanosecondsPerTick, recordHeaderLength) = (1, 16)
        // A. Kuznetsov's libpcap of the 1990s: each record also has interface, protocol and packet type.
        case 0xa1b2_cd34: (nanosecondsPerTick, recordHeaderLength) = (1000, 24)
        default: return nil
        }
        order = ByteOrder(isBig: isBig)
    }

    mutating func scan(_ bytes: RawSpan, position: Int, into frames: inout [Frame]) -> Scan {
        var offset = 0
        if header == nil {
            guard bytes.byteCount >= Self.headerLength else {
                return Scan(used: 0, needed: Self.headerLength)
            }
            if let damage = readHeader(bytes) { return Scan(used: 0, needed: 0, damage: damage) }
            offset = Self.headerLength
        }
        guard let header else { return Scan(used: 0, needed: Self.headerLength) }
        while true {
            var scan: Scan?
            // Room for many at a time: appending one by one asks each time whether the array is shared.
            frames.append(addingCapacity: 256) { scan = fill(&$0, header, bytes, &offset, position) }
            if let scan { return scan }
        }
    }

    /// Adds frames from `offset` on; nil when there is no more room for them.
    @inline(__always)
    private func fill(
        _ frames: inout OutputSpan<Frame>, _ header: Header, _ bytes: RawSpan, _ offset: inout Int,
        _ position: Int
    ) -> Scan? {
        let end = bytes.byteCount
        while end &- offset >= recordHeaderLength {
            if frames.isFull { return nil }
            let (seconds, fraction) = order.pair(bytes, offset)
            var (captured, original) = order.pair(bytes, offset &+ 8)
            // No more is captured than there was; writers that say so mean what they captured.
            if captured > original {
                if header.mayHaveLengthsSwapped { swap(&captured, &original) } else { original = captured }
            }
            guard captured <= header.maximumFrame else {
                let complaint = "says \(captured) bytes: damaged"
                return Scan(
                    used: offset, needed: 0,
                    damage: CaptureDamage(.length, "record", at: position + offset, complaint))
            }
            let start = offset &+ recordHeaderLength
            let next = start &+ Int(captured)
            guard next <= end else { return Scan(used: offset, needed: next &- offset) }
            // 32-bit seconds and fractions: neither the product nor the sum can overflow.
            let nanoseconds =
                Int64(seconds) &* 1_000_000_000 &+ Int64(fraction) &* nanosecondsPerTick
            frames.append(
                Frame(
                    offset: start, capturedLength: Int(captured),
                    originalLength: Int(original),
                    time: Timestamp(nanoseconds: nanoseconds), linkType: header.linkType))
            offset = next
        }
        return Scan(used: offset, needed: recordHeaderLength)
    }

    private mutating func readHeader(_ bytes: RawSpan) -> CaptureDamage? {
        let version = order.u16(bytes, 4)
        guard version == 2 else {
            return CaptureDamage(
                .content, "file header", at: 0, "says version \(version).\(order.u16(bytes, 6)), not 2.4")
        }
        let announced = order.u32(bytes, 16)
        let (least, most) = (CaptureLimits.maximumCustomaryFrame, CaptureLimits.maximumRecord)
        // The upper half of the field is no part of the link type: the FCS length and reserved bits.
        header = Header(
            linkType: LinkType(number: UInt16(truncatingIfNeeded: order.u32(bytes, 20))),
            maximumFrame: min(max(announced, UInt32(least)), UInt32(most)),
            mayHaveLengthsSwapped: order.u16(bytes, 6) < 4)
        return nil
    }

    func damage(atEnd position: Int, remaining: Int, needed: Int) -> CaptureDamage? {
        if header != nil, remaining == 0 { return nil }
        return .cutOff(header == nil ? "file header" : "record", at: position, has: remaining, of: needed)
    }
}

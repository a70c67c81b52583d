import Net

/// The block-structured capture file (draft-ietf-opsawg-pcapng): sections, each with its own byte order and
/// interfaces, made of blocks that say their length at both ends.
struct PcapngFormat: CaptureFormat {
    /// Type of the block that begins a section; reads the same in both byte orders.
    static let sectionHeader: UInt32 = 0x0a0d_0d0a

    private var order = ByteOrder(isBig: true)
    private var interfaces: [CaptureInterface] = []
    private var lastTime = Timestamp(nanoseconds: 0)
    private var skip: Skip?
    private(set) var skippedFrames = 0
    private(set) var framesOfNoTime = 0

    /// A block nobody needs, of which `left` bytes are still to come before its second length.
    private struct Skip {
        let position: Int
        let length: UInt32
        var left: Int
    }

    /// A block whose two lengths agree, and the place of what is between them.
    private struct Block {
        let type: UInt32
        let position: Int
        let body: Range<Int>
    }

    mutating func scan(_ bytes: RawSpan, position: Int, into frames: inout [Frame]) -> Scan {
        var offset = 0
        while true {
            if let damage = passSkipped(bytes, &offset) {
                return Scan(used: offset, needed: 0, damage: damage)
            }
            if skip != nil { return Scan(used: offset, needed: 4) }
            let available = bytes.byteCount &- offset
            guard available >= 12 else { return Scan(used: offset, needed: 12) }

            let here = position &+ offset
            let type = order.u32(bytes, offset)
            if type == Self.sectionHeader, let damage = beginSection(bytes, offset, here) {
                return Scan(used: offset, needed: 0, damage: damage)
            }
            let length = order.u32(bytes, offset &+ 4)
            guard length >= 12, length & 3 == 0 else {
                return Scan(used: offset, needed: 0, damage: Self.badLength(length, here))
            }
            guard isNeeded(type) else {
                skip = Skip(position: here, length: length, left: Int(length) &- 12)
                offset &+= 8
                continue
            }
            guard length <= CaptureLimits.maximumRecord else {
                return Scan(used: offset, needed: 0, damage: Self.badLength(length, here))
            }
            guard available >= Int(length) else { return Scan(used: offset, needed: Int(length)) }
            let end = offset &+ Int(length)
            guard order.u32(bytes, end &- 4) == length else {
                let damage = Self.lengthsDiffer(length, order.u32(bytes, end &- 4), here)
                return Scan(used: offset, needed: 0, damage: damage)
            }
            let block = Block(type: type, position: here, body: offset &+ 8..<end &- 4)
            if let damage = read(block, bytes, into: &frames) {
                return Scan(used: offset, needed: 0, damage: damage)
            }
            offset = end
        }
    }

    func damage(atEnd position: Int, remaining: Int, needed: Int) -> CaptureDamage? {
        if let skip {
            let missing = skip.left + 4 - remaining
            let length = Int(skip.length)
            return .cutOff("block", at: skip.position, has: length - missing, of: length)
        }
        return remaining == 0 ? nil : .cutOff("block", at: position, has: remaining, of: needed)
    }

    // MARK: Blocks

    private func isNeeded(_ type: UInt32) -> Bool {
        switch type {
        case Self.sectionHeader, 1, 2, 3, 6: true
        default: false
        }
    }

    private mutating func passSkipped(_ bytes: RawSpan, _ offset: inout Int) -> CaptureDamage? {
        guard var current = skip else { return nil }
        let passed = min(current.left, bytes.byteCount &- offset)
        offset &+= passed
        current.left &-= passed
        skip = current
        guard current.left == 0, bytes.byteCount &- offset >= 4 else { return nil }
        let second = order.u32(bytes, offset)
        guard second == current.length else {
            return Self.lengthsDiffer(current.length, second, current.position)
        }
        offset &+= 4
        skip = nil
        return nil
    }

    private mutating func read(
        _ block: Block, _ bytes: RawSpan, into frames: inout [Frame]
    ) -> CaptureDamage? {
        let (start, size) = (block.body.lowerBound, block.body.count)
        switch block.type {
        case 1:
            guard size >= 8 else { return Self.tooShort("interface", block) }
            guard interfaces.count < CaptureLimits.maximumInterfaces else {
                return CaptureDamage(.content, "block", at: block.position, "describes too many interfaces")
            }
            interfaces.append(CaptureInterface(bytes, body: block.body, order: order))
        case 2:
            guard size >= 20 else { return Self.tooShort("packet", block) }
            return addFrame(block, interface: Int(order.u16(bytes, start)), bytes, into: &frames)
        case 3:
            guard size >= 4 else { return Self.tooShort("packet", block) }
            addSimpleFrame(block, bytes, into: &frames)
        case 6:
            guard size >= 20 else { return Self.tooShort("packet", block) }
            return addFrame(block, interface: Int(order.u32(bytes, start)), bytes, into: &frames)
        default: break  // A section header, which was read before its length was.
        }
        return nil
    }

    /// Section 4.1: the byte order holds for the section header's own length too.
    private mutating func beginSection(_ bytes: RawSpan, _ offset: Int, _ position: Int) -> CaptureDamage? {
        let magic = bytes.u32(offset &+ 8)
        guard magic == 0x1a2b_3c4d || magic == 0x4d3c_2b1a else {
            let text = String(magic, radix: 16)
            return CaptureDamage(.content, "section header", at: position, "has byte-order magic \(text)")
        }
        order = ByteOrder(isBig: magic == 0x1a2b_3c4d)
        interfaces.removeAll(keepingCapacity: true)
        return nil
    }

    /// Section 4.3, enhanced packet block, and 4.9, its predecessor: they differ in the interface field only.
    @inline(__always)
    private mutating func addFrame(
        _ block: Block, interface: Int, _ bytes: RawSpan, into frames: inout [Frame]
    ) -> CaptureDamage? {
        let start = block.body.lowerBound
        let captured = order.u32(bytes, start &+ 12)
        guard captured <= block.body.count &- 20 else {
            let room = block.body.count &- 20
            let complaint = "says \(captured) captured bytes and has room for \(room): damaged"
            return CaptureDamage(.length, "block", at: block.position, complaint)
        }
        guard interface < interfaces.count else {
            skippedFrames &+= 1
            return nil
        }
        let ticks = UInt64(order.u32(bytes, start &+ 4)) << 32 | UInt64(order.u32(bytes, start &+ 8))
        let (time, isClamped) = interfaces[interface].clock.time(ticks)
        lastTime = time
        if isClamped { framesOfNoTime &+= 1 }
        frames.append(
            Frame(
                offset: start &+ 20, capturedLength: Int(captured),
                originalLength: Int(max(order.u32(bytes, start &+ 16), captured)),
                time: lastTime, linkType: interfaces[interface].linkType))
        return nil
    }

    /// Section 4.4: of the first interface, without a time, and with the snapshot length for a length.
    private mutating func addSimpleFrame(_ block: Block, _ bytes: RawSpan, into frames: inout [Frame]) {
        guard let interface = interfaces.first else {
            skippedFrames &+= 1
            return
        }
        let original = Int(order.u32(bytes, block.body.lowerBound))
        let limit = interface.snapshotLength == 0 ? original : min(original, interface.snapshotLength)
        frames.append(
            Frame(
                offset: block.body.lowerBound &+ 4, capturedLength: min(limit, block.body.count &- 4),
                originalLength: original, time: lastTime, linkType: interface.linkType))
    }

    // MARK: Complaints

    private static func badLength(_ length: UInt32, _ position: Int) -> CaptureDamage {
        CaptureDamage(.length, "block", at: position, "says \(length) bytes: damaged")
    }

    private static func lengthsDiffer(_ first: UInt32, _ second: UInt32, _ position: Int) -> CaptureDamage {
        CaptureDamage(.length, "block", at: position, "says \(first) bytes and at its end \(second): damaged")
    }

    private static func tooShort(_ what: String, _ block: Block) -> CaptureDamage {
        CaptureDamage(
            .length, "block", at: block.position, "says \(block.body.count + 12) bytes, too few for \(what)")
    }
}

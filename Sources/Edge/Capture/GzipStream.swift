import CZlib
import Net

/// Unpacks gzip data (RFC 1952): any number of members one after another, zeros allowed behind the last.
@safe final class GzipStream {
    /// What is wrong with the data.
    struct Fault {
        let kind: CaptureDamage.Kind
        /// A half-sentence.
        let complaint: String
    }

    /// What is wrong with the data; nil while nothing is.
    private(set) var fault: Fault?
    // zlib keeps a pointer to this structure, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var place = Place.betweenMembers
    /// The output was full, so that zlib may hold back bytes although it has used up its input.
    private var holdsBack = false

    /// How many bytes came behind the last member that are neither gzip data nor padding.
    private var foreignBytes = 0

    private enum Place { case betweenMembers, inMember, inPadding, behind }

    init() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 16: a gzip header and checksum are expected; 15: the largest window.
        let result = unsafe inflateInit2_(stream, 16 + 15, zlibVersion(), CInt(MemoryLayout<z_stream>.size))
        if result != Z_OK {
            fault = Fault(kind: .packing, complaint: "cannot be unpacked: zlib error \(result)")
        }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Says that no more input comes, which is a fault in the middle of a member.
    ///
    /// - Parameter isUsedUp: whether nothing is left of the input.
    func inputEnded(isUsedUp: Bool) {
        guard fault == nil else { return }
        if place == .inMember || !isUsedUp {
            fault = Fault(kind: .cutOff, complaint: "ends early")
        } else if foreignBytes > 0 {
            let bytes = foreignBytes == 1 ? "1 byte that is" : "\(foreignBytes) bytes that are"
            fault = Fault(kind: .packing, complaint: "is followed by \(bytes) not gzip: left out")
        }
    }

    /// Unpacks from `input`, using it up, behind what is in `output`, which must have room.
    ///
    /// Says how many bytes it unpacked; 0 means that it needs more input, or that there is a fault.
    func unpack(_ input: inout ByteBuffer, into output: inout ByteBuffer) -> Int {
        while fault == nil, input.count > 0 || holdsBack {
            switch place {
            case .inMember:
                let count = inflateMember(&input, into: &output)
                if count > 0 { return count }
            case .betweenMembers:
                guard let next = input.withBytes(Self.place(of:)) else { return 0 }
                place = next
            case .inPadding:
                let padding = input.withBytes { bytes in
                    bytes.byteOffsets.first { bytes.u8($0) != 0 } ?? bytes.byteCount
                }
                input.dropFirst(padding)
                if input.count > 0 { place = .behind }
            case .behind:
                foreignBytes += input.count
                input.removeAll()
            }
        }
        return 0
    }

    /// What begins with `bytes` behind a member; nil when one byte more would tell.
    ///
    /// RFC 1952 section 2.3.1: each member begins with 1f 8b.
    private static func place(of bytes: RawSpan) -> Place? {
        switch bytes.u8(0) {
        case 0: .inPadding
        case 0x1f: bytes.byteCount < 2 ? nil : bytes.u8(1) == 0x8b ? .inMember : .behind
        default: .behind
        }
    }

    private func inflateMember(_ input: inout ByteBuffer, into output: inout ByteBuffer) -> Int {
        var used = 0
        var result = Z_OK
        let count = unsafe output.append { room in
            let packed = unsafe input.pointer
            let given = uInt(clamping: packed.count)
            let offered = uInt(clamping: room.count)
            // zlib never writes through next_in; its type only lacks the const.
            unsafe stream.pointee.next_in = UnsafeMutablePointer(
                mutating: packed.baseAddress?.assumingMemoryBound(to: UInt8.self))
            unsafe stream.pointee.avail_in = given
            unsafe stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
            unsafe stream.pointee.avail_out = offered
            result = unsafe inflate(stream, Z_NO_FLUSH)
            used = unsafe Int(given - stream.pointee.avail_in)
            unsafe holdsBack = stream.pointee.avail_out == 0
            return unsafe Int(offered - stream.pointee.avail_out)
        }
        input.dropFirst(used)
        switch result {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END:
            place = .betweenMembers
            holdsBack = false
            unsafe inflateReset(stream)
        default:
            let text = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
            fault = Fault(kind: .packing, complaint: "is damaged: \(text ?? "zlib error \(result)")")
        }
        return count
    }
}

internal import CZlib

/// Packs bytes as gzip data (RFC 1952) without a name and a time.
///
/// One of the files that may say `unsafe`: it hands buffers to zlib.
@safe struct Packer: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    private var packed: [UInt8] = []

    init() throws(PackFailure) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15: the largest window; 16: with a gzip header, whose time and name stay empty.
        let result = unsafe deflateInit2_(
            stream, 9, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY, zlibVersion(),
            CInt(MemoryLayout<z_stream>.size))
        guard result == Z_OK else { throw PackFailure("cannot pack: zlib error \(result)") }
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    mutating func pack(_ bytes: [UInt8]) throws(PackFailure) { try run(bytes, Z_NO_FLUSH) }

    mutating func finished() throws(PackFailure) -> [UInt8] {
        try run([], Z_FINISH)
        // The byte that tells the system of the writer: unknown, on every system.
        packed[9] = 255
        return packed
    }

    private mutating func run(_ bytes: [UInt8], _ flush: CInt) throws(PackFailure) {
        var input = bytes
        var room = [UInt8](repeating: 0, count: 64 << 10)
        var failure: CInt = Z_OK
        unsafe input.withUnsafeMutableBufferPointer { input in
            unsafe stream.pointee.next_in = input.baseAddress
            unsafe stream.pointee.avail_in = uInt(input.count)
            while true {
                let (result, count) = unsafe room.withUnsafeMutableBufferPointer { room in
                    unsafe stream.pointee.next_out = room.baseAddress
                    unsafe stream.pointee.avail_out = uInt(room.count)
                    let result = unsafe deflate(stream, flush)
                    return unsafe (result, room.count - Int(stream.pointee.avail_out))
                }
                packed += room[..<count]
                if result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR { failure = result }
                if count < room.count || result == Z_STREAM_END || failure != Z_OK { break }
            }
        }
        guard failure == Z_OK else { throw PackFailure("cannot pack: zlib error \(failure)") }
    }
}

/// Unpacks gzip data piece by piece: never more than is asked for, however much is in it.
@safe struct Unpacker: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    private let origin: String
    private let input: [UInt8]
    private var used = 0
    private var ready: [UInt8] = []
    private var place = 0
    private var isDone = false

    init(_ input: [UInt8], origin: String) throws(PackFailure) {
        (self.input, self.origin) = (input, origin)
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let result = unsafe inflateInit2_(stream, 16 + 15, zlibVersion(), CInt(MemoryLayout<z_stream>.size))
        guard result == Z_OK else { throw PackFailure("\(origin): cannot be unpacked: zlib error \(result)") }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// The next bytes, all of them.
    mutating func bytes(_ count: Int) throws(PackFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            if place == ready.count {
                try more()
                if ready.isEmpty { throw PackFailure("\(origin): damaged: it ends early") }
            }
            let taken = min(count - bytes.count, ready.count - place)
            bytes += ready[place..<(place + taken)]
            place += taken
        }
        return bytes
    }

    /// Makes sure that nothing follows.
    mutating func finish() throws(PackFailure) {
        if place == ready.count { try more() }
        guard place == ready.count, isDone, used == input.count else {
            throw PackFailure("\(origin): damaged: something follows behind its end")
        }
    }

    private mutating func more() throws(PackFailure) {
        (ready, place) = ([], 0)
        if isDone { return }
        var room = [UInt8](repeating: 0, count: 64 << 10)
        var result: CInt = Z_OK
        var (left, rest) = (0, 0)
        let start = used
        unsafe input.withUnsafeBufferPointer { input in
            unsafe room.withUnsafeMutableBufferPointer { room in
                // zlib never writes through next_in; its type only lacks the const.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: input.baseAddress?.advanced(by: start))
                unsafe stream.pointee.avail_in = uInt(input.count - start)
                unsafe stream.pointee.next_out = room.baseAddress
                unsafe stream.pointee.avail_out = uInt(room.count)
                result = unsafe inflate(stream, Z_NO_FLUSH)
                unsafe left = Int(stream.pointee.avail_out)
                unsafe rest = Int(stream.pointee.avail_in)
            }
        }
        used = input.count - rest
        isDone = result == Z_STREAM_END
        guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR else {
            throw PackFailure("\(origin): damaged: it cannot be unpacked")
        }
        room.removeLast(left)
        ready = room
    }
}

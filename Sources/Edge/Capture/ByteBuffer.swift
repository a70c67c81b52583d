/// Bytes that are filled at the end and used up at the front; owns its memory.
@safe struct ByteBuffer: ~Copyable {
    /// How many bytes are filled.
    private(set) var count = 0
    // Invariant: `count <= storage.count`, and the first `count` bytes are initialised.
    private var storage: UnsafeMutableRawBufferPointer

    init(capacity: Int) {
        unsafe storage = .allocate(byteCount: max(capacity, 1), alignment: 16)
    }

    deinit { unsafe storage.deallocate() }

    /// How many bytes fit without growing.
    var capacity: Int { unsafe storage.count }

    /// The filled bytes; valid until the buffer is changed.
    @unsafe var pointer: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: storage[..<count])
    }

    /// Gives `body` the filled bytes.
    borrowing func withBytes<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let span = unsafe pointer.bytes
        return try body(span)
    }

    /// Makes room for at least `capacity` bytes; what is filled stays.
    mutating func grow(to capacity: Int) {
        guard unsafe capacity > storage.count else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
        unsafe larger.copyMemory(from: pointer)
        unsafe storage.deallocate()
        unsafe storage = larger
    }

    /// Forgets all bytes.
    mutating func removeAll() { count = 0 }

    /// Uses up the first `length` bytes.
    mutating func dropFirst(_ length: Int) {
        precondition(length >= 0 && length <= count, "only what is filled can be dropped")
        guard length > 0 else { return }
        unsafe storage.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[length..<count]))
        count -= length
    }

    /// Lets `fill` write behind what is filled, at most to the capacity, and say how many bytes it wrote.
    mutating func append<Failure: Error>(
        _ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) -> Int {
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[count...])
        let written = unsafe min(max(try fill(room), 0), room.count)
        count += written
        return written
    }

    /// Adds a copy of these bytes, with room for them.
    mutating func append(copyOf bytes: [UInt8]) {
        if count + bytes.count > capacity { grow(to: max(2 * capacity, count + bytes.count)) }
        _ = unsafe append { room in
            unsafe room.copyBytes(from: bytes)
            return bytes.count
        }
    }

    /// Moves as many bytes as fit from the front of `other` behind what is filled, and says how many.
    mutating func take(from other: inout ByteBuffer) -> Int {
        let taken = unsafe append { room in
            let length = min(room.count, other.count)
            unsafe room.copyMemory(from: UnsafeRawBufferPointer(rebasing: other.pointer[..<length]))
            return length
        }
        other.dropFirst(taken)
        return taken
    }

    /// Holds a copy of what `other` has from `offset` on, and nothing else.
    mutating func replace(byTailOf other: borrowing ByteBuffer, from offset: Int) {
        removeAll()
        grow(to: other.count - offset)
        unsafe storage.copyMemory(from: UnsafeRawBufferPointer(rebasing: other.pointer[offset...]))
        count = other.count - offset
    }
}

/// A list of numbers that is filled and emptied for every look at a flow: its memory stays.
///
/// One of the files that may say `unsafe`: an array asks at every append whether it is shared, and looks find a
/// dozen candidates each.
@safe
struct CandidateList: ~Copyable {
    /// How many there are.
    private(set) var count = 0
    // Invariant: `count` numbers are initialised, and `count <= storage.count`.
    private var storage: UnsafeMutableBufferPointer<UInt32>

    init() { unsafe storage = .allocate(capacity: 64) }

    deinit { unsafe storage.deallocate() }

    subscript(place: Int) -> UInt32 {
        @inline(__always) get {
            precondition(place >= 0 && place < count)
            return unsafe storage[place]
        }
        @inline(__always) set {
            precondition(place >= 0 && place < count)
            unsafe storage[place] = newValue
        }
    }

    mutating func removeAll() { count = 0 }

    @inline(__always)
    mutating func append(_ number: UInt32) {
        if unsafe count == storage.count { grow() }
        unsafe storage.initializeElement(at: count, to: number)
        count &+= 1
    }

    @inline(never)
    private mutating func grow() {
        let larger = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: 2 * count)
        unsafe _ = larger.initialize(from: storage)
        unsafe storage.deallocate()
        unsafe storage = larger
    }

    /// Doubles every number, adds one to all but the first `unmarked`, and puts all in ascending order.
    ///
    /// There are a handful of them, seldom dozens.
    mutating func mark(after unmarked: Int) {
        for place in 0..<count {
            let number = unsafe storage[place] << 1 | (place < unmarked ? 0 : 1)
            var target = place
            while target > 0, unsafe storage[target &- 1] > number {
                unsafe storage[target] = storage[target &- 1]
                target &-= 1
            }
            unsafe storage[target] = number
        }
    }
}

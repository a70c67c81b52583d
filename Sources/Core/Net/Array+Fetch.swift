public import CPrefetch

/// Elements that will be needed soon are asked for, so that the processor does not wait for the memory later.
///
/// One of the files that may say `unsafe`: a hint takes an address, and nothing is read or written through it.
extension Array {
    /// Asks for the cache lines, to be written, of the element that will be appended so many elements from now.
    ///
    /// Another processor may have them: it has read what was there before.
    @inlinable @inline(__always)
    public func fetchForAppending(ahead: Int) {
        let size = MemoryLayout<Element>.stride
        unsafe withUnsafeBufferPointer { elements in
            guard let start = elements.baseAddress, elements.count &+ ahead < capacity else { return }
            let row = unsafe UnsafeRawPointer(start + (elements.count &+ ahead))
            for offset in stride(from: 0, to: size, by: 64) {
                unsafe prefetch_line_for_writing(row + offset)
            }
        }
    }
}

extension ContiguousArray {
    /// Asks for the cache lines of an element that there is.
    @inlinable @inline(__always)
    public func fetch(at index: Int) {
        unsafe withUnsafeBufferPointer { elements in
            guard let start = elements.baseAddress else { return }
            let row = unsafe UnsafeRawPointer(start + index)
            for offset in stride(from: 0, to: MemoryLayout<Element>.stride, by: 64) {
                unsafe prefetch_line(row + offset)
            }
        }
    }
}

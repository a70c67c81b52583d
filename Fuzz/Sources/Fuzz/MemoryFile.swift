import CFuzzer
import Glibc

/// A file in memory, for what reads descriptors only.
struct MemoryFile {
    private let descriptor = memfd_create("fuzz", 0)

    /// The descriptor of a file of these bytes, to be read from its start; it is the same each time.
    func holding(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        precondition(ftruncate(descriptor, 0) == 0, "the file in memory can be emptied")
        precondition(pwrite(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count, "and written")
        rewind()
        return descriptor
    }

    /// The next read begins at the start.
    func rewind() { lseek(descriptor, 0, SEEK_SET) }
}

/// Where files lie; tests fill it up.
struct Disk: Sendable {
    /// Asked before each write; what it throws takes the place of the write.
    var mayWrite: @Sendable (_ path: String) throws(DiskError) -> Void = { _ throws(DiskError) in }
}

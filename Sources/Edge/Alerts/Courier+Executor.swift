internal import NIOCore

// One of the files that may say `unsafe`: an executor is named without being kept alive. The couriers' thread lives as
// long as the process.
extension Courier {
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.executor.asUnownedSerialExecutor()
    }
}

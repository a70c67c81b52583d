import Glibc

/// A POSIX thread that runs a closure.
///
/// One of the files that may say `unsafe`: the closure goes through a C pointer.
@safe
public final class Thread {
    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    private var handle = pthread_t()

    /// Starts a thread; nil when the system has none to give.
    public init?(_ run: @escaping @Sendable () -> Void) {
        let body = unsafe Unmanaged.passRetained(Body(run))
        let failed = unsafe pthread_create(
            &handle, nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                }
                return nil
            }, body.toOpaque())
        guard failed == 0 else {
            unsafe body.release()
            return nil
        }
    }

    /// Waits for its end.
    public func join() { pthread_join(handle, nil) }
}

/// How many processors the system has for this process's threads.
public var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

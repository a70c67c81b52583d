import CPcap
import Glibc
import Net

/// An interface opened with libpcap: the kernel's ring of frames, read without waiting.
///
/// One of the files that may say `unsafe`: libpcap is a C library. Used by one thread at a time.
@safe
final class LiveInterface {
    let name: String
    let linkType: LinkType
    private let handle: OpaquePointer
    /// What `poll(2)` waits for.
    let descriptor: Int32

    /// Opens an interface; `any` stands for all of them.
    init(name: String, options: LiveOptions) throws(CaptureError) {
        var buffer = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard let handle = unsafe pcap_create(name, &buffer) else {
            throw .interface(name: name, reason: Self.text(buffer))
        }
        unsafe pcap_set_snaplen(handle, CInt(clamping: options.snapshotLength))
        unsafe pcap_set_buffer_size(handle, CInt(clamping: options.ringBytes))
        unsafe pcap_set_promisc(handle, options.isPromiscuous ? 1 : 0)
        unsafe pcap_set_timeout(handle, CInt(LiveOptions.waitMilliseconds))
        unsafe pcap_set_immediate_mode(handle, options.isImmediate ? 1 : 0)
        unsafe pcap_set_tstamp_precision(handle, CInt(PCAP_TSTAMP_PRECISION_NANO))
        do throws(CaptureError) {
            try unsafe Self.activate(handle, name, options)
        } catch {
            unsafe pcap_close(handle)
            throw error
        }
        self.name = name
        unsafe self.handle = handle
        unsafe descriptor = pcap_get_selectable_fd(handle)
        unsafe linkType = Self.linkType(ofDataLink: pcap_datalink(handle))
        unsafe nanosecondsPerTick =
            pcap_get_tstamp_precision(handle) == CInt(PCAP_TSTAMP_PRECISION_NANO) ? 1 : 1000
    }

    private let nanosecondsPerTick: Int64

    deinit { unsafe pcap_close(handle) }

    private static func activate(
        _ handle: OpaquePointer, _ name: String, _ options: LiveOptions
    ) throws(CaptureError) {
        let status = unsafe pcap_activate(handle)
        guard status >= 0 else {
            let general = unsafe String(cString: pcap_statustostr(status))
            let detail = unsafe String(cString: pcap_geterr(handle))
            let hint =
                status == PCAP_ERROR_PERM_DENIED || status == PCAP_ERROR_PROMISC_PERM_DENIED
                ? ": run as root, or give the command the capability: setcap cap_net_raw,cap_net_admin+ep offport"
                : ""
            throw .interface(name: name, reason: Self.reason(general, detail) + hint)
        }
        var buffer = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard unsafe pcap_setnonblock(handle, 1, &buffer) == 0 else {
            throw .interface(name: name, reason: text(buffer))
        }
        guard let expression = options.filter else { return }
        var program = unsafe bpf_program()
        guard unsafe pcap_compile(handle, &program, expression, 1, bpf_u_int32.max) == 0 else {
            let complaint = unsafe String(cString: pcap_geterr(handle))
            throw .interface(name: name, reason: "filter '\(expression)': \(complaint)")
        }
        defer { unsafe pcap_freecode(&program) }
        guard unsafe pcap_setfilter(handle, &program) == 0 else {
            throw .interface(name: name, reason: unsafe String(cString: pcap_geterr(handle)))
        }
    }

    /// What libpcap says in general and of this time, once where it says the same twice.
    static func reason(_ general: String, _ detail: String) -> String {
        detail.isEmpty || detail == general ? general : "\(general) (\(detail))"
    }

    /// What a dispatch writes to, for the C callback.
    @safe
    private final class Filling {
        let chunk: Chunk
        let linkType: LinkType
        let nanosecondsPerTick: Int64
        let handle: OpaquePointer

        init(_ chunk: Chunk, _ linkType: LinkType, _ nanosecondsPerTick: Int64, _ handle: OpaquePointer) {
            self.chunk = chunk
            self.linkType = linkType
            self.nanosecondsPerTick = nanosecondsPerTick
            unsafe self.handle = handle
        }

        func take(_ header: pcap_pkthdr, _ bytes: UnsafePointer<UInt8>) {
            let length = Int(header.caplen)
            let offset = chunk.buffer.count
            chunk.buffer.grow(to: offset + length)
            _ = unsafe chunk.buffer.append { room in
                unsafe room.copyMemory(from: UnsafeRawBufferPointer(start: bytes, count: length))
                return length
            }
            let time =
                Int64(header.ts.tv_sec) &* 1_000_000_000 &+ Int64(header.ts.tv_usec) &* nanosecondsPerTick
            chunk.frames.append(
                Frame(
                    offset: offset, capturedLength: length, originalLength: Int(header.len),
                    time: Timestamp(nanoseconds: time), linkType: linkType))
            if chunk.buffer.capacity - chunk.buffer.count < LiveOptions.reserve {
                unsafe pcap_breakloop(handle)
            }
        }
    }

    /// Takes what the ring holds, as far as the chunk has room: the number of frames.
    ///
    /// Throws when the interface is gone or down.
    func take(into chunk: Chunk) throws(CaptureError) -> Int {
        let before = chunk.frames.count
        let filling = unsafe Filling(chunk, linkType, nanosecondsPerTick, handle)
        let status = withExtendedLifetime(filling) {
            unsafe pcap_dispatch(
                handle, -1,
                { argument, header, bytes in
                    guard let argument = unsafe argument, let header = unsafe header,
                        let bytes = unsafe bytes
                    else { return }
                    unsafe Unmanaged<Filling>.fromOpaque(argument).takeUnretainedValue()
                        .take(header.pointee, bytes)
                }, Unmanaged.passUnretained(filling).toOpaque())
        }
        let count = chunk.frames.count - before
        if status < 0, status != PCAP_ERROR_BREAK {
            throw .interface(name: name, reason: unsafe String(cString: pcap_geterr(handle)))
        }
        return count
    }

    /// What the kernel counted since the interface was opened, in 32 bits that wrap: frames that found the ring full,
    /// and those the interface itself lost; nil when it does not say.
    ///
    /// Frames that came are left alone: whether those that were dropped are among them depends on the system.
    var counts: (dropped: UInt32, lost: UInt32)? {
        var numbers = pcap_stat()
        guard unsafe pcap_stats(handle, &numbers) == 0 else { return nil }
        return (numbers.ps_drop, numbers.ps_ifdrop)
    }

    /// Waits until one of the interfaces has frames, at most so long; -1 entries are left out.
    static func wait(for descriptors: [Int32], milliseconds: Int32) {
        var waiting = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        unsafe poll(&waiting, nfds_t(waiting.count), milliseconds)
    }

    /// Seconds on a clock that never goes back.
    static var uptime: Int { milliseconds / 1000 }

    /// Milliseconds on a clock that never goes back.
    static var milliseconds: Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    /// libpcap numbers a few link types by what the system calls them, unlike files (pcap-linktype(7)).
    private static func linkType(ofDataLink number: CInt) -> LinkType {
        switch number {
        case 11: LinkType(number: 100)  // ATM_RFC1483
        case 12, 14: LinkType(number: 101)  // RAW
        default: LinkType(number: UInt16(clamping: number))
        }
    }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

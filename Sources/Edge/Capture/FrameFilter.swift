import CPcap
import Net

/// A compiled filter expression of pcap-filter(7), for frames of one link type.
@safe public final class FrameFilter: @unchecked Sendable {
    // Invariant: compiled once and never changed afterwards, which is what `@unchecked` stands for.
    private let program: UnsafeMutablePointer<bpf_program>

    /// Compiles `expression`; the error has libpcap's own text.
    ///
    /// An empty expression matches every frame that has bytes.
    public init(expression: String, linkType: LinkType, snapshotLength: Int = 262_144) throws(CaptureError) {
        unsafe program = .allocate(capacity: 1)
        unsafe program.initialize(to: bpf_program())
        let complaint = unsafe Self.compile(expression, linkType, snapshotLength, into: program)
        if let complaint { throw .filter(expression: expression, linkType: linkType, reason: complaint) }
    }

    deinit {
        unsafe pcap_freecode(program)
        unsafe program.deallocate()
    }

    /// Whether the frame with these captured bytes matches.
    public func matches(_ frame: RawSpan, originalLength: Int) -> Bool {
        unsafe frame.withUnsafeBytes { bytes in
            var header = pcap_pkthdr()
            header.caplen = bpf_u_int32(clamping: bytes.count)
            header.len = bpf_u_int32(clamping: originalLength)
            guard let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
                return false
            }
            return unsafe pcap_offline_filter(program, &header, start) != 0
        }
    }

    /// Whether `frame`, which lies in `chunk`, matches.
    func matches(_ frame: Frame, in chunk: RawSpan) -> Bool {
        matches(
            chunk.extracting(frame.offset..<frame.offset + frame.capturedLength),
            originalLength: frame.originalLength)
    }

    /// Nil when all went well, libpcap's complaint otherwise.
    private static func compile(
        _ expression: String, _ linkType: LinkType, _ snapshotLength: Int,
        into program: UnsafeMutablePointer<bpf_program>
    ) -> String? {
        guard let handle = unsafe pcap_open_dead(dataLink(of: linkType), CInt(clamping: snapshotLength))
        else {
            return "libpcap has no memory"
        }
        defer { unsafe pcap_close(handle) }
        let result = unsafe pcap_compile(handle, program, expression, 1, bpf_u_int32.max)
        return result == 0 ? nil : unsafe String(cString: pcap_geterr(handle))
    }

    /// Files number some link types differently from libpcap's programming interface (pcap-linktype(7),
    /// pcap-common.c of libpcap), because the latter's numbers depend on the system.
    private static func dataLink(of linkType: LinkType) -> CInt {
        switch linkType.number {
        case 100: 11  // ATM_RFC1483
        case 101: 12  // RAW
        case 102: 15  // SLIP_BSDOS
        case 103: 16  // PPP_BSDOS
        case 106: 19  // ATM_CLIP
        default: CInt(linkType.number)
        }
    }
}

/// A filter expression for captures of any link types: compiled for each when its first frame comes.
struct FilterPerLinkType {
    private let expression: String
    private var compiled: [(linkType: LinkType, filter: FrameFilter?)] = []
    private var problems: [CaptureError] = []

    init(expression: String) { self.expression = expression }

    /// The filter for a link type; nil where this expression cannot be asked of such frames.
    ///
    /// Throws when it cannot be asked of any frames so far, nor of Ethernet: then the expression itself is
    /// wrong.
    mutating func filter(for linkType: LinkType) throws(CaptureError) -> FrameFilter? {
        if let known = compiled.first(where: { $0.linkType == linkType }) { return known.filter }
        do throws(CaptureError) {
            let filter = try FrameFilter(expression: expression, linkType: linkType)
            compiled.append((linkType, filter))
            return filter
        } catch {
            let ethernet = LinkType(number: 1)
            let isSound =
                compiled.contains { $0.filter != nil }
                || (try? FrameFilter(expression: expression, linkType: ethernet)) != nil
            guard isSound else { throw error }
            compiled.append((linkType, nil))
            problems.append(error)
            return nil
        }
    }

    /// Hands over for which link types it could not be compiled since the last time.
    mutating func takeProblems() -> [CaptureError] {
        defer { problems = [] }
        return problems
    }
}

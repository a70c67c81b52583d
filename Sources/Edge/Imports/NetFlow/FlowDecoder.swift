internal import Net

/// Reads the datagrams of NetFlow 5 and 9 and of IPFIX, and remembers the templates that exporters announce.
///
/// What is remembered is bounded: so many exporters, so many templates of each, and so many bytes of records that came
/// before their template.
struct FlowDecoder {
    /// An exporter's part that numbers its templates by itself.
    struct Domain: Hashable {
        var exporter: IPAddress
        var number: UInt32
        var version: UInt16
    }

    private struct TemplateKey: Hashable {
        var domain: Domain
        var number: UInt16
    }

    /// A set of records whose template is not known yet.
    private struct Waiting {
        var bytes: [UInt8]
        var clock: Clock
    }

    /// How an exporter's times are told.
    struct Clock {
        /// When the datagram was sent, in nanoseconds since 1970.
        var sent: Int64
        /// The exporter's milliseconds since it started, where the datagram says so.
        var uptime: UInt32?
    }

    /// Counters of what was read.
    private(set) var records = 0
    /// Records of the exporters themselves.
    private(set) var optionRecords = 0
    /// Records with a time that is not possible.
    private(set) var untimely = 0
    private(set) var byVersion: [UInt16: Int] = [:]
    /// By exporter and template: records whose template never came, in sets.
    var missing: [String] {
        waiting.merging(lost.mapValues { ([], $0) }) { ($0.0, $0.1 + $1.1) }
            .map { key, sets in
                let count = sets.0.count + sets.1
                return
                    "\(key.domain.exporter) (domain \(key.domain.number)): \(count) sets of records have no template \(key.number), so they are not read"
            }.sorted()
    }
    /// By exporter: it counts one in so many packets, which may be another number for each of its parts.
    private(set) var sampled: [IPAddress: Set<UInt64>] = [:]

    private var templates: [TemplateKey: FlowTemplate] = [:]
    private var templatesOf: [Domain: Int] = [:]
    private var systemStarts: [Domain: Int64] = [:]
    private var waiting: [TemplateKey: (sets: [Waiting], lost: Int)] = [:]
    private var lost: [TemplateKey: Int] = [:]
    private var waitingBytes = 0

    static let maximumDomains = 1024
    static let maximumTemplates = 512
    /// Numbers of packets, of one exporter, of which one is counted.
    static let maximumSamplings = 8
    static let maximumWaitingBytes = 4 << 20
    /// What a set that waits costs besides its bytes.
    private static let priceOfWaiting = 64

    /// What a datagram is not.
    struct Failure: Error { var text: String }

    /// Reads one datagram; `take` gets its flows.
    mutating func read(
        _ bytes: RawSpan, from exporter: IPAddress, _ take: (ExportedFlow) -> Void
    ) throws(Failure) {
        guard bytes.byteCount >= 2 else { throw Failure(text: "is too short") }
        let version = bytes.u16(0)
        switch version {
        case 5: try version5(bytes, exporter, take)
        case 9: try version9(bytes, exporter, take)
        case 10: try ipfix(bytes, exporter, take)
        default: throw Failure(text: "is neither NetFlow 5 nor 9 nor IPFIX: version \(version)")
        }
        byVersion[version, default: 0] += 1
    }

    // MARK: Version 5 (Cisco, "NetFlow Export Datagram Format")

    private mutating func version5(
        _ bytes: RawSpan, _ exporter: IPAddress, _ take: (ExportedFlow) -> Void
    ) throws(Failure) {
        guard bytes.byteCount >= 24 else { throw Failure(text: "is cut off in its header") }
        let count = Int(bytes.u16(2))
        guard bytes.byteCount >= 24 + 48 * count else {
            throw Failure(text: "says \(count) records and holds \((bytes.byteCount - 24) / 48)")
        }
        let sent = Int64(bytes.u32(8)) * 1_000_000_000 + Int64(min(bytes.u32(12), 999_999_999))
        let clock = Clock(sent: sent, uptime: bytes.u32(4))
        // The first two bits say how the packets are chosen.
        note(sampling: UInt64(bytes.u16(22) & 0x3fff), of: exporter)
        for place in 0..<count {
            let start = 24 + 48 * place
            var flow = ExportedFlow()
            flow.source = IPAddress(v4: bytes.u32(start))
            flow.destination = IPAddress(v4: bytes.u32(start + 4))
            flow.packets = UInt64(bytes.u32(start + 16))
            flow.bytes = UInt64(bytes.u32(start + 20))
            flow.start = Self.time(uptime: bytes.u32(start + 24), clock)
            flow.end = Self.time(uptime: bytes.u32(start + 28), clock)
            flow.sourcePort = bytes.u16(start + 32)
            flow.destinationPort = bytes.u16(start + 34)
            flow.flags = UInt64(bytes.u8(start + 37))
            flow.transport = TransportProtocol(number: bytes.u8(start + 38))
            records += 1
            take(flow)
        }
    }

    private mutating func note(sampling interval: UInt64, of exporter: IPAddress) {
        guard interval > 1, sampled[exporter] != nil || sampled.count < Self.maximumDomains,
            sampled[exporter, default: []].count < Self.maximumSamplings
        else { return }
        sampled[exporter, default: []].insert(interval)
    }

    /// A time of the exporter's own clock, which wraps every 49 days.
    private static func time(uptime: UInt32, _ clock: Clock) -> Timestamp {
        let ago = Int64(Int32(truncatingIfNeeded: (clock.uptime ?? uptime) &- uptime))
        return Timestamp(nanoseconds: clock.sent - ago * 1_000_000)
    }

    /// The same of an exporter that says when it started and not how long ago: the time of that reading of its clock
    /// that is nearest to when the datagram was sent.
    ///
    /// - Parameters:
    ///   - start: When it started, in nanoseconds since 1970, as is what is returned.
    ///   - sent: When the datagram was sent, likewise.
    fileprivate static func time(uptime: UInt32, since start: Int64, near sent: Int64) -> Int64 {
        let wrap: Int64 = 1_000_000 << 32
        let first = start + Int64(uptime) * 1_000_000
        let late = sent - first
        return first + (late + (late < 0 ? -wrap : wrap) / 2) / wrap * wrap
    }

    // MARK: Version 9 and IPFIX

    private mutating func version9(
        _ bytes: RawSpan, _ exporter: IPAddress, _ take: (ExportedFlow) -> Void
    ) throws(Failure) {
        guard bytes.byteCount >= 20 else { throw Failure(text: "is cut off in its header") }
        let clock = Clock(sent: Int64(bytes.u32(8)) * 1_000_000_000, uptime: bytes.u32(4))
        let domain = Domain(exporter: exporter, number: bytes.u32(16), version: 9)
        try sets(bytes, from: 20, to: bytes.byteCount, domain, clock, take)
    }

    private mutating func ipfix(
        _ bytes: RawSpan, _ exporter: IPAddress, _ take: (ExportedFlow) -> Void
    ) throws(Failure) {
        guard bytes.byteCount >= 16 else { throw Failure(text: "is cut off in its header") }
        let length = Int(bytes.u16(2))
        guard (16...bytes.byteCount).contains(length) else {
            throw Failure(text: "says \(length) bytes and holds \(bytes.byteCount)")
        }
        let clock = Clock(sent: Int64(bytes.u32(4)) * 1_000_000_000, uptime: nil)
        let domain = Domain(exporter: exporter, number: bytes.u32(12), version: 10)
        try sets(bytes, from: 16, to: length, domain, clock, take)
    }

    private mutating func sets(
        _ bytes: RawSpan, from first: Int, to end: Int, _ domain: Domain, _ clock: Clock,
        _ take: (ExportedFlow) -> Void
    ) throws(Failure) {
        var place = first
        while place + 4 <= end {
            let (number, length) = (bytes.u16(place), Int(bytes.u16(place + 2)))
            guard length >= 4, place + length <= end else {
                throw Failure(text: "has a set of \(length) bytes where \(end - place) are left")
            }
            let body = bytes.extracting(place + 4..<place + length)
            switch number {
            case 0 where domain.version == 9, 2 where domain.version == 10:
                try readTemplates(body, domain, take)
            case 1 where domain.version == 9: try readOptionTemplates9(body, domain, take)
            case 3 where domain.version == 10: try readOptionTemplates(body, domain, take)
            case 256...: data(body, TemplateKey(domain: domain, number: number), clock, take)
            default: break
            }
            place += length
        }
    }

    // MARK: Templates

    private mutating func readTemplates(
        _ body: RawSpan, _ domain: Domain, _ take: (ExportedFlow) -> Void
    ) throws(Failure) {
        var place = 0
        while place + 4 <= body.byteCount {
            let (number, count) = (body.u16(place), Int(body.u16(place + 2)))
            // What is left is padding.
            guard number >= 256 else { return }
            place += 4
            guard let fields = Self.fields(body, &place, count, domain) else {
                throw Failure(text: "has a template \(number) that is cut off or has too many fields")
            }
            keep(
                FlowTemplate(fields: fields, isOfOptions: false), TemplateKey(domain: domain, number: number),
                take)
        }
    }

    /// RFC 3954 section 6.1: the lengths of the scope and of the options, in bytes.
    private mutating func readOptionTemplates9(
        _ body: RawSpan, _ domain: Domain, _ take: (ExportedFlow) -> Void
    ) throws(Failure) {
        var place = 0
        while place + 6 <= body.byteCount {
            let number = body.u16(place)
            let (scope, options) = (Int(body.u16(place + 2)) / 4, Int(body.u16(place + 4)) / 4)
            guard number >= 256 else { return }
            place += 6
            guard var fields = Self.fields(body, &place, scope + options, domain) else {
                throw Failure(
                    text: "has an options template \(number) that is cut off or has too many fields")
            }
            // The numbers of a scope's fields are of another list.
            for field in fields.indices.prefix(scope) { fields[field].element = .other }
            keep(
                FlowTemplate(fields: fields, isOfOptions: true), TemplateKey(domain: domain, number: number),
                take)
        }
    }

    /// RFC 7011 section 3.4.2.2.
    private mutating func readOptionTemplates(
        _ body: RawSpan, _ domain: Domain, _ take: (ExportedFlow) -> Void
    ) throws(Failure) {
        var place = 0
        while place + 4 <= body.byteCount {
            let (number, count) = (body.u16(place), Int(body.u16(place + 2)))
            // A withdrawal ends here.
            guard number >= 256, count > 0, place + 6 <= body.byteCount else { return }
            place += 6
            guard let fields = Self.fields(body, &place, count, domain) else {
                throw Failure(
                    text: "has an options template \(number) that is cut off or has too many fields")
            }
            keep(
                FlowTemplate(fields: fields, isOfOptions: true), TemplateKey(domain: domain, number: number),
                take)
        }
    }

    private static func fields(
        _ body: RawSpan, _ place: inout Int, _ count: Int, _ domain: Domain
    ) -> [FlowTemplate.Field]? {
        guard count <= FlowTemplate.maximumFields else { return nil }
        var fields: [FlowTemplate.Field] = []
        for _ in 0..<count {
            guard place + 4 <= body.byteCount else { return nil }
            let (word, length) = (body.u16(place), Int(body.u16(place + 2)))
            place += 4
            var element = FlowTemplate.Element(word & 0x7fff, isReverse: false)
            if domain.version == 10, word & 0x8000 != 0 {
                guard place + 4 <= body.byteCount else { return nil }
                // RFC 5103: the elements of the way back stand under a number of their own.
                let isReverse = body.u32(place) == 29_305
                element = isReverse ? FlowTemplate.Element(word & 0x7fff, isReverse: true) : .other
                place += 4
            } else if word & 0x8000 != 0 {
                element = .other
            }
            fields.append(FlowTemplate.Field(element: element, length: length))
        }
        return fields
    }

    private mutating func keep(_ template: FlowTemplate, _ key: TemplateKey, _ take: (ExportedFlow) -> Void) {
        if templates[key] == nil {
            guard templatesOf[key.domain] != nil || templatesOf.count < Self.maximumDomains,
                templatesOf[key.domain, default: 0] < Self.maximumTemplates
            else { return }
            templatesOf[key.domain, default: 0] += 1
        }
        templates[key] = template
        guard let held = waiting.removeValue(forKey: key) else { return }
        if held.lost > 0 { lost[key] = held.lost }
        for set in held.sets {
            waitingBytes -= set.bytes.count + Self.priceOfWaiting
            set.bytes.withBytes { read($0, template, key.domain, set.clock, take) }
        }
    }

    // MARK: Records

    private mutating func data(
        _ body: RawSpan, _ key: TemplateKey, _ clock: Clock, _ take: (ExportedFlow) -> Void
    ) {
        if let template = templates[key] { return read(body, template, key.domain, clock, take) }
        guard body.byteCount > 0, waiting[key] != nil || waiting.count < Self.maximumDomains else { return }
        let price = body.byteCount + Self.priceOfWaiting
        if waitingBytes + price <= Self.maximumWaitingBytes {
            waitingBytes += price
            waiting[key, default: ([], 0)].sets.append(
                Waiting(bytes: body.copy(from: 0, atMost: body.byteCount), clock: clock))
        } else {
            waiting[key, default: ([], 0)].lost += 1
        }
    }

    private mutating func read(
        _ body: RawSpan, _ template: FlowTemplate, _ domain: Domain, _ clock: Clock,
        _ take: (ExportedFlow) -> Void
    ) {
        let least = template.leastLength
        guard least > 0 else { return }
        var place = 0
        while place + least <= body.byteCount {
            var record = RecordValues()
            for field in template.fields {
                var length = field.length
                if length == FlowTemplate.variable {
                    guard place < body.byteCount else { return }
                    length = Int(body.u8(place))
                    place += 1
                    if length == 255 {
                        guard place + 2 <= body.byteCount else { return }
                        length = Int(body.u16(place))
                        place += 2
                    }
                }
                guard place + length <= body.byteCount else { return }
                if field.element != .other { record.set(field.element, body, place, length) }
                place += length
            }
            if let interval = record.sampling { note(sampling: interval, of: domain.exporter) }
            if template.isOfOptions {
                optionRecords += 1
                if let start = record.systemStart, systemStarts.count < Self.maximumDomains {
                    systemStarts[domain] = start
                }
                continue
            }
            records += 1
            if let flow = record.flow(clock, systemStart: record.systemStart ?? systemStarts[domain]) {
                take(flow)
            } else {
                untimely += 1
            }
        }
    }
}

/// The values of one record as they are read.
private struct RecordValues {
    var found = ExportedFlow()
    private var samplingInterval: UInt64?
    private var (sampledPackets, skippedPackets): (UInt64?, UInt64?) = (nil, nil)
    private var (sampleSize, samplePopulation): (UInt64?, UInt64?) = (nil, nil)
    /// In nanoseconds.
    var systemStart: Int64?
    private var (start, end): (Int64?, Int64?) = (nil, nil)
    private var (firstUptime, lastUptime): (UInt32?, UInt32?) = (nil, nil)
    private var (startDelta, endDelta): (Int64?, Int64?) = (nil, nil)
    /// Whether one of the times is not possible.
    private var isUntimely = false
    private var (back, hasBack) = ((packets: UInt64(0), bytes: UInt64(0), flags: UInt64(0)), false)

    init() {}

    mutating func set(_ element: FlowTemplate.Element, _ bytes: RawSpan, _ place: Int, _ length: Int) {
        if element == .sourceAddress || element == .destinationAddress {
            let address: IPAddress
            switch length {
            case 4: address = IPAddress(v4: bytes.u32(place))
            case 16: address = IPAddress(high: bytes.u64(place), low: bytes.u64(place + 8))
            default: return
            }
            if element == .sourceAddress { found.source = address } else { found.destination = address }
            return
        }
        // RFC 7011 section 6.2: fewer bytes than the type has are allowed.
        guard (1...8).contains(length) else { return }
        var value: UInt64 = 0
        for offset in 0..<length { value = value << 8 | UInt64(bytes.u8(place + offset)) }
        set(element, value)
    }

    private mutating func set(_ element: FlowTemplate.Element, _ value: UInt64) {
        switch element {
        case .octets: found.bytes = value
        case .packets: found.packets = value
        case .flags: found.flags = value
        case .transport: found.transport = TransportProtocol(number: UInt8(truncatingIfNeeded: value))
        case .sourcePort: found.sourcePort = UInt16(truncatingIfNeeded: value)
        case .destinationPort: found.destinationPort = UInt16(truncatingIfNeeded: value)
        case .vlan: found.vlan = UInt16(truncatingIfNeeded: value & 0xfff)
        case .reverseOctets, .responderOctets: (back.bytes, hasBack) = (value, true)
        case .reversePackets, .responderPackets: (back.packets, hasBack) = (value, true)
        case .reverseFlags: back.flags = value
        case .initiatorOctets: (found.bytes, found.knowsInitiator) = (value, true)
        case .initiatorPackets: (found.packets, found.knowsInitiator) = (value, true)
        case .biflowDirection: found.knowsInitiator = value == 1
        case .firstUptime: firstUptime = UInt32(truncatingIfNeeded: value)
        case .lastUptime: lastUptime = UInt32(truncatingIfNeeded: value)
        case .startSeconds: start = time(value, of: 1_000_000_000)
        case .endSeconds: end = time(value, of: 1_000_000_000)
        case .startMillis: start = time(value, of: 1_000_000)
        case .endMillis: end = time(value, of: 1_000_000)
        case .startMicros, .startNanos: start = Self.ntp(value)
        case .endMicros, .endNanos: end = Self.ntp(value)
        case .startDelta: startDelta = time(value, of: 1000)
        case .endDelta: endDelta = time(value, of: 1000)
        case .systemStart: systemStart = time(value, of: 1_000_000)
        case .samplingInterval: samplingInterval = max(value, samplingInterval ?? 0)
        case .sampledPackets: sampledPackets = value
        case .skippedPackets: skippedPackets = min(value, UInt64(UInt32.max))
        case .sampleSize: sampleSize = value
        case .samplePopulation: samplePopulation = value
        case .other, .sourceAddress, .destinationAddress: break
        }
    }

    private mutating func time(_ value: UInt64, of unit: Int64) -> Int64? {
        let time = Timestamp(possible: Int64(clamping: value), of: unit)
        if time == nil { isUntimely = true }
        return time?.nanoseconds
    }

    /// RFC 5905: seconds since 1900 and their 2^32nd parts.
    private static func ntp(_ value: UInt64) -> Int64? {
        let seconds = Int64(value >> 32) - 2_208_988_800
        guard seconds >= 0 else { return nil }
        return seconds * 1_000_000_000 + Int64((value & 0xffff_ffff) * 1_000_000_000 >> 32)
    }

    /// Of how many packets one is counted; nil where the record does not say.
    var sampling: UInt64? {
        if let samplingInterval { return samplingInterval }
        if let samplePopulation, let sampleSize, sampleSize > 0 {
            return samplePopulation / sampleSize + (samplePopulation % sampleSize == 0 ? 0 : 1)
        }
        guard let sampledPackets, sampledPackets > 0 else { return nil }
        // RFC 5477: so many packets in a row are counted, then so many are not. By IANA's registry the first number
        // alone stands for the older interval.
        guard let skippedPackets else { return sampledPackets }
        return 1 + skippedPackets / sampledPackets + (skippedPackets % sampledPackets == 0 ? 0 : 1)
    }

    /// What it tells; nil when that was at no possible time.
    func flow(_ clock: FlowDecoder.Clock, systemStart: Int64?) -> ExportedFlow? {
        var flow = found
        func time(_ absolute: Int64?, _ uptime: UInt32?, _ delta: Int64?) -> Int64? {
            if let absolute { return absolute }
            if let delta { return max(0, clock.sent - delta) }
            guard let uptime else { return nil }
            if let now = clock.uptime {
                return clock.sent - Int64(Int32(truncatingIfNeeded: now &- uptime)) * 1_000_000
            }
            return systemStart.map { FlowDecoder.time(uptime: uptime, since: $0, near: clock.sent) }
        }
        let end = time(self.end, lastUptime, endDelta) ?? clock.sent
        let start = time(self.start, firstUptime, startDelta) ?? end
        guard !isUntimely, let first = Timestamp(possible: min(start, end)),
            let last = Timestamp(possible: end)
        else { return nil }
        (flow.start, flow.end) = (first, last)
        if hasBack { flow.reverse = back }
        return flow
    }
}

internal import Net

/// The layout of records that an exporter announced (RFC 3954 section 5.2, RFC 7011 section 3.4).
struct FlowTemplate {
    /// What a field means, as far as a session needs it.
    enum Element: UInt8 {
        case other
        case octets, packets, transport, flags, sourcePort, destinationPort, sourceAddress, destinationAddress
        case reverseOctets, reversePackets, reverseFlags
        case firstUptime, lastUptime, startSeconds, endSeconds, startMillis, endMillis, startMicros, endMicros
        case startNanos, endNanos, startDelta, endDelta, systemStart
        case initiatorOctets, responderOctets, initiatorPackets, responderPackets
        case samplingInterval, sampledPackets, skippedPackets, sampleSize, samplePopulation
        case vlan, biflowDirection

        /// By the number of IANA's registry; `isReverse` for those of RFC 5103.
        init(_ number: UInt16, isReverse: Bool) {
            self =
                switch (number, isReverse) {
                case (1, false), (85, false): .octets
                case (2, false), (86, false): .packets
                case (1, true), (85, true): .reverseOctets
                case (2, true), (86, true): .reversePackets
                case (6, true): .reverseFlags
                case (_, true): .other
                case (4, _): .transport
                case (6, _): .flags
                case (7, _), (180, _), (182, _): .sourcePort
                case (11, _), (181, _), (183, _): .destinationPort
                case (8, _), (27, _): .sourceAddress
                case (12, _), (28, _): .destinationAddress
                case (21, _): .lastUptime
                case (22, _): .firstUptime
                case (34, _), (50, _): .samplingInterval
                case (305, _): .sampledPackets
                case (306, _): .skippedPackets
                case (309, _): .sampleSize
                case (310, _): .samplePopulation
                case (58, _), (243, _): .vlan
                case (150, _): .startSeconds
                case (151, _): .endSeconds
                case (152, _): .startMillis
                case (153, _): .endMillis
                case (154, _): .startMicros
                case (155, _): .endMicros
                case (156, _): .startNanos
                case (157, _): .endNanos
                case (158, _): .startDelta
                case (159, _): .endDelta
                case (160, _): .systemStart
                case (231, _): .initiatorOctets
                case (232, _): .responderOctets
                case (239, _): .biflowDirection
                case (298, _): .initiatorPackets
                case (299, _): .responderPackets
                default: .other
                }
        }
    }

    struct Field {
        var element: Element
        /// 65535 for one that says its length itself.
        var length: Int
    }

    static let variable = 65_535
    static let maximumFields = 256

    var fields: [Field]
    /// Whether it describes the exporter instead of flows.
    var isOfOptions: Bool

    /// The least bytes that a record takes.
    var leastLength: Int { fields.reduce(0) { $0 + ($1.length == Self.variable ? 1 : $1.length) } }
}

/// One record of an exporter: packets of one direction, or of both.
struct ExportedFlow {
    var source = IPAddress(high: 0, low: 0)
    var destination = IPAddress(high: 0, low: 0)
    var sourcePort: UInt16 = 0
    var destinationPort: UInt16 = 0
    var transport = TransportProtocol(number: 0)
    var start = Timestamp(nanoseconds: 0)
    var end = Timestamp(nanoseconds: 0)
    var packets: UInt64 = 0
    var bytes: UInt64 = 0
    var flags: UInt64 = 0
    /// What the other end sent, where the record has both; nil where it is one of a pair.
    var reverse: (packets: UInt64, bytes: UInt64, flags: UInt64)?
    var vlan: UInt16 = 0
    /// Whether the record's source began, as its exporter says.
    var knowsInitiator = false
}

internal import Flows
internal import Matching
internal import Net

/// Flows that other flows announced and that have not come yet: a small ring, the oldest is forgotten.
struct Expectations {
    /// A flow to come.
    struct Expectation {
        /// Who will open it.
        var initiator: IPAddress
        /// Where it will go to.
        var responder: Endpoint
        /// The announcing flow's key: what it announces comes by the same transport, VLAN and tunnel.
        var path: FlowKey
        /// The announcing flow's number.
        var parent: UInt64
        /// What it will be: the protocol's place in the library.
        var protocolIndex: Int
        /// After that it is no longer expected.
        var expires: Timestamp
    }

    private static let capacity = 256
    /// RFC 1123 section 4.1.2.3 knows no limit; two minutes cover slow users of passive mode.
    private static let lifetime: Int64 = 120_000_000_000
    private var ring: [Expectation] = []
    /// By place in the ring, the number of the expectation before it in its class of ports.
    private var links: [UInt64] = []
    /// How many expectations there ever were: the numbers of the last `capacity` are in the ring.
    private var added: UInt64 = 0
    /// By class of ports, the number of the newest expectation, counted from 1; 0 for none.
    private var newest: [UInt64] = []
    /// The classes that have any: nearly every new flow is told apart by this alone, and it stays in the cache.
    private var expected: [UInt64] = []
    /// So many that few flows meet an expectation's class by chance.
    private static let portClasses = 8192

    @inline(__always)
    private static func portClass(_ endpoint: Endpoint) -> Int { Int(endpoint.port) % portClasses }

    @inline(__always)
    private func mayMatch(_ endpoint: Endpoint) -> Bool {
        let portClass = Self.portClass(endpoint)
        return !expected.isEmpty && expected[portClass >> 6] >> UInt64(portClass & 63) & 1 != 0
    }

    /// The place in the ring of an expectation by its number; nil when it was forgotten, or is none.
    @inline(__always)
    private func place(of number: UInt64) -> Int? {
        number == 0 || added &- number >= UInt64(ring.count) ? nil : Int(number &- 1) % Self.capacity
    }

    private mutating func set(_ portClass: Int, isExpected: Bool) {
        let bit: UInt64 = 1 << UInt64(portClass & 63)
        if isExpected { expected[portClass >> 6] |= bit } else { expected[portClass >> 6] &= ~bit }
    }

    mutating func add(
        initiator: IPAddress, responder: Endpoint, by path: FlowKey, parent: UInt64, protocolIndex: Int,
        at time: Timestamp
    ) {
        let expectation = Expectation(
            initiator: initiator, responder: responder, path: path, parent: parent,
            protocolIndex: protocolIndex,
            expires: Timestamp(nanoseconds: time.nanoseconds &+ Self.lifetime))
        if newest.isEmpty {
            newest = Array(repeating: 0, count: Self.portClasses)
            expected = Array(repeating: 0, count: Self.portClasses / 64)
        }
        let portClass = Self.portClass(responder)
        let place = Int(added) % Self.capacity
        if ring.count < Self.capacity {
            ring.append(expectation)
            links.append(newest[portClass])
        } else {
            let forgotten = Self.portClass(ring[place].responder)
            if newest[forgotten] == added &- UInt64(Self.capacity - 1) { set(forgotten, isExpected: false) }
            ring[place] = expectation
            links[place] = newest[portClass]
        }
        added &+= 1
        newest[portClass] = added
        set(portClass, isExpected: true)
    }

    /// The library was replaced: protocols have other places now.
    mutating func adopt(_ places: [Int32]) {
        for index in ring.indices { ring[index].protocolIndex = Int(places[ring[index].protocolIndex]) }
    }

    /// The newest expectation that a new flow fulfils.
    ///
    /// It stays: data connections may come more than once to a port.
    @inline(__always)
    func match(_ key: FlowKey, at time: Timestamp) -> Expectation? {
        mayMatch(key.sender(0)) || mayMatch(key.sender(1)) ? search(key, at: time) : nil
    }

    @inline(never)
    private func search(_ key: FlowKey, at time: Timestamp) -> Expectation? {
        let (first, second) = (Self.portClass(key.sender(0)), Self.portClass(key.sender(1)))
        let ofFirst = search(first, key, at: time)
        guard first != second else { return ofFirst?.expectation }
        let ofSecond = search(second, key, at: time)
        guard let ofFirst, let ofSecond else { return (ofFirst ?? ofSecond)?.expectation }
        return ofFirst.age < ofSecond.age ? ofFirst.expectation : ofSecond.expectation
    }

    /// The newest expectation of a class of ports that is fulfilled, and how many came after it.
    private func search(
        _ portClass: Int, _ key: FlowKey, at time: Timestamp
    ) -> (expectation: Expectation, age: UInt64)? {
        let (first, second) = (key.sender(0), key.sender(1))
        var number = newest[portClass]
        while let place = place(of: number) {
            let expectation = ring[place]
            let (responder, initiator) = (expectation.responder, expectation.initiator)
            if time <= expectation.expires, expectation.path.hasPath(of: key),
                responder == first && initiator == second.address
                    || responder == second && initiator == first.address
            {
                return (expectation, added &- number)
            }
            number = links[place]
        }
        return nil
    }
}

/// Reads the endpoint that a line of a control conversation announces.
enum AnnouncedEndpoint {
    /// The address (nil: the speaker's own) and port in `line`, which follows the announcement's prefix.
    static func parse(_ line: borrowing RawSpan, _ notation: Announcement.Notation) -> (IPAddress?, UInt16)? {
        switch notation {
        case .ftp: return commas(line)
        case .extended: return bars(line)
        case .sender: return nil
        }
    }

    /// RFC 959 section 4.1.2: six numbers below 256, separated by commas, after any text.
    private static func commas(_ line: borrowing RawSpan) -> (IPAddress?, UInt16)? {
        var index = 0
        while index < line.byteCount, !isDigit(line.u8(index)) { index += 1 }
        var numbers: UInt64 = 0
        for count in 1...6 {
            var value: UInt32 = 0
            var digits = 0
            while index < line.byteCount, isDigit(line.u8(index)), digits < 3 {
                value = value * 10 + UInt32(line.u8(index) - 0x30)
                index += 1
                digits += 1
            }
            guard digits > 0, value < 256 else { return nil }
            numbers = numbers << 8 | UInt64(value)
            if count < 6 {
                guard index < line.byteCount, line.u8(index) == UInt8(ascii: ",") else { return nil }
                index += 1
            }
        }
        return (IPAddress(v4: UInt32(numbers >> 16)), UInt16(truncatingIfNeeded: numbers))
    }

    /// RFC 2428: `|1|132.235.1.2|6275|` or `|||6446|`; other delimiters are allowed, and nobody uses them.
    private static func bars(_ line: borrowing RawSpan) -> (IPAddress?, UInt16)? {
        var start = 0
        while start < line.byteCount, line.u8(start) != UInt8(ascii: "|") { start += 1 }
        var parts: [String] = [""]
        for index in start..<min(line.byteCount, start + 80) {
            let byte = line.u8(index)
            if byte == UInt8(ascii: "|") {
                parts.append("")
            } else {
                parts[parts.count - 1].unicodeScalars.append(Unicode.Scalar(byte))
            }
            if parts.count == 5 { break }
        }
        guard parts.count == 5, let port = UInt16(parts[3]) else { return nil }
        if parts[2].isEmpty { return (nil, port) }
        guard let address = IPAddress(parts[2]) else { return nil }
        return (address, port)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 <= 9 }
}

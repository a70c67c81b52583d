public import Net

/// The addresses that a user names: `10.0.0.5`, `10.0.0.0/24`, `10.0.0.5-10.0.0.20`, `2001:db8::/120`.
public struct TargetList: Sendable, Equatable {
    /// A stretch of addresses.
    public struct Stretch: Sendable, Equatable {
        /// The first and the last of them.
        public var first, last: IPAddress
        /// As it was written.
        public var text: String

        /// How many addresses there are; as many as can be counted.
        public var count: Int {
            let (low, borrow) = last.low.subtractingReportingOverflow(first.low)
            guard last.high &- first.high &- (borrow ? 1 : 0) == 0, low < UInt64(Int.max) else { return .max }
            return Int(low) + 1
        }
    }

    /// What is wrong with a target, with what to do.
    public struct Mistake: Error, CustomStringConvertible {
        /// In words.
        public var description: String
    }

    /// What was named, in order.
    public private(set) var stretches: [Stretch] = []

    /// No addresses.
    public init() {}

    /// Adds what a user wrote.
    public mutating func add(_ text: String) throws(Mistake) {
        guard let stretch = Self.stretch(text) else {
            throw Mistake(
                description: "'\(text)' is no address; write 10.0.0.5, 10.0.0.0/24, 10.0.0.5-10.0.0.20 or ::1"
            )
        }
        let first = stretch.first
        guard !first.isMulticastOrBroadcast, !stretch.last.isMulticastOrBroadcast || stretch.count > 1,
            !first.isUnspecified
        else { throw Mistake(description: "'\(text)' stands for no single host: it cannot be probed") }
        stretches.append(stretch)
    }

    /// Adds an address that a name stands for.
    public mutating func add(_ address: IPAddress, named text: String) {
        stretches.append(Stretch(first: address, last: address, text: text))
    }

    private static func stretch(_ text: String) -> Stretch? {
        if let dash = text.firstIndex(of: "-") {
            guard let first = IPAddress(String(text[..<dash])),
                let last = IPAddress(String(text[text.index(after: dash)...])), first.isV4 == last.isV4,
                first <= last
            else { return nil }
            return Stretch(first: first, last: last, text: text)
        }
        guard let subnet = Subnet(text) else { return nil }
        if !text.contains("/"), let address = IPAddress(text) {
            return Stretch(first: address, last: address, text: text)
        }
        let bits = subnet.base.isV4 ? subnet.prefixLength + 96 : subnet.prefixLength
        let high = bits >= 64 ? subnet.base.high : subnet.base.high | UInt64.max >> UInt64(bits)
        let low =
            bits <= 64
            ? UInt64.max : bits >= 128 ? subnet.base.low : subnet.base.low | UInt64.max >> UInt64(bits - 64)
        var stretch = Stretch(first: subnet.base, last: IPAddress(high: high, low: low), text: text)
        // Of an IPv4 network, the first address stands for itself and the last for all of it.
        if subnet.base.isV4, subnet.prefixLength <= 30 {
            stretch.first = IPAddress(high: stretch.first.high, low: stretch.first.low + 1)
            stretch.last = IPAddress(high: stretch.last.high, low: stretch.last.low - 1)
        }
        return stretch
    }

    /// How many addresses there are, those named twice counted twice.
    public var count: Int {
        stretches.reduce(0) { sum, stretch in
            let (added, isTooMany) = sum.addingReportingOverflow(stretch.count)
            return isTooMany ? .max : added
        }
    }

    /// Whether an address is one of them.
    public func contains(_ address: IPAddress) -> Bool {
        stretches.contains { $0.first <= address && address <= $0.last }
    }

    /// The largest of what was named.
    public var largest: Stretch? { stretches.max { $0.count < $1.count } }

    /// The addresses, each once, in order; call it only when `count` is known to be small.
    public var addresses: [IPAddress] {
        var seen: Set<IPAddress> = []
        var all: [IPAddress] = []
        for stretch in stretches {
            var low = stretch.first.low
            for number in 0..<stretch.count {
                let (next, carry) = stretch.first.low.addingReportingOverflow(UInt64(number))
                low = next
                let address = IPAddress(high: stretch.first.high &+ (carry ? 1 : 0), low: low)
                if seen.insert(address).inserted { all.append(address) }
            }
        }
        return all
    }
}

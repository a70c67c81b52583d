/// A port of a transport, written `22/tcp`.
public struct ServicePort: BitwiseCopyable, Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The transport the port belongs to.
    public let transport: TransportProtocol
    /// The port number.
    public let number: UInt16

    /// A port of a transport.
    public init(_ number: UInt16, _ transport: TransportProtocol) {
        self.number = number
        self.transport = transport
    }

    /// The port as `22/tcp`.
    public var description: String { "\(number)/\(transport)" }

    /// By number, then transport.
    public static func < (left: Self, right: Self) -> Bool {
        (left.number, left.transport) < (right.number, right.transport)
    }
}

/// A range of ports of a transport, written `6000-6063/tcp`; one port is a range of one.
public struct PortRange: Hashable, Sendable, LosslessStringConvertible {
    /// The transport the ports belong to.
    public let transport: TransportProtocol
    /// The port numbers, both ends included.
    public let numbers: ClosedRange<UInt16>

    /// Parses `22/tcp` or `6000-6063/tcp`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let transport = TransportProtocol(String(parts[1])) else { return nil }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard let low = ends.first.flatMap(Self.number), let high = ends.last.flatMap(Self.number),
            ends.count <= 2, low <= high
        else { return nil }
        self.transport = transport
        numbers = low...high
    }

    private static func number(_ text: Substring) -> UInt16? {
        text.utf8.allSatisfy { (48...57).contains($0) } ? UInt16(text) : nil
    }

    /// Whether `port` lies in the range.
    public func contains(_ port: ServicePort) -> Bool {
        port.transport == transport && numbers.contains(port.number)
    }

    /// The range as it is written in plugins.
    public var description: String {
        numbers.count == 1
            ? "\(numbers.lowerBound)/\(transport)"
            : "\(numbers.lowerBound)-\(numbers.upperBound)/\(transport)"
    }
}

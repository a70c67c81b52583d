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
        let text = text.utf8
        guard let slash = text.firstIndex(of: UInt8(ascii: "/")),
            let transport = TransportProtocol(String(text[text.index(after: slash)...]) ?? "")
        else { return nil }
        let ports = text[..<slash]
        let dash = ports.firstIndex(of: UInt8(ascii: "-"))
        guard let low = Self.number(ports[..<(dash ?? slash)]),
            let high = dash.map({ Self.number(ports[ports.index(after: $0)...]) }) ?? low, low <= high
        else { return nil }
        self.transport = transport
        numbers = low...high
    }

    /// A port in decimal digits.
    private static func number(_ text: Substring.UTF8View) -> UInt16? {
        guard !text.isEmpty else { return nil }
        var number = 0
        for digit in text {
            guard (48...57).contains(digit) else { return nil }
            number = number * 10 + Int(digit - 48)
            guard number <= UInt16.max else { return nil }
        }
        return UInt16(number)
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

/// What ports are for (RFC 6335 section 6), the likeliest to be a server's first.
public enum PortKind: Comparable, Sendable {
    /// 0 to 1023: of well-known services.
    case system
    /// 1024 to 32767: of registered services.
    case user
    /// From 32768 on: what systems give to clients. The RFC's dynamic ports begin at 49152, those of Linux here.
    case dynamic

    /// What a port is for.
    public init(_ number: UInt16) { self = number < 1024 ? .system : number < 32768 ? .user : .dynamic }
}

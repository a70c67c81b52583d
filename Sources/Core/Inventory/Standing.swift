/// Whether a service may run where it runs.
public enum Standing: BitwiseCopyable, Sendable, Equatable {
    /// On a port where its protocol is expected, or its protocol has no home.
    case expected
    /// Elsewhere, by a named allowance: its place in the policy.
    case allowed(allowance: Int)
    /// Elsewhere, and nobody said it may: why that is noteworthy, and the protocol that the port belongs to.
    case offPort(OffPortClass, owner: Int?)

    /// The word that records use.
    public var name: String {
        switch self {
        case .expected: "expected"
        case .allowed: "allowed"
        case .offPort: "off-port"
        }
    }

    /// Why it is noteworthy, nil where it is not.
    var offPortClass: OffPortClass? {
        if case .offPort(let offPortClass, _) = self { offPortClass } else { nil }
    }

    /// The words that records use, in the order of `rank`.
    public static let names = ["expected", "allowed", "off-port"]

    /// 0 for expected, 1 for allowed, 2 for off-port.
    public var rank: Int {
        switch self {
        case .expected: 0
        case .allowed: 1
        case .offPort: 2
        }
    }
}

/// What makes an off-port service noteworthy.
public enum OffPortClass: String, BitwiseCopyable, Sendable, CaseIterable {
    /// The port belongs to another protocol: SSH on 443.
    case impersonation
    /// The port belongs to nobody.
    case unassigned
    /// A customary second home of the protocol: HTTP on 8000.
    case alternate

    /// How grave it is before the direction is weighed.
    public var severity: Severity {
        switch self {
        case .impersonation: .high
        case .unassigned: .medium
        case .alternate: .low
        }
    }
}

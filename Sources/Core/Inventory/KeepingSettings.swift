public import Net

/// How long a site keeps what: `keep { sessions = "90d", findings = "never", size = "20GB" }`.
public struct KeepingSettings: Sendable {
    /// When something goes.
    public enum Limit: Sendable, Equatable {
        /// When it is older than this.
        case after(Duration)
        /// Never for its age.
        case never
    }

    /// Sessions, which become hourly counts; nil when nothing is said of them.
    public var sessions: Limit?
    /// Hourly counts.
    public var hours: Limit?
    /// Services, what they said, their places on asset lists, and client programs.
    public var services: Limit?
    /// Findings that are closed.
    public var findings: Limit?
    /// The most bytes that the store may take.
    public var size: Int?
    /// Where it stands.
    public var origin: SourceLocation

    /// Nothing said yet.
    public init(origin: SourceLocation) { self.origin = origin }
}

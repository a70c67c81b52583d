/// The facility of a syslog message; the raw value is its code (RFC 5424 section 6.2.1).
public enum SyslogFacility: UInt8, Sendable, CaseIterable {
    /// The facilities that are named after parts of a system of the eighties.
    case kern, user, mail, daemon, auth, syslog, lpr, news, uucp, cron, authpriv, ftp
    /// Free for the site's own use.
    case local0 = 16
    /// Free for the site's own use.
    case local1, local2, local3, local4, local5, local6, local7

    /// The name that configurations use, such as `local4`.
    public var name: String { "\(self)" }
}

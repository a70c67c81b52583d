import ArgumentParser
import Net

// What flags take that people write in several ways; what is refused is told which ways there are.

extension Timestamp {
    /// A moment: `2026-11-23`, `2026-11-23 20:15`, `2026-11-23T20:15Z`, `2026-11-23T20:15:00Z`; in UTC where it has no
    /// zone.
    init(written text: String) throws {
        // Tables print moments without a zone, and those that begin an hour or a day without seconds.
        // A zone is one character (Z) or six (+01:00).
        let forms =
            [text, text + "Z", text + ":00Z"] + [1, 6].map { "\(text.dropLast($0)):00\(text.suffix($0))" }
        guard let time = forms.lazy.compactMap({ Timestamp(rfc3339: $0) }).first else {
            throw ValidationError(
                "write it as 2026-11-23, as 2026-11-23 20:15:09 (UTC), or as 2026-11-23T20:15:09Z, from 1824 to 2115"
            )
        }
        self = time
    }
}

extension Span {
    /// A span of a day or more: `7d`, `4w`.
    init(written text: String) throws {
        guard let span = Span(argument: text), span.days > 0 else {
            throw ValidationError("write it in days as 7d, or in weeks as 4w, from 1 to 10000 of them")
        }
        self = span
    }
}

extension Subnet {
    /// A network or an address: `10.0.0.0/24`, `10.0.0.5`, `2001:db8::/32`.
    init(written text: String) throws {
        guard let network = Subnet(text) else {
            throw ValidationError("write it as 10.0.0.0/24, as 2001:db8::/32, or as one address")
        }
        self = network
    }
}

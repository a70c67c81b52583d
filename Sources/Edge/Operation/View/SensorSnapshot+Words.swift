import Inventory
import Net
import Records

// What a page and a screen say alike.

extension SensorSnapshot {
    /// How long the sensor has run.
    var uptime: String { duration(nanoseconds: max(0, now.nanoseconds - started.nanoseconds)) }

    /// `12,345 packets/s`.
    var packetRate: String { "\(grouped(Int(rates.packetsPerSecond.rounded()))) packets/s" }

    /// `98.1 Mbit/s`.
    var bitRate: String {
        var (value, unit) = (rates.bitsPerSecond, "bit/s")
        for next in ["kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"] where value >= 999.5 {
            (value, unit) = (value / 1000, next)
        }
        let tenths = Int((value * 10).rounded())
        return value < 99.95 && unit != "bit/s"
            ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\(Int(value.rounded())) \(unit)"
    }

    /// `3 high`, `10 medium`: findings by severity, the gravest first.
    var severities: [(name: String, count: Int)] {
        Severity.allCases.reversed().compactMap { severity in
            let count = findings.reduce(0) { $0 + ($1.severity == severity.rawValue ? $1.count : 0) }
            return count > 0 ? (severity.rawValue, count) : nil
        }
    }

    /// Services by standing.
    var standings: (allowed: Int, offPort: Int) {
        (services.reduce(0) { $0 + $1.allowed }, services.reduce(0) { $0 + $1.offPort })
    }

    /// Adds the findings by severity to a line.
    func addSeverities(to line: inout Line) {
        for (name, count) in severities {
            line.item("\(grouped(count)) \(name)", Paint.colour(ofSeverity: name))
        }
    }
}

extension SensorSnapshot.Interface {
    /// What is the matter with it; nil when nothing is.
    var trouble: String? {
        if !isOpen { return "closed" }
        return linkDown ? "no link" : nil
    }
}

extension SensorSnapshot.Plugins {
    /// How many asset lists there are among what is switched off.
    var listsDisabled: Int { disabled.count { $0.isAssetList == true } }
}

extension SensorSnapshot.Receiver {
    /// Whether something of it deserves a look.
    var isTroubled: Bool { dropped > 0 || oldestWaitingSeconds >= 60 }
}

/// A host and a port: `10.0.0.5:2222`, `[2001:db8::5]:2222`.
func place(_ host: String, _ port: Int) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
}

/// Seconds in words: `40 ms`, `1 m 12 s`.
func span(seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "unknown" }
    if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
    return duration(nanoseconds: Int64(seconds * 1e9))
}

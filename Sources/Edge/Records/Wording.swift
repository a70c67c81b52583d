// How numbers, times and the words of strangers read in tables and in the report.

/// A number with thousands separators: `4,812`.
package func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var text = number < 0 ? "-" : ""
    for (place, digit) in digits.enumerated() {
        if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
        text.append(digit)
    }
    return text
}

/// A count and its noun: `1 server`, `2 servers`.
package func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
    "\(grouped(count)) \(count == 1 ? noun : plural ?? noun + "s")"
}

/// Bytes with three digits or fewer: `812 B`, `1.2 MB`.
package func byteSize(_ bytes: Int) -> String {
    var (value, unit) = (Double(bytes), "B")
    for next in ["kB", "MB", "GB", "TB", "PB"] where value >= 999.5 {
        (value, unit) = (value / 1000, next)
    }
    return unit == "B" ? "\(bytes) B" : "\(decimal(value, places: value < 9.95 ? 1 : 0)) \(unit)"
}

/// A span of time in its two largest units: `0.35 s`, `1 m 12 s`, `2 d 3 h`.
package func duration(nanoseconds: Int64) -> String {
    let seconds = nanoseconds / 1_000_000_000
    if seconds < 10 { return "\(decimal(Double(nanoseconds) / 1e9, places: 2)) s" }
    let units: [(size: Int64, name: String)] = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")]
    let largest = units.firstIndex { seconds >= $0.size } ?? 3
    var parts = ["\(seconds / units[largest].size) \(units[largest].name)"]
    if largest < 3 {
        let rest = seconds % units[largest].size / units[largest + 1].size
        if rest > 0 { parts.append("\(rest) \(units[largest + 1].name)") }
    }
    return parts.joined(separator: " ")
}

/// A part of a whole in percent; neither 0 nor 100 unless it is exactly that.
package func percentage(_ part: Int, of whole: Int) -> String {
    guard whole > 0 else { return "0 %" }
    let rounded = Int(min(Double(part) * 100 / Double(whole), 1e9).rounded())
    if part > 0, rounded == 0 { return "under 1 %" }
    return part < whole && rounded == 100 ? "over 99 %" : "\(rounded) %"
}

private func decimal(_ value: Double, places: Int) -> String {
    let scale = places == 0 ? 1 : places == 1 ? 10 : 100
    let scaled = Int((value * Double(scale)).rounded())
    guard places > 0 else { return "\(scaled)" }
    let fraction = String(scaled % scale)
    return "\(scaled / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
}

/// Text of unknown origin made safe to show: control, formatting and unassigned characters become dots, so that
/// a banner can neither act on the terminal nor turn the line round.
package func printable(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) { return text }
    var safe = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            safe.append(".")
        default:
            safe.append(scalar)
        }
    }
    return String(safe)
}

/// The columns that a text takes on a terminal.
package func columns(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.reduce(0) { $0 + ($1.unicodeScalars.first.map(isWide) == true ? 2 : 1) }
}

/// Whether a character takes two columns: the blocks of East Asian scripts and pictographs.
private func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60,
        0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
        true
    default: false
    }
}

/// The text cut to a number of columns, with an ellipsis where something is missing.
package func truncated(_ text: String, to width: Int) -> String {
    guard columns(text) > width else { return text }
    var kept = ""
    var used = 0
    for character in text {
        let next = columns(String(character))
        if used + next > width - 1 { break }
        kept.append(character)
        used += next
    }
    return kept + "…"
}

/// The text with spaces up to a number of columns, behind it or in front of it.
package func padded(_ text: String, to width: Int, atRight: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - columns(text)))
    return atRight ? space + text : text + space
}

import Inventory

/// Colours of the terminal, or none: whether they are wanted is the caller's to know.
package struct Paint: Sendable {
    package var isOn: Bool

    package init(isOn: Bool) { self.isOn = isOn }

    package enum Colour: String, Sendable {
        case bold = "1"
        case dim = "2"
        case red = "1;31"
        case yellow = "33"
        case green = "32"
        case cyan = "36"
    }

    package func callAsFunction(_ text: String, _ colour: Colour?) -> String {
        guard isOn, let colour, !text.isEmpty else { return text }
        return "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m"
    }

    static func colour(of severity: Severity) -> Colour? {
        switch severity {
        case .critical, .high: .red
        case .medium: .yellow
        case .low: .cyan
        case .info: nil
        }
    }

    /// The colour of a severity by its name.
    package static func colour(ofSeverity name: String) -> Colour? {
        Severity(rawValue: name).flatMap(colour(of:))
    }
}

/// Text in the format that Prometheus reads (version 0.0.4).
struct MetricsText {
    /// What `Content-Type` says of it.
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    enum Kind: String {
        case counter, gauge, histogram
    }

    /// The labels of a sample, in the order they are written.
    typealias Labels = KeyValuePairs<String, String>

    private(set) var text = ""

    /// A metric with one sample, without labels.
    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        begin(name, kind, help)
        sample(name, [:], value)
    }

    /// A metric with a sample for each element; without any it still says what it is.
    mutating func add<Element>(
        _ name: String, _ kind: Kind, _ help: String, _ elements: some Sequence<Element>,
        _ sample: (Element) -> (Labels, Double)
    ) {
        begin(name, kind, help)
        for element in elements {
            let (labels, value) = sample(element)
            self.sample(name, labels, value)
        }
    }

    /// A histogram: cumulative buckets, a sum and a count.
    mutating func add(_ name: String, _ help: String, _ latency: SensorSnapshot.Latency) {
        begin(name, .histogram, help)
        var below = 0
        for (bound, count) in zip(SensorSnapshot.Latency.bounds, latency.buckets) {
            below += count
            sample(name + "_bucket", ["le": Self.number(bound)], Double(below))
        }
        sample(name + "_bucket", ["le": "+Inf"], Double(latency.count))
        sample(name + "_sum", [:], latency.sum)
        sample(name + "_count", [:], Double(latency.count))
    }

    private mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func sample(_ name: String, _ labels: Labels, _ value: Double) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.key)=\"\(Self.escaped($0.value, quotes: true))\"" }
            text += "{" + pairs.joined(separator: ",") + "}"
        }
        text += " \(Self.number(value))\n"
    }

    /// Whole numbers without a fraction.
    private static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return String(whole) }
        return value.isNaN ? "NaN" : value.isInfinite ? (value > 0 ? "+Inf" : "-Inf") : "\(value)"
    }

    /// Backslashes and line ends, and in labels quotes, are what the format gives a meaning.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var safe = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": safe += #"\\"#
            case "\n": safe += #"\n"#
            case "\"" where quotes: safe += #"\""#
            default: safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }
}

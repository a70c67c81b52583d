import Net
import Records

/// Charts as SVG in the page; their colours are the style sheet's.
enum Chart {
    /// A bar as long as its share.
    static func bar(_ number: Int, of most: Int, class name: String, _ page: inout Markup) {
        let width = max(1.5, 100 * Double(number) / Double(max(1, most)))
        page.raw("<svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" role=\"presentation\">")
        page.shape(
            "rect", [("width", decimal(width)), ("height", "10"), ("rx", "2"), ("class", name)])
        page.raw("</svg>")
    }

    /// The bars of a stretch of time, with the days or hours below.
    static func activity(_ activity: SiteReport.Activity, _ page: inout Markup) {
        guard let first = activity.bars.first, let last = activity.bars.last else { return }
        let step = max(1, activity.bucketSeconds) * 1_000_000_000
        let count = Int(last.time.nanoseconds(since: first.time) / step) + 1
        let most = activity.bars.map { $0.established + $0.attempts }.max() ?? 1
        let (width, height) = (720.0, 150.0)
        let slot = width / Double(count)
        page.raw("<svg class=\"activity\" viewBox=\"0 0 720 170\" role=\"img\">")
        page.element("title", "at most \(counted(most, "session")) in a bar")
        for bar in activity.bars {
            let place = Double(bar.time.nanoseconds(since: first.time) / step)
            var top = height
            for (number, name) in [(bar.established, "established"), (bar.attempts, "attempts")]
            where number > 0 {
                let tall = max(0.5, height * Double(number) / Double(max(1, most)))
                top -= tall
                page.shape(
                    "rect",
                    [
                        ("x", decimal(place * slot)), ("y", decimal(max(0, top))),
                        ("width", decimal(max(0.6, slot * 0.86))), ("height", decimal(tall)), ("class", name),
                    ])
            }
        }
        page.raw("<g class=\"axis\">")
        for mark in 0...4 {
            let place = Int64(Double(count - 1) * Double(mark) / 4)
            let time = Timestamp(nanoseconds: first.time.nanoseconds + place * step)
            let words =
                switch activity.bucketSeconds {
                case ..<60: time.timeOfDay
                case ..<86_400: String(time.toTheSecond.dropFirst(5).dropLast(3))
                default: time.date
                }
            let anchor = mark == 0 ? "start" : mark == 4 ? "end" : "middle"
            page.html(text: words, x: decimal(width * Double(mark) / 4), y: "166", anchor: anchor)
        }
        page.raw("</g></svg>\n")
    }

    private static func decimal(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10)"
    }
}

extension Markup {
    /// Words in a chart.
    fileprivate mutating func html(text words: String, x: String, y: String, anchor: String) {
        openText(x: x, y: y, anchor: anchor)
        text(words)
        close("text")
    }
}

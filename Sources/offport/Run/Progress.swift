/// The line that tells a person at a terminal how far a long run is.
///
/// It costs a clock reading per chunk.
struct Progress {
    private let isShown: Bool
    private let files: Int
    private var file = 0
    private var name = ""
    private var size: Int?
    private var started = Console.uptime
    private var shown: Int64
    private var framesBefore = 0
    private var isDirty = false

    /// Nothing is shown in the first second: most runs are over by then.
    private static let interval: Int64 = 500_000_000

    init(isShown: Bool, files: Int) {
        self.isShown = isShown
        self.files = files
        shown = Console.uptime + Self.interval
    }

    mutating func begin(_ name: String, size: Int?) {
        self.name = name
        self.size = size
        file += 1
    }

    mutating func update(bytes: Int, frames: Int) {
        guard isShown else { return }
        let now = Console.uptime
        guard now - shown >= Self.interval else { return }
        shown = now
        isDirty = true
        let seconds = Double(now - started) / 1e9
        let rate = Double(framesBefore + frames) / max(seconds, 0.001)
        var parts = [name]
        if files > 1 { parts.append("file \(file) of \(files)") }
        parts.append("\(Self.rounded(Double(bytes) / 1e6)) MB")
        if let size, size > 0 {
            let share = min(Double(bytes) / Double(size), 1)
            parts.append("\(Int(share * 100)) %")
            if share > 0.01, files == 1 { parts.append("\(Int(seconds / share - seconds) + 1) s left") }
        }
        parts.append("\(Self.rounded(rate / 1e6)) M packets/s")
        Console.progress(parts.joined(separator: "   "))
    }

    mutating func end(bytes: Int, frames: Int) { framesBefore += frames }

    /// Takes the line away.
    func clear() {
        if isDirty { Console.progress("") }
    }

    private static func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}

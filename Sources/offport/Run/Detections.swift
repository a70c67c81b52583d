import Inventory
import Plugins

/// The detections of a run, with what they remember: of everything, and of the capture that is read.
final class Detections {
    private var detector: Detector?
    private var ofAll = DetectionState()
    private var ofCapture = DetectionState()
    private var switchedOffEarlier: [String] = []

    init(_ library: PluginLibrary) { detector = library.makeDetector() }

    /// Adds what detections find in a recognition that the inventory has taken in.
    func add(to outcome: inout Inventory.Outcome, _ recognition: Recognition, _ inventory: inout Inventory) {
        guard let detector else { return }
        outcome.findings += detector.take(recognition, findings: outcome.findings, &ofAll, &inventory)
    }

    /// The same for the inventory of the capture that is read.
    func add(
        toCapture outcome: inout Inventory.Outcome, _ recognition: Recognition, _ inventory: inout Inventory
    ) {
        guard let detector else { return }
        outcome.findings += detector.take(recognition, findings: outcome.findings, &ofCapture, &inventory)
    }

    /// What follows is of another capture.
    func beginCapture() { ofCapture = DetectionState() }

    /// The library was replaced: what was told of stays, by its names; the rest is asked and counted anew.
    func adopt(_ library: PluginLibrary) {
        let now = switchedOffNow
        switchedOffEarlier = switchedOffEarlier.filter { !now.contains($0) } + now
        detector = library.makeDetector(after: detector)
        let fired = ofAll.fired
        ofAll = DetectionState()
        ofAll.fired = fired
    }

    /// Those that failed too often, with the reason, also those of libraries that were replaced.
    var switchedOff: [String] {
        let now = switchedOffNow
        return switchedOffEarlier.filter { !now.contains($0) } + now
    }

    /// Those that failed too often and rest now.
    var switchedOffNow: [String] {
        detector?.disabled.map { "detection \($0.name): \($0.problem)" } ?? []
    }

    /// Those that failed and are asked on, with what went wrong.
    var failing: [(id: String, words: String)] {
        detector?.failing.map { ("detection \($0.id)", $0.words) } ?? []
    }

    /// What there was no room for.
    var losses: [Accounts.Loss] {
        ofAll.forgotten.map { key, count in
            let words = String(key.map { $0 == "_" ? " " : $0 })
            return Accounts.Loss(key: key, words: "\(words), the table was full", count: count)
        }
    }
}

/// What one load of a library learns about its files, for the next.
struct LoadMemory: Sendable {
    /// One file of the library that was run, or was known.
    private struct Entry {
        var key: KnownFiles.Key
        var file: KnownFiles.File
        /// How many protocols it declares, and of how many the examples were tried and held.
        var protocols: Int
        var holding = 0
    }

    private let known: KnownFiles
    private var entries: [Entry] = []
    /// By path.
    private var places: [String: Int] = [:]

    init(_ known: KnownFiles, _ readings: [(Reading, protocols: Int)]) {
        self.known = known
        for (reading, protocols) in readings {
            guard let note = reading.note else { continue }
            places[reading.source.path] = entries.count
            entries.append(Entry(key: note.key, file: note.file, protocols: protocols))
        }
    }

    /// Whether every example of a file is known to hold.
    func knowsExamples(of path: String) -> Bool {
        places[path].map { entries[$0].file.examplesHold } ?? false
    }

    /// The examples of one of the protocols in a file hold.
    mutating func examplesHold(of path: String) {
        if let place = places[path] { entries[place].holding += 1 }
    }

    /// What is known now; nil when nothing was added.
    var files: KnownFiles? {
        let used = entries.map { entry in
            var file = entry.file
            // One that was left out, because another plugin names it too, was not tried.
            if entry.protocols > 0, entry.holding == entry.protocols { file.examplesHold = true }
            return (entry.key, file)
        }
        let after = known.after(used)
        return after.isLike(known) ? nil : after
    }
}

/// What one load of a library learns about its files, for the next.
struct LoadMemory: Sendable {
    /// One file of the library that was run, or was known.
    private struct Entry {
        var key: KnownFiles.Key
        var file: KnownFiles.File
        /// How many protocols it declares whose examples did not hold yet; logs were tried when they were read.
        var open: Int
        /// Whether something is wrong with it, or it declares nothing with examples.
        var isOdd: Bool
    }

    private let known: KnownFiles
    private var entries: [Entry] = []
    /// By path.
    private var places: [String: Int] = [:]

    init(_ known: KnownFiles, _ readings: [(Reading, protocols: Int, logs: Int)]) {
        self.known = known
        for (reading, protocols, logs) in readings {
            guard let note = reading.note else { continue }
            places[reading.source.path] = entries.count
            let isOdd = reading.errorCount > 0 || protocols + logs == 0
            entries.append(Entry(key: note.key, file: note.file, open: protocols, isOdd: isOdd))
        }
    }

    /// Whether every example of a file is known to hold.
    func knowsExamples(of path: String) -> Bool {
        places[path].map { entries[$0].file.examplesHold } ?? false
    }

    /// The examples of one of the protocols in a file hold.
    mutating func examplesHold(of path: String) {
        if let place = places[path] { entries[place].open -= 1 }
    }

    /// What is known now; nil when nothing was added.
    var files: KnownFiles? {
        let used = entries.map { entry in
            var file = entry.file
            // One that was left out, because another plugin names it too, was not tried.
            if entry.open == 0, !entry.isOdd { file.examplesHold = true }
            return (entry.key, file)
        }
        let after = known.after(used)
        return after.isLike(known) ? nil : after
    }
}

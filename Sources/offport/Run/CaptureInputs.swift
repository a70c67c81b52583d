import Capture

/// The captures a command reads, folders replaced by what is in them, and what could not be read of them.
struct CaptureInputs {
    let paths: [String]
    /// What is wrong with inputs, in order; any of it makes the command end with 1.
    private(set) var problems: [String] = []

    init(_ named: [String]) throws {
        var paths: [String] = []
        for name in named {
            do {
                let found = try CaptureFiles.expand(name)
                if found.isEmpty { problems.append("\(name): no capture files in this folder") }
                paths += found
            } catch {
                problems.append("\(error)")
            }
        }
        self.paths = paths
        if paths.isEmpty { throw Outcome.failed(problems) }
    }

    mutating func note(_ problem: String) { problems.append(problem) }
}

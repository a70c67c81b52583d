extension ScriptHost {
    /// What went wrong in the functions of one file.
    public struct Failures: Sendable, Equatable {
        /// The plugin's name.
        public var id: String
        /// The first thing that went wrong: of several domains, in the first of them that had one.
        public var first: PluginProblem
        /// Calls that failed.
        public var count: Int
        /// Whether a domain asks it no more.
        public var isDisabled: Bool

        /// For people: `1 call failed; acme.lua:3: attempt to index a nil value`.
        public var words: String { "\(count) \(count == 1 ? "call" : "calls") failed; \(first)" }
    }

    /// What went wrong in each file, in the order of the files: the same however the domains are shared out over hosts.
    public static func failures(in hosts: [ScriptHost]) -> [Failures] {
        var all: [Int: Failures] = [:]
        let blames = hosts.flatMap { host in host.blames.map { (host.sources[$0.key.source].id, $0) } }
        for (id, (blame, found)) in blames.sorted(by: { $0.1.key.domain < $1.1.key.domain }) {
            var sum =
                all[blame.source] ?? Failures(id: id, first: found.first, count: 0, isDisabled: false)
            sum.count += found.count
            sum.isDisabled = sum.isDisabled || found.isDisabled
            all[blame.source] = sum
        }
        return all.sorted { $0.key < $1.key }.map(\.value)
    }
}

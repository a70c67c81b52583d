import Inventory
import Logging
import Plugins
import Threads

/// Loads plugins and policy anew, aside: on request, or when a file of theirs has changed.
final class Reloader {
    /// What came of loading.
    enum Outcome {
        case loaded(PluginLibrary)
        case refused([String])
    }

    private let plugins: [String]
    private let policy: [String]
    private let used: [String]
    private let named: NamedFiles
    private let watches: Bool
    private let log: Logger
    private var stamps: [FileStamp] = []
    private var hasChanged = false
    private var isRequested = false
    private var isLoading = false
    private let box = Box()

    /// What the loading thread leaves for the sensor's; `@unchecked` stands for the gate.
    private final class Box: @unchecked Sendable {
        private let gate = Gate()
        private var outcome: Outcome?

        func put(_ outcome: Outcome) { gate.change { self.outcome = outcome } }

        func take() -> Outcome? {
            gate.change {
                defer { outcome = nil }
                return outcome
            }
        }
    }

    /// A reloader for the packs and files that the options name.
    ///
    /// - Parameter named: what the command reads and writes: no receiver of the policy may write there.
    init(
        plugins: [String], policy: [String], using used: [String] = [], named: NamedFiles, watches: Bool,
        log: Logger
    ) {
        self.plugins = plugins
        self.policy = policy
        self.used = used
        self.named = named
        self.watches = watches
        self.log = log
        if watches { stamps = filesNow }
    }

    private var filesNow: [FileStamp] {
        (PluginLibrary.watched(plugins) + policy).flatMap { FileStamp.all(below: $0) }
    }

    /// Load anew as soon as nothing else is being loaded.
    func request() { isRequested = true }

    /// Called once a second; begins to load when there is reason to.
    ///
    /// - Parameter old: what runs now; its protocols that the new plugins lack keep their names.
    func look(keeping old: PluginLibrary) {
        if watches, !isLoading {
            let now = filesNow
            // Two looks alike: whoever writes the files is done.
            if now != stamps {
                stamps = now
                hasChanged = true
            } else if hasChanged {
                hasChanged = false
                isRequested = true
            }
        }
        guard isRequested, !isLoading else { return }
        isRequested = false
        isLoading = true
        let (plugins, policy, used, named, box, log) = (plugins, policy, used, named, box, log)
        let retired = old.definitions
        let load: @Sendable () -> Void = {
            do {
                let library = try PluginLibrary(
                    plugins: plugins, policy: policy, using: used, isStrict: true, after: retired,
                    runningAll: true, log: log)
                try named.check(receiversOf: library.judge.policy)
                box.put(.loaded(library))
            } catch let outcome as offport.Outcome {
                box.put(.refused(outcome.messages))
            } catch {
                box.put(.refused(["\(error)"]))
            }
        }
        // Without a thread the sensor waits a moment.
        if Thread(load) == nil { load() }
    }

    /// What came of loading, once.
    func take() -> Outcome? {
        guard let outcome = box.take() else { return nil }
        isLoading = false
        return outcome
    }
}

// offport: the command. It owns what the core must not know: files, threads, clocks, flags, the terminal.
//
//   main -> parse -> one command -> Session (library, captures, inventory) -> records, report
//
// Exit codes are decided in `Offport.main` only: 0 done, 1 failed, 2 usage, 3 `--fail-on` found something.

import ArgumentParser
import Engine
import Glibc
import Plugins

@main
struct Offport: ParsableCommand {
    static let version = "0.1.0"
    static let configuration = CommandConfiguration(
        commandName: "offport",
        abstract:
            "Recognises every service by what it says, and reports those that run where they should not.",
        version: version,
        subcommands: [
            Run.self, Services.self, Ports.self, Products.self, Banners.self, Clients.self, Hosts.self,
            Findings.self,
            Sessions.self, ClientsOf.self, FirstUseCommand.self, ReachedCommand.self, Timeline.self, New.self,
            Diff.self, Assets.self, ReportCommand.self, Probe.self, CoverageCommand.self, Explain.self,
            ImportCommand.self, Collect.self, Plugin.self, Pack.self, PolicyCommand.self, Status.self,
            Top.self,
        ])

    static func main() {
        do {
            if let mistake = UnknownCommand.mistake(in: CommandLine.arguments.dropFirst()) { throw mistake }
            var command = try parseAsRoot()
            try heedLimits()
            try command.run()
            end(Outcome(messages: [], code: 0))
        } catch let outcome as Outcome {
            end(outcome)
        } catch let error as EngineError {
            end(.failed(["\(error)"]))
        } catch {
            let code = exitCode(for: error)
            if code == .success {
                Console.print(lines: fullMessage(for: error))
                end(Outcome(messages: [], code: 0))
            }
            let lines = fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false)
            end(Outcome(messages: lines.map(String.init), code: code == .failure ? 1 : 2))
        }
    }

    /// Makes errors of the system's limits that would end the process without a word.
    private static func heedLimits() throws {
        // A file that may not grow is one that cannot be written.
        Glibc.signal(SIGXFSZ, SIG_IGN)
        // The libraries below the store and the server end the process where nothing can be opened.
        let (files, needed) = (Console.raiseOpenFiles(), 64)
        guard files >= needed else {
            throw Outcome.failed([
                "only \(files) files may be open at a time, and \(needed) are needed: "
                    + "raise the limit (ulimit -n 1024)"
            ])
        }
    }

    /// Says what there is to say, and ends the process; results that did not arrive are a failure, whatever they were.
    private static func end(_ outcome: Outcome) -> Never {
        for line in outcome.messages { Console.error(line) }
        guard let problem = Console.outputProblem else { Glibc.exit(outcome.code) }
        Console.error(problem)
        Glibc.exit(1)
    }
}

/// A word where a command belongs and that is none.
///
/// The parser would take it for an argument, and object to the next flag instead.
private enum UnknownCommand {
    /// What to tell of the words of a command line; nil when they begin with a command.
    static func mistake(in words: ArraySlice<String>) -> Outcome? {
        var group: any ParsableCommand.Type = Offport.self
        var path: [String] = []
        for word in words.first == "help" ? words.dropFirst() : words {
            let commands = group.configuration.subcommands
            guard !commands.isEmpty, !word.hasPrefix("-"), word != "help" || !path.isEmpty else { return nil }
            if let next = commands.first(where: { $0._commandName == word }) {
                group = next
                path.append(word)
                continue
            }
            let hint = Language.hint(for: word, among: commands.map { $0._commandName })
            let whole = (path + [word]).joined(separator: " ")
            return .usage(
                "there is no command '\(whole)'\(hint); \((["offport", "help"] + path).joined(separator: " ")) has all"
            )
        }
        return nil
    }
}

/// How a command ends: what it says on standard error, and its exit code.
struct Outcome: Error {
    var messages: [String]
    var code: Int32

    /// Bad input or I/O.
    static func failed(_ messages: [String]) -> Outcome { Outcome(messages: messages, code: 1) }
    /// A flag's value that makes no sense.
    static func usage(_ message: String) -> Outcome { Outcome(messages: [message], code: 2) }
    /// `--fail-on` found something.
    static func found(_ message: String) -> Outcome { Outcome(messages: [message], code: 3) }
}

import Foundation
import Testing

/// The investigation that is told: every command prints what the pages say.
@Suite struct InvestigationTests {
    @Test(arguments: [
        "examples/investigation/README.md", "examples/investigation/other-eyes.md", "docs/investigating.md",
    ])
    func everyQuestionHasTheAnswerThatIsTold(_ page: String) throws {
        let result = try Command.run(
            [page], environment: ["OFFPORT": Command.executable.path],
            program: Command.root.appending(path: "examples/investigation/ask.py"))
        #expect(result.status == 0, "\(result.output)\(result.errors)")
    }

    /// A page that tells something else is found out.
    @Test func whatIsNotTrueIsFound() throws {
        let scratch = try Scratch()
        let page = try scratch.write(
            "page.md", "```console\n$ offport services --store none.db\nall is well\n```\n")
        let result = try Command.run(
            [page], environment: ["OFFPORT": Command.executable.path],
            program: Command.root.appending(path: "examples/investigation/ask.py"))
        #expect(result.status == 1 && result.output.contains("1 not as told"))
    }

    /// The same from the captures as from the store, in every form.
    @Test func captureAndStoreSayTheSame() throws {
        let scratch = try Scratch()
        let (weeks, store) = (scratch.file("weeks").path, scratch.file("weeks.db").path)
        let made = try Command.run(
            [weeks], program: Command.root.appending(path: "examples/investigation/weeks.py"))
        #expect(made.status == 0, "\(made.errors)")
        let policy = ["--policy", "examples/investigation/site.lua"]
        let run = try Command.run(["run", "-r", weeks, "--store", store, "--quiet"] + policy)
        #expect(run.status == 0 && run.errors == "", "\(run.errors)")
        let place = "10.40.3.77:49152"
        let questions = [
            ["services"], ["ports"], ["products"], ["banners"], ["clients"], ["hosts"], ["findings"],
            ["sessions", place],
            ["clients-of", place], ["first-use", place], ["reached", place], ["timeline", "10.40.3.77"],
            ["new", "--since", "2026-11-16"], ["diff", "--from", "2026-11-09", "--to", "2026-11-23"],
            ["assets", "list"], ["assets", "history", "rogue-ftp"],
        ]
        for question in questions {
            for format in ["table", "json", "csv"] {
                let arguments = question + ["--format", format]
                let stored = try Command.run(arguments + ["--store", store])
                let read = try Command.run(arguments + ["-r", weeks] + policy)
                #expect(stored.status == 0 && !stored.output.isEmpty, "\(arguments): \(stored.errors)")
                // The hint to the next question repeats what was asked.
                let asked = " -r \(weeks) \(policy.joined(separator: " "))"
                #expect(
                    stored.output.replacing(" --store \(store)", with: "")
                        == read.output.replacing(asked, with: ""), "\(arguments)")
            }
        }
    }
}

import Foundation
import Testing

/// Living lists of services: from a policy, over captures and stores, as an answer and as a filter.
@Suite struct AssetCommandTests {
    private static let policy = """
        assets "rogue-ftp" { where = function(s) return s.protocol == "ftp" and s.port ~= 21 end }
        """
    private static let capture = "\(Command.lab)/ftp-on-21-419-2100.pcap"

    private static func run(_ arguments: [String]) throws -> Command.Result {
        try Command.run(arguments)
    }

    @Test func theSameFromACaptureAndAStore() throws {
        let scratch = try Scratch()
        let policy = try scratch.write("site.lua", Self.policy)
        let store = scratch.file("a.db").path
        let core = ["--plugins", "plugins/core", "--policy", policy]
        let run = try Self.run(["run", "-r", Self.capture, "--store", store, "--json", "-"] + core)
        #expect(run.status == 0, "\(run.errors)")
        let changes = run.output.split(separator: "\n").filter { $0.contains(#""kind":"asset""#) }
        #expect(changes.count == 2 && changes.allSatisfy { $0.contains(#""change":"joined""#) })
        let questions = [
            ["assets", "list"], ["assets", "show", "rogue-ftp"], ["assets", "history", "rogue-ftp"],
            ["services", "--assets", "rogue-ftp"], ["ports", "--assets", "rogue-ftp"],
            ["findings", "--assets", "rogue-ftp"], ["hosts", "--assets", "rogue-ftp"],
        ]
        for question in questions {
            for format in ["table", "json", "csv"] {
                let arguments = question + ["--format", format]
                let stored = try Self.run(arguments + ["--store", store])
                let read = try Self.run(arguments + core + ["-r", Self.capture])
                // The hint repeats what was asked.
                let asked = " -r \(Self.capture) \(core.joined(separator: " "))"
                #expect(
                    stored.status == 0
                        && stored.output.replacing(" --store \(store)", with: "")
                            == read.output.replacing(asked, with: ""),
                    "\(arguments)")
                #expect(stored.output.contains("rogue-ftp") || stored.output.contains("2100"))
            }
        }
        let ports = try Self.run(["ports", "--store", store, "--assets", "rogue-ftp", "--format", "csv"])
        let direct = try Self.run([
            "ports", "--store", store, "--protocol", "ftp", "--not-port", "21", "--format", "csv",
        ])
        #expect(ports.output == direct.output && ports.output.contains("ftp,2100,tcp"))
    }

    /// A list whose condition fails is told of, and stays as it is.
    @Test func listsThatFailAreToldOf() throws {
        let scratch = try Scratch()
        let policy = try scratch.write("site.lua", Self.policy)
        let broken = try scratch.write(
            "broken.lua",
            """
            assets "rogue-ftp" { where = function(s) return s.nosuch.foo end }
            assets "loop" { where = function(s) while true do end end }
            """)
        let store = scratch.file("a.db").path
        let core = ["--plugins", "plugins/core", "--policy"]
        #expect(try Self.run(["run", "-r", Self.capture, "--store", store] + core + [policy]).status == 0)
        func members() throws -> String {
            try Self.run(["assets", "show", "rogue-ftp", "--store", store, "--format", "csv"]).output
        }
        let known = try members()
        #expect(known.split(whereSeparator: \.isNewline).count == 3)
        let again = scratch.file("b.db").path
        let run = try Self.run(["run", "-r", Self.capture, "--store", again, "--strict"] + core + [broken])
        #expect(run.status == 0, "\(run.errors)")
        // The report breaks long lines.
        let report = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ") + " "
        for told in ["assets 'rogue-ftp': \(broken):1: ", "assets 'loop': \(broken):2: "] {
            #expect(report.components(separatedBy: told).count == 2, "\(run.output)")
            let update = try Self.run(["assets", "update", "--store", store] + core + [broken])
            #expect(update.status == 1 && update.errors.components(separatedBy: told).count == 2)
            #expect(update.errors.contains("until then nobody joins or leaves the list"), "\(update.errors)")
            let question = try Self.run(["assets", "show", "loop", "-r", Self.capture] + core + [broken])
            #expect(question.errors.contains(told), "\(question.errors)")
        }
        #expect(try members() == known)
        for seen in [["-r", Self.capture], ["--store", store]] {
            let check = try Self.run(["policy", "check", broken] + seen + core.dropLast())
            #expect(check.status == 1, "\(check.errors)")
            #expect(
                check.output.contains("\(broken):1: error: unusable\n    assets 'rogue-ftp': "),
                "\(check.output)")
            #expect(
                check.output.contains("\(broken):2: error: unusable\n    assets 'loop': "), "\(check.output)")
        }
    }

    @Test func aListOfALaterPolicyIsAppliedToAStore() throws {
        let scratch = try Scratch()
        let policy = try scratch.write("site.lua", Self.policy)
        let store = scratch.file("a.db").path
        _ = try Self.run([
            "run", "-r", Self.capture, "--store", store, "--quiet", "--plugins", "plugins/core",
        ])
        #expect(try Self.run(["services", "--store", store, "--assets", "rogue-ftp"]).status == 1)
        let update = ["assets", "update", "--plugins", "plugins/core", "--policy", policy, "--store", store]
        let first = try Self.run(update)
        #expect(first.status == 0 && first.output.contains("joined rogue-ftp"), "\(first.errors)")
        #expect(first.output.contains("1 list, 2 changes"))
        #expect(try Self.run(update).output.contains("1 list, 0 changes"))
        let members = try Self.run(["assets", "show", "rogue-ftp", "--store", store, "--format", "csv"])
        #expect(members.output.split(whereSeparator: \.isNewline).count == 3)
        let report = try Self.run(["report", "--store", store, "--format", "markdown", "-o", "-"])
        #expect(report.output.contains("Assets: rogue-ftp"))
        // A policy without the list says nothing of it, until a run takes it for the site's.
        for (name, text) in [
            ("none.lua", ""), ("other.lua", #"assets "x" { where = function(s) return true end }"#),
        ] {
            let other = try scratch.write(name, text)
            let left = try Self.run(update.map { $0 == policy ? other : $0 })
            #expect(left.status == 0, "\(left.errors)")
            #expect(
                left.output.hasSuffix("not in this policy, left as they are: 'rogue-ftp'\n"), "\(left.output)"
            )
            let after = try Self.run(["assets", "show", "rogue-ftp", "--store", store, "--format", "csv"])
            #expect(after.output == members.output)
        }
    }
}

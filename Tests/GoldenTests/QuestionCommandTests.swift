import Foundation
import Testing

/// What questions take: names of protocols, times, networks.
@Suite struct QuestionCommandTests {
    private static let dns = "\(Command.lab)/dns.pcap"
    private static let plugins = ["--plugins", "plugins/core/plugins/network/dns.lua"]

    private static func ask(_ arguments: String...) throws -> Command.Result {
        try Command.run([arguments[0]] + plugins + arguments.dropFirst())
    }

    @Test(arguments: [
        ("--protocol", "dsn", " (did you mean 'dns'?)"), ("--protocol", "DSN", " (did you mean 'dns'?)"),
        ("--not-protocol", "dnss", " (did you mean 'dns'?)"), ("--protocol", "", ""),
        ("--not-protocol", "carrier-pigeon", ""),
    ])
    func aProtocolThatNobodyKnows(_ flag: String, _ name: String, _ hint: String) throws {
        for question in ["services", "hosts", "clients", "findings"] {
            let result = try Self.ask(question, "-r", Self.dns, flag, name)
            #expect(result.status == 2 && result.output == "")
            #expect(
                result.errors
                    == "\(flag) '\(name)': there is no such protocol\(hint); offport plugin list has all\n")
        }
    }

    /// The name by which scanners and other sensors know it, of captures and of a store.
    @Test func aProtocolByItsOtherName() throws {
        let scratch = try Scratch()
        let store = scratch.file("a.db").path
        #expect(try Self.ask("run", "-r", Self.dns, "--store", store, "--quiet").status == 0)
        for source in [["-r", Self.dns], ["--store", store]] {
            func services(_ flag: String, _ name: String) throws -> Command.Result {
                try Command.run(["services", flag, name] + source + Self.plugins)
            }
            let own = try services("--protocol", "dns")
            #expect(own.status == 0 && own.output.contains("10.20.5.53"))
            #expect(try services("--protocol", "Domain").output == own.output)
            #expect(try services("--not-protocol", "domain").output == "No services.\n")
        }
    }

    /// What to ask next is asked of the same store, whatever the shell makes of its name.
    @Test func theNextQuestionIsOfTheSameStore() throws {
        let scratch = try Scratch()
        let store = scratch.file("it's a.db").path
        #expect(try Self.ask("run", "-r", Self.dns, "--store", store, "--quiet").status == 0)
        let sessions = try Self.ask("sessions", "10.20.5.53:53/tcp", "--store", store)
        let quoted = "'" + store.replacing("'", with: "'\\''") + "'"
        #expect(sessions.output.contains("offport clients-of 10.20.5.53:53/tcp --store \(quoted)\n"))
    }

    /// And of the same captures, read the same way.
    @Test func theNextQuestionIsOfTheSameCaptures() throws {
        let flags = ["-r", Self.dns, "--continuous", "--vlan-key"]
        let sessions = try Command.run(["sessions", "10.20.5.53:53/tcp"] + flags + Self.plugins)
        let again = "-r \(Self.dns) \(Self.plugins.joined(separator: " ")) --continuous --vlan-key\n"
        let next = "offport clients-of 10.20.5.53:53/tcp \(again)"
        #expect(sessions.output.contains(next), "\(sessions.output)")
    }

    @Test(arguments: [["services"], ["policy", "check", "none.lua"], ["policy", "diff", "none", "none"]])
    func noStoreIsNoneThatCanBeAsked(_ question: [String]) throws {
        let told = try Command.run(question + Self.plugins + ["--store", "none"])
        #expect(told.status == 2 && told.output.isEmpty)
        #expect(
            told.errors == "--store none: that is for what writes one; name the store that is asked\n")
    }

    @Test(arguments: [
        ["services"], ["findings", "ack", "1"], ["assets", "list"], ["report"],
        ["policy", "check", "none.lua"], ["policy", "diff", "none", "none"],
    ])
    func standardOutputIsNoStore(_ question: [String]) throws {
        let told = try Command.run(question + ["--store", "-"])
        #expect(told.status == 2 && told.output.isEmpty)
        #expect(told.errors.contains("- is standard output, and no store; write ./- for a file of that name"))
    }

    @Test func helpTellsTheWindow() throws {
        #expect(try Command.run(["diff", "--help"]).output.contains("Default: 7d."))
    }

    /// Queries without their answers: the resolver was tried, and no session came of it.
    @Test func aResolverThatNeverAnswers() throws {
        let scratch = try Scratch()
        let bytes = [UInt8](try Data(contentsOf: Command.root.appending(path: Self.dns)))
        var (kept, place) = (Array(bytes[..<24]), 24)
        while place + 16 <= bytes.count {
            let end = place + 16 + (0..<4).reduce(0) { $0 | Int(bytes[place + 8 + $1]) << (8 * $1) }
            // The source port of UDP over IPv4 without options.
            let frame = place + 16
            let isAnswer = bytes[frame + 23] == 17 && bytes[frame + 34] == 0 && bytes[frame + 35] == 53
            if !isAnswer { kept += bytes[place..<end] }
            place = end
        }
        let capture = scratch.file("dead.pcap").path
        try Data(kept).write(to: URL(filePath: capture))
        func firstUse(_ file: String) throws -> String {
            try Self.ask("first-use", "10.20.5.53:53/udp", "-r", file).output
        }
        #expect(try firstUse(Self.dns).contains("first session"))
        let dead = try firstUse(capture)
        #expect(dead.contains("first packet") && !dead.contains("first session"), "\(dead)")
        let clients = try Self.ask("clients-of", "10.20.5.53:53/udp", "-r", capture, "--format", "json")
        let rows = clients.output.split(separator: "\n")
        #expect(!rows.isEmpty && rows.allSatisfy { $0.contains(#""sessions":0,"#) }, "\(clients.output)")
    }

    @Test func everyCaptureThatIsNamedIsRead() throws {
        func sessions(_ captures: String...) throws -> [Int] {
            let result = try Command.run(
                ["services", "--format", "json"] + Self.plugins + captures.flatMap { ["-r", $0] })
            return try result.records.compactMap(\.sessions)
        }
        let once = try sessions(Self.dns)
        #expect(try !once.isEmpty && sessions(Self.dns, Self.dns) == once.map { 2 * $0 })
    }

    /// A capture again, so many days later.
    private static func write(_ capture: String, days: UInt32, to file: String) throws {
        var bytes = [UInt8](try Data(contentsOf: Command.root.appending(path: capture)))
        func word(_ place: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * $1) } }
        var place = 24
        while place + 16 <= bytes.count {
            let seconds = word(place) + days * 86_400
            for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: seconds >> (8 * index)) }
            place += 16 + Int(word(place + 8))
        }
        try Data(bytes).write(to: URL(filePath: file))
    }

    @Test(arguments: [["0", "3"], ["3", "0"]])
    func theOrderOfCapturesChangesNothing(_ days: [String]) throws {
        let scratch = try Scratch()
        for day in days {
            try Self.write(
                "\(Command.goldens)/ssh-on-47111.pcap", days: UInt32(day) ?? 0,
                to: scratch.file("\(day).pcap").path)
        }
        let captures = days.flatMap { ["-r", scratch.file("\($0).pcap").path] }
        let plugins = ["--plugins", "plugins/core/plugins/remote-access"]
        let (one, several) = (scratch.file("one.db").path, scratch.file("several.db").path)
        let report = try Command.run(["run", "--store", one] + captures + plugins)
        #expect(report.status == 0)
        for capture in captures where capture != "-r" {
            let run = try Command.run(["run", "--quiet", "--store", several, "-r", capture] + plugins)
            #expect(run.status == 0)
        }
        let first = try #require(
            try Command.run(["findings", "--format", "json", "--store", several]).records.first)
        #expect(first.times == 2 && first.capture == scratch.file("0.pcap").path)
        #expect(try #require(first.last_time) > #require(first.time))
        #expect(
            try Command.run(["findings", "--format", "json", "--store", one]).output
                == Command.run(["findings", "--format", "json", "--store", several]).output)
        // The evidence of a service is of its first sighting, too.
        let services = try [["--store", one], ["--store", several], captures + plugins].map {
            try Command.run(["services", "--format", "json"] + $0)
        }
        #expect(services[0].output == services[1].output)
        for told in services {
            let service = try #require(try told.records.first)
            #expect(service.capture == scratch.file("0.pcap").path && service.flow == first.flow)
        }
        let time = try #require(first.time).prefix(19).replacing("T", with: " ")
        #expect(report.output.contains("first \(time)"))
    }

    @Test func capitalsMeanTheSame() throws {
        let lower = try Self.ask("services", "-r", Self.dns, "--protocol", "dns")
        let upper = try Self.ask("services", "-r", Self.dns, "--protocol", "DNS")
        #expect(upper.status == 0 && upper.output == lower.output && upper.output.contains("10.20.5.54"))
        let none = try Self.ask("services", "-r", Self.dns, "--not-protocol", "Dns", "--format", "json")
        #expect(none.status == 0 && none.output == "")
    }

    @Test func timesAreTakenAsTheyArePrinted() throws {
        func services(_ filters: String...) throws -> Command.Result {
            try Command.run(
                [
                    "services", "--plugins", "plugins/core/plugins/remote-access", "-r",
                    "\(Command.lab)/campus.pcap", "--format", "json",
                ] + filters)
        }
        let all = try services()
        let last = try #require(try all.records.compactMap(\.last_seen).max())
        let moment = String(last.prefix(19))
        let some = try services("--since", moment + "Z").output
        #expect(some != all.output && some.contains(moment))
        for form in [moment, moment.replacing("T", with: " "), moment + "+00:00"] {
            #expect(try services("--since", form).output == some)
        }
        let minute = String(last.prefix(16))
        let whole = try services("--until", minute + ":00Z").output
        for form in [minute, minute + "Z", minute + "+00:00", minute.replacing("T", with: " ") + "Z"] {
            #expect(try services("--until", form).output == whole, "\(form)")
        }
    }

    @Test(arguments: [
        ["services"], ["sessions", "10.20.1.23:2222"], ["new"], ["coverage"], ["timeline", "10.20.1.23"],
        ["report", "-o", "-"],
    ])
    func aTimeThatEndsBeforeItBegins(_ question: [String]) throws {
        let result = try Command.run(
            question + ["-r", Self.dns, "--since", "2026-11-24", "--until", "2026-11-23"] + Self.plugins)
        #expect(result.status == 2 && result.output == "")
        #expect(result.errors.hasPrefix("Error: --since is later than --until"), "\(result.errors)")
    }

    /// Only records have names of the Elastic Common Schema.
    @Test(arguments: [
        ["hosts"], ["ports"], ["products"], ["banners"], ["timeline", "10.20.1.23"],
        ["reached", "10.20.1.23:2222"], ["clients-of", "10.20.1.23:2222"], ["coverage"],
        ["new", "--since", "2026-11-01"], ["diff", "--from", "2026-11-01", "--to", "2026-11-02"],
        ["assets", "show", "x"], ["assets", "history", "x"],
        ["sessions", "10.20.1.23:2222", "--histogram"],
    ])
    func aSchemaThatAnAnswerHasNot(_ question: [String]) throws {
        let result = try Command.run(
            question + ["-r", Self.dns, "--format", "json", "--schema", "ecs"] + Self.plugins)
        #expect(result.status == 2 && result.output == "")
        #expect(result.errors.contains("services, clients, findings and sessions"), "\(result.errors)")
    }

    @Test(arguments: [
        ("page.pdf", 2), ("page.html", 0), ("page.MD", 0), ("page", 0), ("page.jsonl", 0),
    ])
    func theFormOfAReportIsThatOfItsFile(_ name: String, _ status: Int32) throws {
        let scratch = try Scratch()
        let file = scratch.file(name).path
        let report = ["report", "-r", Self.dns, "-o", file] + Self.plugins
        let result = try Command.run(report)
        #expect(result.status == status && FileManager.default.fileExists(atPath: file) == (status == 0))
        #expect(
            status == 0
                ? result.errors.contains("\(file) written: ") : result.errors.contains("add --format"))
        #expect(try Command.run(report + ["--format", "html"]).status == 0)
    }

    /// Without a name the file has the ending of its form.
    @Test(arguments: [("html", "html"), ("markdown", "md"), ("json", "json")])
    func aReportWithoutANameHasTheEndingOfItsForm(_ format: String, _ ending: String) throws {
        let scratch = try Scratch()
        let dns = Command.root.appending(path: Self.dns).path
        let plugins = Self.plugins.map { $0.hasPrefix("-") ? $0 : Command.root.appending(path: $0).path }
        let result = try Command.run(
            ["report", "-r", dns, "--format", format] + plugins, in: scratch.url)
        #expect(result.errors.hasPrefix("offport-report.\(ending) written: "), "\(result.errors)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.url.path) == [
                "offport-report.\(ending)"
            ])
    }

    /// A report of all that a store has begins where the last one ended, and says so; others leave no note.
    @Test func aReportIsNotedInTheStore() throws {
        let scratch = try Scratch()
        let store = scratch.file("a.db").path
        #expect(try Self.ask("run", "-r", Self.dns, "--store", store, "--quiet").status == 0)
        func page(_ filters: String...) throws -> String {
            try Command.run(
                ["report", "--store", store, "--format", "markdown", "-o", "-"] + filters
            ).output
        }
        #expect(try !page("--port", "53/udp").contains("## New since"))
        #expect(try !page().contains("## New since"))
        #expect(try page().contains(" UTC, the end of the last report of this store\n"))
        let since = try page("--new-since", "2026-11-01")
        #expect(since.contains("## New since 2026-11-01 00:00 UTC\n"), "\(since)")
    }

    /// What nobody got was no report.
    @Test func aReportThatCannotBeWrittenIsNotNoted() throws {
        let scratch = try Scratch()
        let store = scratch.file("a.db").path
        #expect(try Self.ask("run", "-r", Self.dns, "--store", store, "--quiet").status == 0)
        let report = ["report", "--store", store, "--format", "markdown", "-o", "-"]
        let full = try Command.run(
            ["-c", #""$0" "$@" >/dev/full"#, Command.executable.path] + report,
            program: URL(filePath: "/bin/bash"))
        #expect(full.status == 1)
        #expect(try !Command.run(report).output.contains("## New since"))
    }

    /// What an allowance did is told by all that was seen, not by what the page is about.
    @Test func anAllowanceIsUsedWhateverThePageIsAbout() throws {
        let scratch = try Scratch()
        let policy = try scratch.write(
            "site.lua",
            """
            allow "ftp" { on = "419/tcp", name = "Desk", from = { "10.20.100.21" } }
            allow "ftp" { on = "2100/tcp", name = "Second" }
            allow "ftp" { on = "9999/tcp", name = "Nowhere" }
            """)
        let report = [
            "report", "-r", "\(Command.lab)/campus.pcap", "--plugins", "plugins/core", "--policy", policy,
            "--format", "markdown", "-o", "-",
        ]
        for filter in [
            [], ["--host", "10.20.1.24"], ["--standing", "off-port"], ["--since", "2030-01-01"],
        ] {
            let page = try Command.run(report + filter).output
            let useless = page.split(separator: "\n").filter { $0.contains("allows nothing that was seen") }
            #expect(useless.count == 1 && useless[0].hasPrefix("| Nowhere |"), "\(filter) \(page)")
        }
    }

    /// A page names what is off its port also when nothing of it is open any more, and counts what is.
    @Test func whatIsSettledIsStillOnThePage() throws {
        let scratch = try Scratch()
        let store = scratch.file("a.db").path
        _ = try Command.run([
            "run", "-r", "\(Command.goldens)/ssh-on-47111.pcap", "--plugins",
            "plugins/core/plugins/remote-access", "--store", store, "--quiet",
        ])
        let me = try Command.run(
            ["-un"], program: URL(filePath: "/usr/bin/id")
        ).output.trimmingCharacters(in: .whitespacesAndNewlines)
        let closed = try Command.run(["findings", "close", "1", "--store", store, "--note", "gone"])
        #expect(closed.output == "finding 1: closed by \(me) in \(store): gone\n", "\(closed.errors)")
        let page = scratch.file("page.html")
        let report = try Command.run(["report", "--store", store, "-o", page.path])
        #expect(report.errors.hasSuffix("written: 1 service, 0 open findings\n"), "\(report.errors)")
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text.contains("Nothing is open.") && text.contains(">10.0.0.5:47111/tcp<"))
    }

    @Test(arguments: [
        ("--since", "yesterday", "write it as 2026-11-23, as 2026-11-23 20:15:09 (UTC), or"),
        ("--until", "2026-13-01", "write it as 2026-11-23, as"),
        ("--new-since", "2026-11-23T25:00:00Z", "write it as 2026-11-23, as"),
        ("--host", "10.0.0/24", "write it as 10.0.0.0/24, as 2001:db8::/32, or as one address"),
        ("--client", "10.0.0.0/33", "write it as 10.0.0.0/24, as"),
    ])
    func whatIsRefusedIsToldTheForms(_ flag: String, _ value: String, _ forms: String) throws {
        let result = try Self.ask("services", "-r", Self.dns, flag, value)
        #expect(result.status == 2 && result.errors.contains("'\(value)'") && result.errors.contains(forms))
    }

    @Test(arguments: ["0d", "-1d", "1y", "20000d"])
    func aWindowThatHoldsNothing(_ window: String) throws {
        let result = try Self.ask(
            "diff", "-r", Self.dns, "--from", "2026-11-01", "--to", "2026-11-02", "--window=\(window)")
        #expect(result.status == 2 && result.output == "")
        #expect(result.errors.contains("write it in days as 7d, or in weeks as 4w"), "\(result.errors)")
    }

    /// A client program is at no port and has no standing.
    @Test func portsAndStandingsAreOfServices() throws {
        let campus = ["-r", "\(Command.lab)/campus.pcap", "--plugins", "plugins/core", "--format", "json"]
        func ask(_ question: String, _ filters: String...) throws -> [Record] {
            try Command.run([question] + campus + filters).records
        }
        for filter in [
            ["--port", "2222"], ["--standing", "off-port"], ["--port", "22", "--protocol", "ssh"],
        ] {
            let servers = try Command.run(["services"] + campus + filter).records.map(\.host)
            let hosts = try Command.run(["hosts"] + campus + filter).records.map(\.host)
            #expect(!hosts.isEmpty && Set(hosts) == Set(servers))
            let new = try Command.run(["new", "--since", "2020-01-01"] + campus + filter)
            #expect(!new.output.isEmpty && !new.output.contains(#""what":"client""#))
        }
        #expect(try ask("hosts", "--port", "49152").isEmpty)
        #expect(try Command.run(["new", "--since", "2020-01-01"] + campus).output.contains("client"))
        #expect(try ask("hosts", "--not-port", "22").count > ask("hosts", "--standing", "off-port").count)
        for filter in [["--port", "22"], ["--standing", "off-port"]] {
            let clients = try Command.run(["clients"] + campus + filter)
            #expect(clients.status == 0 && clients.output.isEmpty && clients.errors.contains("leave none"))
        }
        #expect(try !ask("clients", "--not-port", "22").isEmpty)
    }

    /// What nobody answered was an attempt, over UDP too: no protocol knows it, or the one that does awaits answers.
    @Test func unansweredDatagramsAreAttempts() throws {
        func sessions(_ port: Int) throws -> [String] {
            try Command.run(
                ["sessions", "10.0.0.5:\(port)/udp", "-r", "\(Command.goldens)/unanswered-datagrams.pcap"]
                    + Self.plugins + ["--histogram", "--format", "csv"]
            ).output.split(whereSeparator: \.isNewline).dropFirst().map { row in
                row.split(separator: ",")[2...3].joined(separator: "+")
            }
        }
        #expect(try sessions(7) == ["0+1"] && sessions(1000) == ["0+1"])
        #expect(try sessions(2000) == ["1+1"])
        #expect(try sessions(53) == ["0+1"])
    }

    @Test func aTimelineOfSomePorts() throws {
        let capture = ["-r", "\(Command.goldens)/unanswered-datagrams.pcap"] + Self.plugins
        let all = try Command.run(["timeline", "10.0.0.5"] + capture).output.split(separator: "\n")
        let some = try Command.run(["timeline", "10.0.0.5", "--port", "2000/udp"] + capture).output
            .split(separator: "\n")
        #expect(all.count == 6 && some.count == 3 && some.dropFirst().allSatisfy { $0.contains("2000/udp") })
        let others = try Command.run(["timeline", "10.0.0.5", "--not-port", "2000"] + capture).output
        #expect(others.split(separator: "\n").count == 4 && !others.contains("2000"))
    }

    /// Filters that an answer would not heed are refused, not passed over.
    @Test(arguments: [
        (["sessions", "10.0.0.5:7/udp", "--host", "10.0.0.9"], "--host"),
        (["sessions", "10.0.0.5:7/udp", "--not-port", "7"], "--not-port"),
        (["clients-of", "10.0.0.5:7/udp", "--port", "7"], "--port"),
        (["reached", "10.0.0.5:7/udp", "--standing", "off-port"], "--standing"),
        (["timeline", "10.0.0.5", "--host", "10.0.0.5"], "--host"),
    ])
    func filtersThatChooseNothing(_ question: [String], _ flag: String) throws {
        let result = try Command.run(question + ["-r", "\(Command.goldens)/unanswered-datagrams.pcap"])
        #expect(result.status == 2 && result.output == "")
        #expect(result.errors.hasPrefix("Error: \(flag) chooses nothing here: "))
    }

    /// What is only heeded while captures are read is refused for a store.
    @Test func aStoreIsNeitherJudgedNorCutAnew() throws {
        let scratch = try Scratch()
        let store = scratch.file("offport.db").path
        let capture = "\(Command.goldens)/unanswered-datagrams.pcap"
        _ = try Command.run(["run", "-r", capture, "--store", store, "--quiet"] + Self.plugins)
        let policy = try Command.run(["findings", "--store", store, "--policy", "examples/lab/ariel.lua"])
        #expect(policy.status == 2 && policy.errors.hasPrefix("--policy judges captures"))
        let filter = try Command.run(["services", "--store", store, "--filter", "port 53"])
        #expect(filter.status == 2 && filter.errors.hasPrefix("--filter chooses frames"))
        let report = ["report", "--store", store, "--policy", "examples/lab/ariel.lua", "--output", "-"]
        #expect(try Command.run(report + Self.plugins).status == 0)
    }

    @Test(arguments: [
        (["services", "--port", "9"], "No services.\n"), (["findings"], "No findings.\n"),
        (["clients-of", "10.0.0.5:9"], "No clients of 10.0.0.5:9.\n"),
        (["first-use", "10.0.0.5:9"], "10.0.0.5:9 was not used.\n"),
        (["reached", "10.0.0.5:9"], "Nothing was reached after 10.0.0.5:9.\n"),
        (["timeline", "10.0.0.5", "--port", "9"], "No events of 10.0.0.5.\n"),
        (["new", "--since", "2030-01-01"], "Nothing new.\n"),
    ])
    func nothingIsSaidInWords(_ question: [String], _ words: String) throws {
        let capture = ["-r", "\(Command.goldens)/unanswered-datagrams.pcap"] + Self.plugins
        let told = try Command.run(question + capture)
        #expect(told.status == 0 && told.output == words)
        #expect(try Command.run(question + capture + ["--format", "json"]).output == "")
    }

    /// Known to a store is what it holds, though its plugin is gone, and what the plugins declare.
    @Test func aStoreKnowsItsOwnAndThePlugins() throws {
        let scratch = try Scratch()
        let store = scratch.file("a.db").path
        let greeter = try scratch.write(
            "greeter.lua",
            """
            protocol "greeter" {
              title = "Greeter", ports = { "9/tcp" },
              tcp { server = starts "SSH-2.0-OpenSSH_9.6p1 Ubuntu" },
              example { server = "SSH-2.0-OpenSSH_9.6p1 Ubuntu-3\\r\\n" },
            }
            """)
        let run = try Command.run([
            "run", "-r", "\(Command.goldens)/ssh-on-47111.pcap", "--plugins", greeter, "--store", store,
            "--quiet",
        ])
        #expect(run.status == 0 && run.errors == "")
        for (name, status) in [("Greeter", 0), ("dns", 0), ("greetr", 2), ("ssh", 2)] as [(String, Int32)] {
            for question in [
                ["services"], ["new", "--since", "2020-01-01"], ["sessions", "10.0.0.5:47111"],
            ] {
                let result = try Command.run(
                    question + ["--store", store, "--protocol", name] + Self.plugins)
                #expect(result.status == status, "\(question) \(name): \(result.errors)")
                #expect(name != "greetr" || result.errors.contains("did you mean 'greeter'?"))
            }
        }
    }
}

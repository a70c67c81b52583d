import Foundation
import Testing

/// What questions take: names of protocols.
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

    @Test func capitalsMeanTheSame() throws {
        let lower = try Self.ask("services", "-r", Self.dns, "--protocol", "dns")
        let upper = try Self.ask("services", "-r", Self.dns, "--protocol", "DNS")
        #expect(upper.status == 0 && upper.output == lower.output && upper.output.contains("10.20.5.54"))
        let none = try Self.ask("services", "-r", Self.dns, "--not-protocol", "Dns", "--format", "json")
        #expect(none.status == 0 && none.output == "")
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
            for question in [["services"], ["new", "--since", "2020-01-01"], ["sessions", "10.0.0.5:47111"]] {
                let result = try Command.run(
                    question + ["--store", store, "--protocol", name] + Self.plugins)
                #expect(result.status == status, "\(question) \(name): \(result.errors)")
                #expect(name != "greetr" || result.errors.contains("did you mean 'greeter'?"))
            }
        }
    }
}

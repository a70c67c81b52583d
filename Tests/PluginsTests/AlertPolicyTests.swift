import Inventory
import Net
import Plugins
import Testing

@Suite struct AlertPolicyTests {
    @Test func theLanguagePageLoads() throws {
        let text = """
            receiver "soc"  { syslog = "tls://soc.example.org", format = "cef", facility = "local0", ca = "/ca.pem" }
            receiver "old"  { syslog = "udp://[2001:db8::1]:1514" }
            receiver "hook" { webhook = "https://host:8443/path?x=1", secret_file = "/etc/offport/hook.secret" }
            receiver "page" { command = { "/usr/local/bin/page", "--now" }, timeout = "1500ms" }
            receiver "file" { file = "/var/log/offport/alerts.jsonl", rotate = "100MB", keep = 3 }
            alert { on = finding "off-port", to = "soc", severity = "medium", throttle = { 100, per = "1m" } }
            alert { on = finding, to = { "soc", "hook" } }
            alert { on = service "ftp", to = "old" }
            alert { on = client, to = "file" }
            alert { on = host, to = "page" }
            alert { on = flow, to = "file" }
            """
        let library = library(policy: text)
        #expect(messages(library) == [])
        var soc = Receiver.Syslog(carrier: .tls, host: "soc.example.org", port: 6514)
        soc.format = .cef
        soc.facility = .local0
        soc.authorities = "/ca.pem"
        #expect(
            library.policy.receivers.map(\.means) == [
                .syslog(soc), .syslog(.init(carrier: .udp, host: "2001:db8::1", port: 1514)),
                .webhook(.init(url: "https://host:8443/path?x=1", secretFile: "/etc/offport/hook.secret")),
                .command(.init(arguments: ["/usr/local/bin/page", "--now"], timeout: .milliseconds(1500))),
                .file(.init(path: "/var/log/offport/alerts.jsonl", rotateBytes: 100 << 20, keep: 3)),
            ])
        #expect(library.policy.receivers.map(\.name) == ["soc", "old", "hook", "page", "file"])
        let alerts = library.policy.alerts
        #expect(
            alerts.map(\.event) == [
                .finding(rule: "off-port"), .finding(rule: nil), .service(protocolName: "ftp"),
                .client(protocolName: nil), .host, .flow,
            ])
        #expect(
            alerts.map(\.receivers) == [["soc"], ["soc", "hook"], ["old"], ["file"], ["page"], ["file"]])
        #expect(alerts[0].severity == .medium && alerts[1].severity == .info)
        #expect(alerts[0].throttle == .init(count: 100, period: .seconds(60)) && alerts[1].throttle == nil)
        #expect(alerts[1].origin.line == 7)
    }

    @Test(arguments: [
        (
            #"receiver "r" { syslog = "upd://192.0.2.1" }"#,
            "1: 'upd://192.0.2.1' begins with none of udp://, tcp://, tls:// (did you mean 'udp'?)"
        ),
        (
            #"receiver "r" { syslog = "192.0.2.1:514" }"#,
            "1: '192.0.2.1:514' is not the address of a syslog server; write it like udp://192.0.2.1:514"
        ),
        (
            #"receiver "r" { syslog = "udp://192.0.2.1:514/x" }"#,
            "1: 'udp://192.0.2.1:514/x' is not the address of a syslog server; write it like udp://192.0.2.1:514"
        ),
        (
            "receiver \"r\" {\n syslog = \"tcp://a:70000\" }",
            "2: 'tcp://a:70000': '70000' is not a port from 1 to 65535"
        ),
        (
            #"receiver "r" { syslog = "udp://2001:db8::1" }"#,
            "1: 'udp://2001:db8::1': an IPv6 address stands in brackets, like udp://[2001:db8::1]"
        ),
        (
            #"receiver "r" { syslog = "udp://" }"#,
            "1: 'udp://' is not the address of a syslog server; write it like udp://192.0.2.1:514"
        ),
        (
            #"receiver "r" { syslog = "udp://a", format = "CEF" }"#,
            "1: format is one of rfc5424, cef, json, not 'CEF' (did you mean 'cef'?)"
        ),
        (
            #"receiver "r" { syslog = "udp://a", ca = "/x" }"#,
            "1: ca is for certificates, which udp:// has none of; write tls://"
        ),
        (#"receiver "r" { syslog = "udp://a", rotate = "1MB" }"#, "1: receiver has no field 'rotate'"),
        (
            #"receiver "r" { webhook = "htps://a/b" }"#,
            "1: 'htps://a/b' begins with none of https://, http:// (did you mean 'https'?)"
        ),
        (
            #"receiver "r" { webhook = "https:///b" }"#,
            "1: 'https:///b' is not the address of a web server; write it like https://host/path"
        ),
        (
            #"receiver "r" { webhook = "https://me:word@a/b" }"#,
            "1: 'https://me:word@a/b': 'word@a' is not a port from 1 to 65535"
        ),
        (
            #"receiver "r" { webhook = "https://a/b", secret_flie = "/x" }"#,
            "1: receiver has no field 'secret_flie' (did you mean 'secret_file'?)"
        ),
        (
            #"receiver "r" { command = "page" }"#,
            "1: 'page' is not the whole path of a program, and no shell looks for it: "
                + #"command = { "/usr/local/bin/page", "--now" }"#
        ),
        (
            #"receiver "r" { command = {} }"#,
            #"1: command needs a program: command = { "/usr/local/bin/page", "--now" }"#
        ),
        (
            #"receiver "r" { command = "/bin/page", timeout = "10sec" }"#,
            #"1: '10sec' is not a duration; write it like "500ms", "10s", "5m", "1h" or "7d""#
        ),
        (
            #"receiver "r" { command = "/bin/page", timeout = 10 }"#,
            #"1: 10 without a unit is not a duration; write it like "500ms", "10s", "5m", "1h" or "7d""#
        ),
        (
            #"receiver "r" { file = "/x", rotate = "100M" }"#,
            #"1: '100M' is not a size; write it like "64KB", "100MB" or "1GB""#
        ),
        (
            #"receiver "r" { file = "/x", rotate = "1MB", keep = -1 }"#,
            "1: keep takes a number of older files from 0 to 1000"
        ),
        (
            #"receiver "r" { file = "/x", keep = 3 }"#,
            #"1: keep is for files that are rotated: rotate = "100MB""#
        ),
        (#"receiver "r" { file = "/x/" }"#, "1: '/x/' is not the path of a file"),
        (
            #"receiver "r" { sylsog = "udp://a" }"#,
            "1: receiver has no field 'sylsog' (did you mean 'syslog'?)"
        ),
        (
            #"receiver "r" { }"#,
            "1: receiver 'r' needs how it is reached: one of syslog, webhook, command, file"
        ),
        (#"receiver "" { file = "/x" }"#, #"1: receiver needs a name: receiver "soc" { ... }"#),
        (
            #"receiver "r" { file = "/x", syslog = "udp://a" }"#,
            "1: receiver 'r' has file and syslog; write a receiver for each"
        ),
        (
            #"receiver { file = "/x" }"#,
            #"1: receiver needs a name first: receiver "..." { ... }; nothing in this file is used"#
        ),
    ])
    func receiverMistakes(text: String, expected: String) {
        let library = library(policy: text)
        #expect(messages(library) == ["site.lua:\(expected)"])
        #expect(library.policy.receivers.isEmpty)
    }

    @Test(arguments: [
        (#"on = finding, to = "sco""#, "2: alert is for 'sco', which is no receiver (did you mean 'soc'?)"),
        (#"on = finding"#, #"2: alert needs whom it is for: to = "soc""#),
        (#"to = "soc""#, #"2: alert needs what it is on: on = finding "off-port""#),
        (
            #"on = "finding", to = "soc""#,
            "2: on is one of finding, service, client, host, flow, assets, without quotes: on = finding \"off-port\""
        ),
        (
            #"on = { finding }, to = "soc""#,
            "2: on is one of finding, service, client, host, flow, assets, not a table"
        ),
        (
            #"on = finding "of-port", to = "soc""#,
            "2: finding names 'of-port', which is no rule, and no detection that is loaded (did you mean 'off-port'?)"
        ),
        (
            #"on = finding { }, to = "soc""#,
            #"2: finding takes a name, or nothing: finding "..."; nothing in this file is used"#
        ),
        (
            #"on = service "htp", to = "soc""#,
            "2: alert names 'htp', which no plugin declares (did you mean 'ftp'?)"
        ),
        (#"on = host "10.0.0.1", to = "soc""#, "2: host takes no name: on = host"),
        (
            #"on = servcie, to = "soc""#,
            "2: unknown word 'servcie' (did you mean 'service'?); nothing in this file is used"
        ),
        (
            #"on = finding, to = "soc", severity = "medum""#,
            "2: severity is one of info, low, medium, high, critical, not 'medum' (did you mean 'medium'?)"
        ),
        (
            #"on = finding, to = "soc", throttle = 100"#,
            #"2: throttle is a number and a while: throttle = { 100, per = "1m" }"#
        ),
        (
            #"on = finding, to = "soc", throttle = { 0, per = "1m" }"#,
            #"2: throttle is a number and a while: throttle = { 100, per = "1m" }"#
        ),
        (
            #"on = finding, to = "soc", throttle = { 5, per = "1min" }"#,
            #"2: '1min' is not a duration; write it like "500ms", "10s", "5m", "1h" or "7d""#
        ),
        (
            #"on = finding, to = "soc", sevrity = "low""#,
            "2: alert has no field 'sevrity' (did you mean 'severity'?)"
        ),
    ])
    func alertMistakes(body: String, expected: String) {
        let library = library(policy: "receiver \"soc\" { file = \"/x\" }\nalert { \(body) }")
        #expect(messages(library) == ["site.lua:\(expected)"])
        #expect(library.policy.alerts.isEmpty)
    }

    @Test func twoReceiversOfOneNameAreOneTooMany() {
        let library = library(policy: "receiver \"a\" { file = \"/x\" }\nreceiver \"a\" { file = \"/y\" }")
        #expect(messages(library) == ["site.lua:2: the receiver 'a' is declared already: site.lua:1"])
        #expect(library.policy.receivers.map(\.origin.line) == [1])
    }

    @Test func aWebhookInTheClearIsAWarning() {
        let library = library(
            policy:
                "receiver \"a\" { webhook = \"http://host/\" }\nreceiver \"b\" { webhook = \"http://127.0.0.1/\" }"
        )
        #expect(
            messages(library) == ["site.lua:1: 'http://host/' sends alerts in the clear; better https://"])
        #expect(library.policy.receivers.count == 2)
    }

    /// A receiver can run a program, and packs come from others.
    @Test func aPackCannotSayWhomToAlert() {
        let text = """
            receiver "a" { command = "/bin/true" }
            alert { on = finding, to = "a" }
            """
        let library = Library(sources: [
            PluginSource(path: "p.lua", text: Array(text.utf8), kind: .policy, id: "a/p", pack: "a")
        ])
        #expect(
            messages(library) == [
                "p.lua:1: receiver belongs in the site's own policy, not in a pack",
                "p.lua:2: alert belongs in the site's own policy, not in a pack",
            ])
        #expect(library.policy.receivers.isEmpty && library.policy.alerts.isEmpty)
    }

    @Test func theWordsBelongInAPolicy() {
        let library = library(plugin: "receiver \"a\" { }")
        #expect(
            messages(library) == [
                "x.lua:1: 'receiver' belongs in a policy file (in a pack: allowances/*.lua)"
            ])
    }
}

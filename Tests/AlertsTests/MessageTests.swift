import Inventory
import Net
import Testing

@testable import Alerts

extension AlertsTests {
    @Suite struct MessageTests {
        private var sender: Sender {
            var sender = Sender()
            sender.host = "sensor 1\n"
            sender.process = 42
            sender.version = "1.0"
            return sender
        }

        private func alert(_ title: String, host: IPAddress = IPAddress(v4: 0x0a00_0007)) -> Alert {
            var alert = finding(8080)
            alert.time = Timestamp(nanoseconds: 1_790_000_000_123_456_000)
            alert.title = title
            alert.host = host
            return alert
        }

        private func text(_ alert: Alert, _ format: Receiver.Syslog.Format) -> String {
            let message = SyslogMessage(format: format, facility: .local4, sender: sender)
            return String(decoding: message.bytes(alert), as: UTF8.self)
        }

        private let header = "<163>1 2026-09-21T14:13:20.123456Z sensor1 offport 42 finding "

        @Test func rfc5424() {
            #expect(
                text(alert("SSH on 8080/tcp"), .rfc5424) == header
                    + #"[offport@32473 kind="finding" rule="off-port" severity="high" host="10.0.0.7" port="8080" "#
                    + #"transport="tcp" protocol="ssh"] SSH on 8080/tcp"#)
        }

        @Test func json() {
            var alert = alert("t")
            alert.line.append(UInt8(ascii: "\n"))
            #expect(text(alert, .json) == header + #"- {"kind":"finding","port":8080}"#)
        }

        @Test func cef() {
            #expect(
                text(alert("SSH on 8080/tcp"), .cef) == header
                    + "- CEF:0|Offport|Offport|1.0|off-port|SSH on 8080/tcp|8|rt=1790000000123 cat=finding dst=10.0.0.7 "
                    + "dpt=8080 proto=tcp app=ssh cs1Label=rule cs1=off-port msg=SSH on 8080/tcp")
            let six = IPAddress(high: 0x2001_0db8 << 32, low: 1)
            #expect(CEFMessage.text(alert("t", host: six), from: sender).contains(" c6a3=2001:db8::1 "))
        }

        @Test(
            arguments: [
                (Direction.inbound, "0"), (.outbound, "1"), (.internal, nil), (nil, nil),
            ] as [(Direction?, String?)])
        func theWayAcrossTheBorderIsTold(direction: Direction?, number: String?) {
            var alert = alert("t")
            alert.direction = direction
            alert.instance = "inbound"
            let told = direction.map { #" direction="\#($0.rawValue)""# } ?? ""
            #expect(text(alert, .rfc5424).hasSuffix(#" protocol="ssh"\#(told)] t"#))
            let field = number.map { " deviceDirection=\($0)" } ?? ""
            #expect(text(alert, .cef).hasSuffix(" cs1=off-port\(field) msg=t"))
        }

        @Test func cefEscapes() {
            let written = CEFMessage.text(alert("a|b\\c=d\r\ne\u{7f}"), from: sender)
            #expect(written.contains(#"|a\|b\\c=d\\u000d\\u000ae\\u007f|8|"#))
            #expect(written.hasSuffix(#" msg=a|b\\c\=d\\u000d\\u000ae\\u007f"#))
        }

        @Test func structuredDataEscapes() {
            var alert = alert("t")
            alert.protocolName = "a\"b]c\\d\n\u{202e}"
            #expect(text(alert, .rfc5424).contains(#" protocol="a\"b\]c\\d\\u000a\\u202e"]"#))
        }

        @Test(arguments: Receiver.Syslog.Format.allCases)
        func nothingBreaksTheLine(format: Receiver.Syslog.Format) {
            for scalar in (Array(0...0xff) + Array(0x2000...0x207f)).compactMap(Unicode.Scalar.init) {
                var alert = alert("a\(scalar)b")
                alert.protocolName = "\(scalar)"
                alert.rule = "\(scalar)"
                alert.instance = "\(scalar)"
                let bytes = SyslogMessage(format: format, facility: .local4, sender: sender).bytes(alert)
                #expect(bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f })
            }
        }

        @Test func facilitiesAndSeveritiesHaveTheirNumbers() {
            #expect(SyslogFacility.local0.rawValue == 16 && SyslogFacility.local7.rawValue == 23)
            #expect(SyslogFacility.daemon.rawValue == 3 && SyslogFacility.ftp.rawValue == 11)
            let priorities = Severity.allCases.map { severity in
                var alert = finding(1)
                alert.severity = severity
                return text(alert, .json).prefix(5)
            }
            #expect(priorities == ["<166>", "<165>", "<164>", "<163>", "<162>"])
        }
    }
}

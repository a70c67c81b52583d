import Inventory
import Net
import Records
import Testing

@Suite("Report")
struct ReportTests {
    private var totals: Report {
        var report = Report()
        report.captures = ["campus.pcap"]
        report.first = Timestamp(seconds: start)
        report.last = Timestamp(seconds: start + 72)
        report.packets = 4812
        report.bytes = 1_234_567
        report.flows = 311
        report.recognised = 298
        return report
    }

    @Test("the campus")
    func campus() {
        var report = totals
        report.notes = [
            .init("malformed IPv4 headers", count: 12),
            .init("plugin acme/modbus", detail: "switched off after 10 errors: modbus.lua:7: attempt to index nil"),
        ]
        print(report.text(of: .campus(), naming: naming))
    }

    @Test("nothing at all")
    func nothing() {
        print(Report().text(of: Inventory(), naming: naming))
    }
}

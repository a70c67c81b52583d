import Foundation
import Testing

/// The captures of real servers give exactly the services that their author lists.
@Suite struct LabTests {
    /// A row of examples/lab/expected.tsv.
    struct Row: Hashable {
        var capture: String
        /// `10.20.0.11 419/tcp ftp off-port`, without and with the allowance.
        var standings: [String]

        static let all: [Row] = {
            let url = Command.root.appending(path: "\(Command.lab)/expected.tsv")
            let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").dropFirst().map { line in
                let cells = line.split(separator: "\t").map(String.init)
                let service = "\(cells[1]) \(cells[2])/\(cells[3]) \(cells[4])"
                return Row(
                    capture: cells[0], standings: ["\(service) \(cells[6])", "\(service) \(cells[7])"])
            }
        }()

        static var captures: [String] { Set(all.map(\.capture)).sorted() }
    }

    /// The records of all captures, read by one command: without and with the allowance.
    static let records = [false, true].map { allowsAriel in
        Swift.Result {
            try Command.records(
                Row.captures.map { "\(Command.lab)/\($0).pcap" },
                allowsAriel ? ["--policy", "\(Command.lab)/ariel.lua"] : [])
        }
    }

    static func text(_ services: [Record]) -> [String] {
        services.map { "\($0.place) \($0.protocol ?? "-") \($0.standing ?? "-")" }.sorted()
    }

    @Test(arguments: Row.captures, [false, true])
    func services(of capture: String, allowsAriel: Bool) throws {
        let which = allowsAriel ? 1 : 0
        let expected = Row.all.filter { $0.capture == capture }.map { $0.standings[which] }.sorted()
        let found = try Self.records[which].get().services.filter {
            $0.capture == "\(Command.lab)/\(capture).pcap"
        }
        #expect(Self.text(found) == expected)
    }

    @Test func theWholeCampus() throws {
        #expect(Row.all.count == 50)
        let records = try Command.records(
            ["\(Command.lab)/campus.pcap"], ["--policy", "\(Command.lab)/ariel.lua"])
        #expect(Self.text(records.services) == Row.all.map { $0.standings[1] }.sorted())
    }

    @Test func everyOffPortServiceHasOneFinding() throws {
        let records = try Command.records(["\(Command.lab)/campus.pcap"])
        let offPort = records.services.filter { $0.standing == "off-port" }.map {
            "\($0.place) \($0.protocol ?? "")"
        }
        #expect(records.findings.map { "\($0.place) \($0.protocol ?? "")" }.sorted() == offPort.sorted())
        #expect(offPort.count == 27)
    }

    /// The carriers change nothing about what they carry.
    @Test func carriers() throws {
        let names = [
            "ssh-plain.pcap", "ssh-plain.pcapng", "ssh-nanoseconds.pcap", "ssh-bigendian.pcap",
            "ssh-raw.pcap",
            "ssh-in-vlan.pcap", "ssh-in-qinq.pcap", "ssh-in-mpls.pcap", "ssh-in-pppoe.pcap",
            "ssh-in-gre.pcap",
            "ssh-in-gretap.pcap", "ssh-in-ipip.pcap", "ssh-in-fragments.pcap", "ssh-on-cooked.pcap",
            "ssh-on-cooked2.pcap",
        ]
        let paths = names.map { "\(Command.lab)/carriers/\($0)" }
        let records = try Command.records(paths)
        #expect(records.services.compactMap(\.capture).sorted() == paths.sorted())
        let services = Set(records.services.map { "\($0.place) \($0.protocol ?? "") \($0.product ?? "")" })
        #expect(services == ["10.20.1.24 8080/tcp ssh Dropbear SSH"])
        #expect(records.findings.count == paths.count)
        #expect(records.findings.allSatisfy { $0.class == "impersonation" })
    }
}

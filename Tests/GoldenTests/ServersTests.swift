import Foundation
import Testing

/// Every capture of examples/servers gives the services that its recipe promises, at home and off port.
@Suite struct ServersTests {
    static let folder = "examples/servers"

    /// A row of expected.tsv.
    struct Row {
        var capture: String
        /// `10.30.0.1 20389/tcp ldap off-port`.
        var service: String
        /// The words that the record has for the product and its version; nil where the server says none.
        var product: String?
        var version: String?

        static let all: [Row] = {
            let url = Command.root.appending(path: "\(folder)/expected.tsv")
            let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").map { line in
                let cells = line.split(separator: "\t").map(String.init)
                return Row(
                    capture: cells[0], service: "\(cells[1]) \(cells[2])/\(cells[3]) \(cells[4]) \(cells[5])",
                    product: cells[6] == "-" ? nil : cells[6], version: cells[7] == "-" ? nil : cells[7])
            }
        }()

        static var captures: [String] { Set(all.map(\.capture)).sorted() }
    }

    /// The records of all captures, read by one command.
    static let records = Swift.Result {
        try Command.records(Row.captures.map { "\(folder)/\($0).pcap" })
    }

    @Test func everyCaptureIsListed() throws {
        let files = try FileManager.default.contentsOfDirectory(
            atPath: Command.root.appending(path: Self.folder).path)
        let captures = files.filter { $0.hasSuffix(".pcap") }.map { String($0.dropLast(5)) }.sorted()
        #expect(captures == Row.captures)
        #expect(captures.count > 60)
    }

    @Test(arguments: Row.captures) func services(of capture: String) throws {
        let rows = Row.all.filter { $0.capture == capture }
        let services = try Self.records.get().services.filter {
            $0.capture == "\(Self.folder)/\(capture).pcap"
        }
        let found = services.map { "\($0.place) \($0.protocol ?? "-") \($0.standing ?? "-")" }
        #expect(found.sorted() == rows.map(\.service).sorted())
        for row in rows {
            let index = found.firstIndex(of: row.service)
            let service = index.map { services[$0] }
            if let product = row.product { #expect(service?.product == product) }
            if let version = row.version { #expect(service?.version == version) }
        }
    }
}

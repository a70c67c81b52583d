import Foundation
import Inventory
import Logging
import Net
import Synchronization
import Testing

@testable import Alerts

/// One test after the other: each keeps threads and sockets busy, and some look at the time.
@Suite(.serialized) struct AlertsTests {}

/// A folder that is gone when the process ends.
struct Folder: Sendable {
    let path: String

    private static let parent: String = {
        let path = NSTemporaryDirectory() + "offport-alerts-\(SystemCalls.processID)"
        atexit { try? FileManager.default.removeItem(atPath: Folder.parent) }
        return path
    }()

    init() {
        path = Self.parent + "/" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// A copy of the folder as it is at this moment: what a killed process leaves behind.
    init(copyOf other: Folder) throws {
        path = Self.parent + "/" + UUID().uuidString
        try FileManager.default.copyItem(atPath: other.path, toPath: path)
    }

    func bytes(_ name: String) -> [UInt8] {
        FileManager.default.contents(atPath: path + "/" + name).map(Array.init) ?? []
    }

    func text(_ name: String) -> String { String(decoding: bytes(name), as: UTF8.self) }

    func names(_ folder: String = "") -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path + "/" + folder)) ?? []).sorted()
    }

    func write(_ name: String, _ text: String) -> String {
        try? Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
        return path + "/" + name
    }
}

/// What was reported.
final class Reports: Sendable {
    private let kept = Mutex<[String]>([])
    var lines: [String] { kept.withLock { $0 } }

    var log: Logger { Logger(label: "test") { _ in Handler(reports: self) } }

    private struct Handler: LogHandler {
        let reports: Reports
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) { reports.kept.withLock { $0.append("\(event.message)") } }
    }
}

let place = SourceLocation(file: "site.lua", line: 7)

/// A finding number `number`, on a port of its own.
func finding(_ number: Int, severity: Severity = .high, rule: String = "off-port") -> Alert {
    var alert = Alert(
        time: SystemCalls.now(), kind: .finding, severity: severity, title: "SSH on \(number)/tcp",
        line: Array(#"{"kind":"finding","port":\#(number)}"#.utf8))
    alert.rule = rule
    alert.host = IPAddress(v4: 0x0a00_0007)
    alert.port = UInt16(truncatingIfNeeded: number)
    alert.transport = .tcp
    alert.protocolName = "ssh"
    return alert
}

extension Pace {
    /// Waits that tests can afford.
    static var fast: Pace {
        var pace = Pace()
        pace.firstPause = .milliseconds(20)
        pace.longestPause = .milliseconds(60)
        pace.diskPause = .milliseconds(40)
        pace.patience = .seconds(3)
        return pace
    }
}

/// A center with one receiver, `r`, that is told of every finding.
func center(
    _ means: Receiver.Means, in folder: Folder, throttle: AlertRoute.Throttle? = nil,
    reports: Reports = Reports(),
    pace: Pace = .fast, disk: Disk = Disk()
) throws -> AlertCenter {
    var route = AlertRoute(event: .finding(rule: nil), receivers: ["r"], origin: place)
    route.throttle = throttle
    var sender = Sender()
    sender.host = "sensor"
    sender.version = "1.0"
    return try AlertCenter(
        routes: [route], receivers: [Receiver(name: "r", means: means, origin: place)],
        spool: folder.path + "/spool", log: reports.log, sender: sender, pace: pace, disk: disk)
}

func syslog(
    _ carrier: Receiver.Syslog.Carrier, port: Int, format: Receiver.Syslog.Format = .json,
    authorities: String? = nil
) -> Receiver.Means {
    var server = Receiver.Syslog(carrier: carrier, host: "127.0.0.1", port: UInt16(port))
    server.format = format
    server.authorities = authorities
    return .syslog(server)
}

/// Whether it becomes true in time.
func eventually(within limit: Duration = .seconds(30), _ condition: () async throws -> Bool) async rethrows
    -> Bool
{
    let end = ContinuousClock.now + limit
    while .now < end {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(2))
    }
    return try await condition()
}

/// The ports in records of ``finding(_:)``, in order.
func ports(_ messages: some Sequence<String>) -> [Int] {
    messages.compactMap { message in
        message.range(of: "\"port\":").flatMap { Int(message[$0.upperBound...].prefix { $0.isNumber }) }
    }
}

import Net
import Operation

/// Snapshots that a sensor might have.
enum Situations {
    static let start = Timestamp(rfc3339: "2026-11-23T08:00:00Z")?.nanoseconds ?? 0

    static func time(_ seconds: Int64) -> Timestamp {
        Timestamp(nanoseconds: start + seconds * 1_000_000_000)
    }

    /// A sensor that has just started on a silent interface.
    static var quiet: SensorSnapshot {
        var snapshot = SensorSnapshot(version: "1.0.0", pid: 4242, started: time(0), now: time(3))
        snapshot.interfaces = [.init(name: "eth0")]
        snapshot.flows.capacity = 1_000_000
        snapshot.plugins.count = 98
        snapshot.residentBytes = 41_000_000
        return snapshot
    }

    /// A sensor with something of everything.
    static var busy: SensorSnapshot {
        var snapshot = SensorSnapshot(version: "1.0.0", pid: 4242, started: time(0), now: time(93_784))
        snapshot.state = .running
        snapshot.interfaces = [
            .init(name: "eth0", received: 812_345_678, dropped: 1200, lost: 4),
            .init(name: "span1", linkDown: true, received: 17),
            .init(name: "tap9", isOpen: false),
        ]
        (snapshot.packets, snapshot.bytes) = (812_344_491, 640_123_456_789)
        snapshot.rates = .init(packetsPerSecond: 123_456.7, bitsPerSecond: 987_654_321)
        (snapshot.flows.seen, snapshot.flows.recognised) = (4_812_300, 4_331_070)
        (snapshot.flows.tracked, snapshot.flows.capacity, snapshot.flows.evicted) = (731_000, 1_000_000, 12)
        snapshot.services = [
            .init(name: "http", expected: 812, offPort: 31), .init(name: "ssh", expected: 411, offPort: 9),
            .init(name: "ftp", expected: 4, allowed: 2, offPort: 1), .init(name: "dns", expected: 12),
        ]
        snapshot.clients = 5120
        snapshot.findings = [
            .init(rule: "off-port", severity: "high", count: 3),
            .init(rule: "off-port", severity: "medium", count: 31),
            .init(rule: "off-port", severity: "low", count: 7),
            .init(rule: "forbidden", severity: "critical", count: 1),
        ]
        snapshot.newestFindings = findings
        snapshot.newestServices = services
        snapshot.receivers = receivers
        for seconds in [0.004, 0.02, 0.02, 0.3] { snapshot.alertLatency.record(seconds: seconds, times: 10) }
        snapshot.plugins.count = 98
        snapshot.plugins.disabled = [
            .init(name: "acme/plc", reason: "plc.lua:12: too many instructions, 10 times")
        ]
        snapshot.plugins.profiles = [
            .init(name: "offport/core/tls", candidates: 900, matches: 812, seconds: 0.25),
            .init(name: "acme/plc", candidates: 10, errors: 10),
        ]
        (snapshot.reloads.done, snapshot.reloads.refused) = (3, 1)
        snapshot.reloads.lastError = "site.lua:4: '419/tpc' is not a port; write it like 419/tcp"
        snapshot.reloads.lastTime = time(90_000)
        snapshot.malformed = ["ipv4_header_cut_off": 12, "tcp_header_cut_off": 3]
        snapshot.fragments = ["timed_out": 5]
        snapshot.residentBytes = 196_000_000
        return snapshot
    }

    private static var findings: [SensorSnapshot.NewFinding] {
        let first: [SensorSnapshot.NewFinding] = [
            .init(
                time: time(93_780), severity: "high", title: "SSH on 8080/tcp, a port of HTTP",
                host: "10.20.1.24", port: 8080, client: "10.20.100.34"),
            .init(
                time: time(93_700), severity: "critical", title: "Telnet is forbidden here",
                host: "2001:db8::17",
                port: 23, client: "2001:db8::1:1"),
            .init(
                time: time(93_000), severity: "medium",
                title:
                    "\u{1b}[2JHTTP on 31337/tcp,\nexpected on 80/tcp with a title that is longer than a line",
                host: "10.20.2.82", port: 31337),
        ]
        return first
            + (1...20).map {
                .init(
                    time: time(90_000 - Int64($0)), severity: $0 % 2 == 0 ? "low" : "medium",
                    title: "FTP on \(2100 + $0)/tcp", host: "10.20.3.\($0)", port: 2100 + $0,
                    client: "10.20.100.9")
            }
    }

    private static var services: [SensorSnapshot.NewService] {
        (0...19).map {
            .init(
                time: time(93_780 - Int64($0)), protocolName: ["ssh", "http", "ftp"][$0 % 3],
                host: "10.20.1.\($0 + 20)", port: [8080, 80, 419][$0 % 3],
                standing: ["off-port", "expected", "allowed"][$0 % 3],
                product: $0 % 3 == 0 ? "OpenSSH_9.2p1 Debian-2+deb12u10" : nil)
        }
    }

    private static var receivers: [SensorSnapshot.Receiver] {
        var siem = SensorSnapshot.Receiver(name: "siem")
        siem.delivered = 39
        var pager = SensorSnapshot.Receiver(name: "pager")
        (pager.queued, pager.delivered, pager.failed, pager.dropped, pager.heldBack) = (4, 1, 17, 2, 31)
        pager.oldestWaitingSeconds = 72.5
        return [siem, pager]
    }
}

import Glibc
import Inventory
import Synchronization
import Testing

@testable import Alerts

extension AlertsTests {
    @Suite struct DiskTests {
        /// A disk that can be full.
        private final class FullDisk: Sendable {
            private let isFull = Mutex(false)
            func fill(_ full: Bool) { isFull.withLock { $0 = full } }

            var disk: Disk {
                var disk = Disk()
                disk.mayWrite = { [self] path throws(DiskError) in
                    if isFull.withLock({ $0 }) {
                        throw DiskError(path: path, code: ENOSPC, text: "No space left on device")
                    }
                }
                return disk
            }
        }

        @Test func aFullDiskStopsNoAlert() async throws {
            let (folder, reports, full) = (Folder(), Reports(), FullDisk())
            let server = try await SyslogServer()
            let first = try center(
                syslog(.tcp, port: server.port), in: folder, reports: reports, disk: full.disk)
            first.start()
            first.submit(finding(1))
            #expect(await eventually { server.messages.count == 1 })
            full.fill(true)
            for number in 2...40 { first.submit(finding(number)) }
            #expect(await eventually { server.messages.count == 40 })
            #expect(await eventually { first.snapshot.receivers[0].isDiskFailing })
            full.fill(false)
            #expect(await eventually { !first.snapshot.receivers[0].isDiskFailing })
            for number in 41...50 { first.submit(finding(number)) }
            #expect(await first.stop(within: .seconds(30)) == 0)
            #expect(await eventually { ports(server.messages) == Array(1...50) })
            let told = reports.lines.filter { $0.contains("disk") }
            #expect(told.count == 2, "\(told)")
            #expect(told.first?.hasSuffix("No space left on device); they wait in memory") == true)
            #expect(told.last == "alerts for 'r' are kept on disk again")
            // The keys of what was sent meanwhile were written, too.
            let second = try center(syslog(.tcp, port: server.port), in: folder)
            for number in 1...50 { second.submit(finding(number)) }
            #expect(second.snapshot.receivers[0].repeated == 50)
            await second.stop(within: .zero)
            try await server.stop()
        }

        @Test func withBothDownMemoryIsBounded() async throws {
            let (folder, full) = (Folder(), FullDisk())
            let port = try await freePort()
            var pace = Pace.fast
            pace.memoryCount = 20
            let center = try center(syslog(.tcp, port: port), in: folder, pace: pace, disk: full.disk)
            full.fill(true)
            center.start()
            for number in 1...100 { center.submit(finding(number)) }
            #expect(await eventually { center.snapshot.receivers[0].isDiskFailing })
            let figures = center.snapshot.receivers[0]
            #expect(figures.queued == 20 && figures.dropped == 80 && figures.oldestWaiting != nil)
            full.fill(false)
            let server = try await SyslogServer(port: port)
            #expect(await center.stop(within: .seconds(30)) == 0)
            #expect(await eventually { ports(server.messages) == Array(81...100) })
            try await server.stop()
        }

        /// The system's own full disk.
        @Test func aFileThatCannotBeWrittenIsADownReceiver() async throws {
            let reports = Reports()
            let center = try center(.file(.init(path: "/dev/full")), in: Folder(), reports: reports)
            center.start()
            center.submit(finding(1))
            #expect(
                await eventually {
                    reports.lines.contains {
                        $0 == "receiver 'r' is down (/dev/full: No space left on device); its alerts wait"
                    }
                })
            #expect(await center.stop(within: .zero) == 1)
        }

        @Test func aFullSpoolIsCounted() async throws {
            let port = try await freePort()
            let reports = Reports()
            var pace = Pace.fast
            pace.spoolBytes = 32 << 10
            let center = try center(syslog(.tcp, port: port), in: Folder(), reports: reports, pace: pace)
            center.start()
            for number in 1...1000 { center.submit(finding(number)) }
            #expect(
                await eventually {
                    let figures = center.snapshot.receivers[0]
                    return figures.queued + figures.dropped == 1000 && figures.dropped > 500
                }, "\(center.snapshot.receivers[0]) \(reports.lines)")
            let server = try await SyslogServer(port: port)
            #expect(await center.stop(within: .seconds(30)) == 0)
            let delivered = center.snapshot.receivers[0].delivered
            #expect(await eventually { server.messages.count == delivered })
            let received = ports(server.messages)
            #expect(received == Array(1001 - received.count...1000))
            #expect(center.snapshot.receivers[0].delivered + center.snapshot.receivers[0].dropped == 1000)
            try await server.stop()
        }
    }
}

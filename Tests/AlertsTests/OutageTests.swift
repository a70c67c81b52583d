import Foundation
import Inventory
import Testing

@testable import Alerts

extension AlertsTests {
    @Suite struct OutageTests {
        @Test func alertsWaitAndComeInOrder() async throws {
            let port = try await freePort()
            let reports = Reports()
            let center = try center(syslog(.tcp, port: port), in: Folder(), reports: reports)
            center.start()
            for number in 1...300 { center.submit(finding(number)) }
            #expect(await eventually { center.snapshot.receivers[0].failedAttempts >= 3 })
            let down = center.snapshot.receivers[0]
            #expect(down.isDown && down.queued == 300 && down.delivered == 0 && down.oldestWaiting != nil)
            let server = try await SyslogServer(port: port)
            #expect(await eventually { server.messages.count == 300 })
            #expect(await eventually { ports(server.messages) == Array(1...300) })
            #expect(await center.stop(within: .seconds(30)) == 0)
            let told = reports.lines.filter { $0.contains("receiver 'r'") }
            #expect(told.count == 2, "one report when it goes, one when it is back")
            #expect(told.first?.contains("is down (") == true && told.first?.contains("refused") == true)
            #expect(told.last?.hasPrefix("receiver 'r' is back after ") == true)
            #expect(told.last?.hasSuffix("; 300 alerts waited") == true)
            let up = center.snapshot.receivers[0]
            #expect(!up.isDown && up.queued == 0 && up.delivered == 300 && up.oldestWaiting == nil)
            try await server.stop()
        }

        @Test(arguments: [true, false])
        func whatWaitedIsCountedBeforeItIsDelivered(isFile: Bool) async throws {
            let (folder, reports) = (Folder(), Reports())
            let there = folder.path + "/there"
            // A file takes them all at once, a program one at a time.
            let means: Receiver.Means =
                isFile
                ? .file(.init(path: there + "/alerts"))
                : .command(.init(arguments: ["/bin/sh", "-c", "test -d '\(there)'"]))
            let center = try center(means, in: folder, reports: reports)
            for number in 1...27 { center.submit(finding(number)) }
            center.start()
            #expect(await eventually { center.snapshot.receivers[0].isDown })
            try FileManager.default.createDirectory(atPath: there, withIntermediateDirectories: false)
            #expect(await eventually { center.snapshot.receivers[0].delivered == 27 })
            #expect(await center.stop(within: .seconds(30)) == 0)
            let back = reports.lines.filter { $0.contains("is back") }
            #expect(back.count == 1 && back[0].hasSuffix("; 27 alerts waited"), "\(back)")
        }

        @Test func aReceiverThatGoesInBetweenLosesNothing() async throws {
            let first = try await SyslogServer()
            let port = first.port
            let center = try center(syslog(.tcp, port: port), in: Folder())
            center.start()
            for number in 1...50 { center.submit(finding(number)) }
            #expect(await eventually { center.snapshot.receivers[0].delivered == 50 })
            try await first.stop()
            for number in 51...100 { center.submit(finding(number)) }
            #expect(await eventually { center.snapshot.receivers[0].isDown })
            let second = try await SyslogServer(port: port)
            #expect(await eventually { Set(ports(second.messages)).count >= 50 })
            #expect(await center.stop(within: .seconds(30)) == 0)
            #expect(ports(first.messages) == Array(1...50))
            // What was written into the dying connection and not acknowledged comes again, and nothing else.
            #expect(ports(second.messages) == Array(51...100))
            try await second.stop()
        }

        @Test func whatWasNeverSentIsNotDelivered() async throws {
            let deaf = try await SyslogServer(reads: false)
            let port = deaf.port
            let reports = Reports()
            let center = try center(syslog(.tcp, port: port), in: Folder(), reports: reports)
            center.start()
            // More than the receiver's host takes for a program that does not read.
            for number in 1...4000 { center.submit(finding(number)) }
            #expect(await eventually { center.snapshot.receivers[0].isDown })
            let down = center.snapshot.receivers[0]
            #expect(down.delivered < 4000 && down.delivered + down.queued == 4000, "\(down)")
            try await deaf.stop()
            let server = try await SyslogServer(port: port)
            #expect(await eventually { center.snapshot.receivers[0].queued == 0 })
            #expect(await eventually { ports(server.messages) == Array(down.delivered + 1...4000) })
            #expect(await center.stop(within: .seconds(30)) == 0)
            #expect(reports.lines.filter { $0.contains("is down (") }.count == 1)
            try await server.stop()
        }

        @Test func oneReceiverThatIsDownDelaysNoOther() async throws {
            let folder = Folder()
            let server = try await SyslogServer()
            let gone = try await freePort()
            let receivers = [
                Receiver(name: "gone", means: syslog(.tcp, port: gone), origin: place),
                Receiver(name: "there", means: syslog(.tcp, port: server.port), origin: place),
            ]
            let route = AlertRoute(event: .finding(rule: nil), receivers: ["gone", "there"], origin: place)
            let center = try AlertCenter(
                routes: [route], receivers: receivers, spool: folder.path, log: Reports().log, pace: .fast)
            center.start()
            for number in 1...30 { center.submit(finding(number)) }
            #expect(await eventually { server.messages.count == 30 })
            #expect(await center.stop(within: .milliseconds(100)) == 30)
            try await server.stop()
        }

        @Test func aReceiverThatDoesNotReadHoldsUpNobody() async throws {
            let server = try await SyslogServer(reads: false)
            var pace = Pace.fast
            pace.patience = .milliseconds(200)
            let center = try center(syslog(.tcp, port: server.port), in: Folder(), pace: pace)
            center.start()
            let line = Array(repeating: UInt8(ascii: "x"), count: 200_000)
            for number in 1...60 {
                var alert = finding(number)
                alert.line = line
                center.submit(alert)
            }
            #expect(await eventually { center.snapshot.receivers[0].failedAttempts > 0 })
            let clock = ContinuousClock()
            #expect(await clock.measure { await center.stop(within: .milliseconds(100)) } < .seconds(10))
            try await server.stop()
        }

        @Test func pausesDoubleUpToAMinute() {
            let pace = Pace()
            for (failures, longest) in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (1000, 60)] {
                for _ in 1...20 {
                    let pause = pace.pause(after: failures)
                    #expect(pause <= .seconds(longest) && pause >= .seconds(longest) / 2)
                }
            }
        }
    }
}

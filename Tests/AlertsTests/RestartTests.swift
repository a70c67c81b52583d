import Inventory
import Testing

@testable import Alerts

extension AlertsTests {
    @Suite struct RestartTests {
        @Test func whatIsLeftComesWithTheNextRunInOrder() async throws {
            let folder = Folder()
            let port = try await freePort()
            let first = try center(syslog(.tcp, port: port), in: folder)
            first.start()
            for number in 1...50 { first.submit(finding(number)) }
            #expect(await first.stop(within: .milliseconds(60)) == 50)
            let server = try await SyslogServer(port: port)
            let second = try center(syslog(.tcp, port: port), in: folder)
            #expect(
                second.snapshot.receivers[0].queued == 50 && second.snapshot.receivers[0].oldestWaiting != nil
            )
            second.start()
            for number in 51...60 { second.submit(finding(number)) }
            #expect(await second.stop(within: .seconds(30)) == 0)
            #expect(await eventually { ports(server.messages) == Array(1...60) })
            try await server.stop()
        }

        @Test func nothingIsAlertedAgain() async throws {
            let folder = Folder()
            let server = try await SyslogServer()
            for run in 1...3 {
                let center = try center(syslog(.tcp, port: server.port), in: folder)
                center.start()
                // Each run finds what the runs before found, and ten more.
                for number in 1...run * 10 { center.submit(finding(number)) }
                for number in 1...run * 10 { center.submit(finding(number)) }
                #expect(await center.stop(within: .seconds(30)) == 0)
                #expect(center.snapshot.receivers[0].delivered == 10)
                #expect(center.snapshot.receivers[0].repeated == run * 20 - 10)
            }
            #expect(await eventually { ports(server.messages) == Array(1...30) })
            try await server.stop()
        }

        @Test func submittedBeforeTheStartIsDelivered() async throws {
            let folder = Folder()
            let target = folder.path + "/alerts.jsonl"
            let center = try center(.file(.init(path: target)), in: folder)
            center.submit(finding(1))
            center.start()
            #expect(await center.stop(within: .seconds(30)) == 0)
            #expect(ports(folder.text("alerts.jsonl").split(separator: "\n").map(String.init)) == [1])
        }

        @Test func stoppedWithoutAStartNothingIsLost() async throws {
            let folder = Folder()
            let target = Receiver.Means.file(.init(path: folder.path + "/alerts.jsonl"))
            let first = try center(target, in: folder)
            first.submit(finding(1))
            #expect(await first.stop(within: .seconds(1)) == 1)
            let second = try center(target, in: folder)
            second.start()
            #expect(await second.stop(within: .seconds(30)) == 0)
            #expect(folder.text("alerts.jsonl") == #"{"kind":"finding","port":1}"# + "\n")
        }

        /// The copy of the spool is what a process leaves behind that is killed at that moment.
        @Test func aKillLosesNothingAndRepeatsOnlyWhatWasInTheAir() async throws {
            let server = try await SyslogServer()
            let folder = Folder()
            let first = try center(syslog(.tcp, port: server.port), in: folder)
            first.start()
            for number in 1...400 {
                first.submit(finding(number))
                if number % 50 == 0 { try await Task.sleep(for: .milliseconds(1)) }
            }
            #expect(await eventually { server.messages.count > 100 })
            let filed = first.snapshot.receivers[0]
            let left = try Folder(copyOf: folder)
            await first.abandon()
            // What is in the air lands first.
            var (landed, quiet) = (-1, 0)
            while quiet < 5 {
                quiet = landed == server.messages.count ? quiet + 1 : 0
                landed = server.messages.count
                try await Task.sleep(for: .milliseconds(200))
            }
            let sent = ports(server.messages)
            let second = try center(syslog(.tcp, port: server.port), in: left)
            second.start()
            for number in 1...400 { second.submit(finding(number)) }
            #expect(await second.stop(within: .seconds(30)) == 0)
            #expect(
                await eventually { Set(ports(server.messages)) == Set(1...400) },
                "nothing is lost")
            let all = ports(server.messages)
            let repeated = Set(sent).intersection(ports(server.messages.dropFirst(sent.count)))
            #expect(repeated.allSatisfy { $0 > filed.delivered }, "nothing that was acknowledged comes again")
            // Those that came after the copy count as in the air, too.
            #expect(Array(Set(all)).count == 400 && all.count - 400 <= sent.count - filed.delivered)
            try await server.stop()
        }

        @Test func killedWhileTheReceiverIsDown() async throws {
            let folder = Folder()
            let port = try await freePort()
            let first = try center(syslog(.tcp, port: port), in: folder)
            first.start()
            for number in 1...100 { first.submit(finding(number)) }
            #expect(await eventually { first.snapshot.receivers[0].queued == 100 })
            await first.abandon()
            let server = try await SyslogServer(port: port)
            let second = try center(syslog(.tcp, port: port), in: folder)
            second.start()
            for number in 1...100 { second.submit(finding(number)) }
            #expect(await second.stop(within: .seconds(30)) == 0)
            #expect(await eventually { ports(server.messages) == Array(1...100) })
            try await server.stop()
        }

        @Test func aCenterThatIsDroppedGivesItsSpoolBack() async throws {
            let folder = Folder()
            let port = try await freePort()
            do {
                let first = try center(syslog(.tcp, port: port), in: folder)
                first.start()
                for number in 1...10 { first.submit(finding(number)) }
            }
            var second: AlertCenter?
            #expect(
                await eventually {
                    second = try? center(syslog(.tcp, port: port), in: folder)
                    return second != nil
                })
            let server = try await SyslogServer(port: port)
            second?.start()
            #expect(await eventually { ports(server.messages) == Array(1...10) })
            await second?.stop(within: .seconds(30))
            try await server.stop()
        }

        @Test func twoRunsCannotShareASpool() async throws {
            let folder = Folder()
            let first = try center(.file(.init(path: folder.path + "/a")), in: folder)
            let error = #expect(throws: DiskError.self) {
                try center(.file(.init(path: folder.path + "/a")), in: folder)
            }
            #expect(error?.description.hasSuffix("spool/r: another run of offport uses this spool") == true)
            await first.stop(within: .zero)
        }

        @Test func keysOfFlowsDoNotPushOutThoseOfFindings() async throws {
            var keys = AlertedKeys(limit: 10)
            let findings = (1...10).map { AlertKey(finding($0)) }
            findings.forEach { keys.insert($0) }
            for number in 1...100 {
                var flow = finding(1)
                flow.kind = .flow
                flow.instance = "\(number)"
                let isNew = keys.insert(AlertKey(flow))
                #expect(isNew)
            }
            #expect(findings.allSatisfy(keys.contains) && keys.count == 20)
            keys.insert(AlertKey(finding(11)))
            #expect(!keys.contains(findings[0]) && keys.contains(findings[1]) && keys.count == 20)
        }

        @Test func theKeyLogStaysSmall() throws {
            let folder = Folder()
            let path = folder.path + "/keys"
            var log = try KeyLog(path, limit: 10, on: Disk())
            let keys = (1...3000).map { AlertKey(finding($0)) }
            for key in keys { try log.append([key]) }
            #expect(folder.bytes("keys").count < 1100 * 21)
            let again = try KeyLog(path, limit: 10, on: Disk()).keys()
            #expect(again.suffix(10) == keys.suffix(10))
        }
    }
}

import Foundation
import Inventory
import Testing

@testable import Alerts

extension AlertsTests {
    @Suite struct ProgramTests {
        private func script(_ folder: Folder, _ body: String) throws -> String {
            let path = folder.write("page", "#!/bin/sh\n" + body)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            return path
        }

        @Test func aCommandGetsOneRecordAtATime() async throws {
            let folder = Folder()
            // Fails when another is running; writes far more than anybody reads.
            let path = try script(
                folder,
                """
                mkdir '\(folder.path)/running' || exit 9
                head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2
                cat >>'\(folder.path)/out'; echo "$1" >>'\(folder.path)/arguments'
                rmdir '\(folder.path)/running'
                """)
            let center = try center(.command(.init(arguments: [path, "--now; $(id)"])), in: folder)
            center.start()
            for number in 1...5 { center.submit(finding(number)) }
            #expect(await center.stop(within: .seconds(30)) == 0)
            #expect(ports(folder.text("out").split(separator: "\n").map(String.init)) == Array(1...5))
            #expect(folder.text("arguments").hasPrefix("--now; $(id)\n"))
            #expect(center.snapshot.receivers[0].failedAttempts == 0)
        }

        @Test func aCommandThatDoesNotReadIsNoTrouble() async throws {
            let center = try center(.command(.init(arguments: ["/bin/true"])), in: Folder())
            center.start()
            var alert = finding(1)
            alert.line = Array(repeating: UInt8(ascii: "x"), count: 250_000)
            center.submit(alert)
            #expect(await center.stop(within: .seconds(30)) == 0)
        }

        @Test func aSlowCommandIsKilledWithItsChildren() async throws {
            let (folder, reports) = (Folder(), Reports())
            let path = try script(
                folder,
                """
                trap '' TERM
                sleep 60 & echo $! >'\(folder.path)/child'
                echo $$ >'\(folder.path)/self'
                wait; sleep 60
                """)
            let command = Receiver.Command(arguments: [path], timeout: .milliseconds(700))
            let center = try center(.command(command), in: folder, reports: reports)
            center.start()
            center.submit(finding(1))
            #expect(
                await eventually { reports.lines.contains { $0.contains("took longer than 0.7 seconds") } })
            // It is tried again and again: one that was killed before it could write its numbers is not the last.
            var pids: [Int32] = []
            #expect(
                await eventually {
                    pids = ["self", "child"].compactMap { name in
                        Int32(folder.text(name).trimmingCharacters(in: .whitespacesAndNewlines))
                    }
                    return pids.count == 2
                })
            await center.stop(within: .zero)
            #expect(await eventually { pids.allSatisfy { kill($0, 0) != 0 || isZombie($0) } })
        }

        /// Dead, and not yet collected by whoever collects orphans.
        private func isZombie(_ pid: Int32) -> Bool {
            (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8))?.contains(") Z ") ?? true
        }

        @Test(arguments: [
            (["/bin/false"], "/bin/false ended with 1"),
            (["/nowhere/page"], "/nowhere/page"),
        ])
        func aCommandThatFailsIsTriedAgain(arguments: [String], told: String) async throws {
            let reports = Reports()
            let center = try center(.command(.init(arguments: arguments)), in: Folder(), reports: reports)
            center.start()
            center.submit(finding(1))
            #expect(await eventually { center.snapshot.receivers[0].failedAttempts >= 2 })
            #expect(
                reports.lines.contains { $0.contains("is down (") && $0.contains(told) }, "\(reports.lines)")
            #expect(await center.stop(within: .zero) == 1)
        }

        @Test func aFileIsRotated() async throws {
            let folder = Folder()
            let file = FileOutlet(file: .init(path: folder.path + "/alerts.jsonl", rotateBytes: 100, keep: 2))
            for number in 10...30 {
                let alert = finding(number)
                #expect(try await file.hand([SpoolEntry(submitted: alert.time, key: nil, alert: alert)]) == 1)
            }
            #expect(folder.names() == ["alerts.jsonl", "alerts.jsonl.1", "alerts.jsonl.2"])
            let kept = ["alerts.jsonl.2", "alerts.jsonl.1", "alerts.jsonl"].map(folder.text)
            #expect(kept.allSatisfy { $0.utf8.count <= 100 && $0.hasSuffix("}\n") })
            #expect(ports(kept.joined().split(separator: "\n").map(String.init)) == Array(22...30))
        }

        @Test func aFileIsRotatedWithinManyAlertsAtOnce() async throws {
            let folder = Folder()
            let file = FileOutlet(file: .init(path: folder.path + "/alerts.jsonl", rotateBytes: 100, keep: 2))
            var entries = (10...30).map { number in
                SpoolEntry(submitted: finding(number).time, key: nil, alert: finding(number))
            }
            // One that is longer than a file may be stands alone in one.
            entries[20].alert.line = Array(repeating: UInt8(ascii: "x"), count: 120)
            while !entries.isEmpty {
                let count = try await file.hand(entries)
                entries.removeFirst(count)
            }
            let kept = ["alerts.jsonl.2", "alerts.jsonl.1", "alerts.jsonl"].map(folder.text)
            #expect(kept.map(\.utf8.count) == [87, 58, 121])
            #expect(ports(kept.joined().split(separator: "\n").map(String.init)) == Array(25...29))
        }

        @Test func aFileThatWasMovedIsBegunAnew() async throws {
            let folder = Folder()
            let path = folder.path + "/alerts.jsonl"
            let file = FileOutlet(file: .init(path: path))
            let entry = SpoolEntry(submitted: finding(1).time, key: nil, alert: finding(1))
            _ = try await file.hand([entry])
            try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
            _ = try await file.hand([entry])
            #expect(folder.text("alerts.jsonl") == folder.text("alerts.jsonl.old"))
        }
    }
}

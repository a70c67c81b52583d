import Inventory
import Testing

@testable import Alerts

extension AlertsTests {
    /// A policy that is loaded anew while alerts are on their way.
    @Suite struct AdoptionTests {
        private func route(_ receivers: String...) -> AlertRoute {
            AlertRoute(event: .finding(rule: nil), receivers: receivers, origin: place)
        }

        private func file(_ name: String, in folder: Folder, at path: String? = nil) -> Receiver {
            Receiver(name: name, means: .file(.init(path: "\(folder.path)/\(path ?? name)")), origin: place)
        }

        private func told(_ name: String, _ folder: Folder) -> [Int] {
            ports(folder.text(name).split(separator: "\n").map(String.init))
        }

        @Test func receiversComeAndGo() async throws {
            let (folder, reports) = (Folder(), Reports())
            let center = try AlertCenter(
                routes: [route("a", "b")], receivers: [file("a", in: folder), file("b", in: folder)],
                spool: folder.path + "/spool", log: reports.log, pace: .fast)
            center.start()
            center.submit(finding(1))
            #expect(await eventually { told("a", folder) == [1] && told("b", folder) == [1] })
            try await center.adopt(
                routes: [route("b", "c")], receivers: [file("b", in: folder), file("c", in: folder)])
            center.submit(finding(1))
            center.submit(finding(2))
            #expect(await center.stop(within: .seconds(30)) == 0)
            // Who stays is not told again, and who is new is told what happens from now on.
            #expect(told("a", folder) == [1])
            #expect(told("b", folder) == [1, 2])
            #expect(told("c", folder) == [1, 2])
            #expect(reports.lines.contains("receiver 'a' is told nothing from now on"))
        }

        @Test func whatWaitsGoesWhereTheReceiverIsNow() async throws {
            let (folder, port) = (Folder(), try await freePort())
            let reports = Reports()
            let center = try center(syslog(.tcp, port: port), in: folder, reports: reports)
            center.start()
            for number in 1...20 { center.submit(finding(number)) }
            #expect(await eventually { reports.lines.contains { $0.contains("is down") } })
            try await center.adopt(routes: [route("r")], receivers: [file("r", in: folder, at: "now")])
            for number in 21...25 { center.submit(finding(number)) }
            #expect(await center.stop(within: .seconds(30)) == 0)
            #expect(told("now", folder) == Array(1...25))
        }

        @Test func whatIsLeftForOneThatIsGoneWaitsForIt() async throws {
            let (folder, port) = (Folder(), try await freePort())
            let reports = Reports()
            let center = try center(syslog(.tcp, port: port), in: folder, reports: reports)
            center.start()
            for number in 1...3 { center.submit(finding(number)) }
            try await center.adopt(routes: [], receivers: [])
            center.submit(finding(4))
            #expect(center.snapshot.receivers.isEmpty)
            #expect(
                reports.lines.contains(
                    "receiver 'r' is told nothing from now on; 3 alerts wait on disk until it is named again")
            )
            try await center.adopt(routes: [route("r")], receivers: [file("r", in: folder)])
            center.submit(finding(5))
            #expect(await center.stop(within: .seconds(30)) == 0)
            #expect(told("r", folder) == [1, 2, 3, 5])
        }

        @Test func aThrottleThatEndsSaysWhatItHeldBack() async throws {
            let folder = Folder()
            let center = try center(
                .file(.init(path: folder.path + "/r")), in: folder,
                throttle: .init(count: 1, period: .seconds(3600)))
            center.start()
            for number in 1...5 { center.submit(finding(number)) }
            try await center.adopt(routes: [route("r")], receivers: [file("r", in: folder)])
            center.submit(finding(6))
            #expect(await center.stop(within: .seconds(30)) == 0)
            #expect(told("r", folder) == [1, 6])
            #expect(folder.text("r").contains("4 more alerts were held back"))
        }

        @Test func aPlaceThatCannotBeOpenedChangesNothing() async throws {
            let folder = Folder()
            let center = try center(.file(.init(path: folder.path + "/r")), in: folder)
            center.start()
            _ = folder.write("spool/new", "no folder")
            await #expect(throws: (any Error).self) {
                try await center.adopt(
                    routes: [route("r", "new")], receivers: [file("r", in: folder), file("new", in: folder)])
            }
            center.submit(finding(1))
            #expect(await center.stop(within: .seconds(30)) == 0)
            #expect(told("r", folder) == [1])
        }
    }
}

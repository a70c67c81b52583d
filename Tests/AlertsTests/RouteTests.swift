import Inventory
import Net
import Testing

@testable import Alerts

extension AlertsTests {
    @Suite struct RouteTests {
        private func alert(_ kind: Alert.Kind, rule: String? = nil, name: String? = nil) -> Alert {
            var alert = Alert(
                time: Timestamp(seconds: 1), kind: kind, severity: .medium, title: "t", line: Array("{}".utf8)
            )
            alert.rule = rule
            alert.protocolName = name
            return alert
        }

        @Test func anEventIncludesItsOwn() {
            let alerts = [
                alert(.finding, rule: "off-port"), alert(.finding, rule: "forbidden"),
                alert(.service, name: "ssh"),
                alert(.client, name: "ssh"), alert(.host), alert(.flow), alert(.heldBack),
            ]
            let events: [(AlertRoute.Event, [Int])] = [
                (.finding(rule: nil), [0, 1]), (.finding(rule: "off-port"), [0]),
                (.service(protocolName: nil), [2]),
                (.service(protocolName: "ssh"), [2]), (.service(protocolName: "ftp"), []),
                (.client(protocolName: "ssh"), [3]), (.host, [4]), (.flow, [5]),
            ]
            for (event, places) in events {
                #expect(alerts.indices.filter { event.includes(alerts[$0]) } == places)
            }
        }

        @Test func twoRoutesToOneReceiverTellOnce() async throws {
            let folder = Folder()
            let receivers = ["a", "b"].map { name in
                Receiver(name: name, means: .file(.init(path: "\(folder.path)/\(name)")), origin: place)
            }
            var grave = AlertRoute(event: .finding(rule: nil), receivers: ["a", "b"], origin: place)
            grave.severity = .high
            let all = AlertRoute(event: .finding(rule: nil), receivers: ["a"], origin: place)
            let center = try AlertCenter(
                routes: [grave, all], receivers: receivers, spool: folder.path + "/spool", log: Reports().log)
            center.start()
            center.submit(finding(1, severity: .high))
            center.submit(finding(2, severity: .low))
            #expect(await center.stop(within: .seconds(30)) == 0)
            #expect(ports(folder.text("a").split(separator: "\n").map(String.init)) == [1, 2])
            #expect(ports(folder.text("b").split(separator: "\n").map(String.init)) == [1])
        }

        @Test func aReceiverThatNoRouteNamesHasNoSpool() throws {
            let folder = Folder()
            let center = try AlertCenter(
                routes: [], receivers: [Receiver(name: "r", means: .file(.init(path: "/x")), origin: place)],
                spool: folder.path + "/spool", log: Reports().log)
            #expect(center.snapshot.receivers.isEmpty && folder.names() == [])
        }

        @Test func aThrottleTellsWhatItHeldBack() async throws {
            let folder = Folder()
            let center = try center(
                .file(.init(path: folder.path + "/a")), in: folder,
                throttle: .init(count: 3, period: .milliseconds(200)))
            center.start()
            for number in 1...10 { center.submit(finding(number, severity: number == 7 ? .critical : .low)) }
            #expect(center.snapshot.receivers[0].heldBack == 7)
            #expect(await eventually { center.snapshot.receivers[0].delivered == 4 })
            let lines = folder.text("a").split(separator: "\n").map(String.init)
            #expect(ports(lines) == [1, 2, 3])
            #expect(lines.last?.hasPrefix(#"{"kind":"held-back","time":"20"#) == true)
            #expect(
                lines.last?.hasSuffix(
                    #""count":7,"severity":"critical","alert":"site.lua:7","title":"7 more alerts were held back: "#
                        + #"site.lua:7 lets 3 through in 0.2 seconds"}"#) == true, "\(lines.last ?? "")")
            // A new period, and what was held back may be told now.
            center.submit(finding(10))
            #expect(await center.stop(within: .seconds(30)) == 0)
            #expect(ports(folder.text("a").split(separator: "\n").map(String.init)) == [1, 2, 3, 10])
        }

        @Test func atTheEndWhatIsHeldBackIsTold() async throws {
            let folder = Folder()
            let center = try center(
                .file(.init(path: folder.path + "/a")), in: folder,
                throttle: .init(count: 1, period: .seconds(3600)))
            center.start()
            for number in 1...5 { center.submit(finding(number)) }
            #expect(await center.stop(within: .seconds(30)) == 0)
            #expect(folder.text("a").contains(#""count":4"#))
        }

        @Test func oneThatIsHeldBackIsOne() async throws {
            let folder = Folder()
            let center = try center(
                .file(.init(path: folder.path + "/a")), in: folder,
                throttle: .init(count: 1, period: .seconds(3600)))
            center.start()
            for number in 1...2 { center.submit(finding(number)) }
            #expect(await center.stop(within: .seconds(30)) == 0)
            #expect(folder.text("a").contains(#""title":"1 more alert was held back: site.lua:7 lets 1 "#))
        }

        @Test func manyThreadsSubmit() async throws {
            let folder = Folder()
            let center = try center(.file(.init(path: folder.path + "/a")), in: folder)
            center.start()
            await withTaskGroup(of: Void.self) { group in
                for thread in 0..<8 {
                    group.addTask { for number in 1...100 { center.submit(finding(thread * 100 + number)) } }
                }
            }
            #expect(await center.stop(within: .seconds(30)) == 0)
            #expect(
                ports(folder.text("a").split(separator: "\n").map(String.init)).sorted() == Array(1...800))
        }

        @Test func aRecordThatIsTooLongIsDropped() async throws {
            let folder = Folder()
            let center = try center(.file(.init(path: folder.path + "/a")), in: folder)
            var alert = finding(1)
            alert.line = Array(repeating: 0x20, count: AlertCenter.longestLine + 1)
            center.submit(alert)
            #expect(center.snapshot.receivers[0].dropped == 1 && center.snapshot.receivers[0].queued == 0)
            await center.stop(within: .zero)
        }

        @Test func histogram() {
            var histogram = LatencyHistogram()
            #expect(histogram.bound(of: 0.5) == nil)
            for milliseconds in [-5, 0, 1, 3, 700_000] { histogram.record(.milliseconds(milliseconds)) }
            #expect(histogram.counts[0] == 3 && histogram.counts[2] == 1 && histogram.counts.last == 1)
            #expect(
                histogram.bound(of: 0.6) == .milliseconds(1) && histogram.bound(of: 0.8) == .milliseconds(5))
            #expect(histogram.bound(of: 1) == nil && histogram.count == 5)
        }
    }
}

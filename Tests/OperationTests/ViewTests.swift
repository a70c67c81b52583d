import Operation
import Testing

@Suite struct ViewTests {
    /// A second later: five packets lost, a finding and two alerts more.
    private static var later: SensorSnapshot {
        var snapshot = Situations.busy
        snapshot.now = Situations.time(93_785)
        snapshot.interfaces[0].dropped += 5
        snapshot.receivers[0].delivered += 2
        snapshot.newestFindings.insert(
            .init(
                time: snapshot.now, severity: "low", title: "DNS on 5300/udp", host: "10.20.1.3", port: 5300,
                client: "10.20.100.7"), at: 0)
        return snapshot
    }

    @Test(arguments: [(80, 24), (120, 40)])
    func aScreenIsTheGolden(width: Int, height: Int) throws {
        let screen = TopScreen(width: width, height: height)
        let text = screen.lines(of: Self.later, after: Situations.busy).map { $0 + "\n" }.joined()
        try Golden.expect(text, is: "top-\(width)x\(height).txt")
        let quiet = screen.lines(of: Situations.quiet, notice: "no answer").map { $0 + "\n" }.joined()
        try Golden.expect(quiet, is: "top-quiet-\(width)x\(height).txt")
    }

    @Test(arguments: [80, 120])
    func aPageIsTheGolden(width: Int) throws {
        try Golden.expect(StatusPage(width: width).text(of: Situations.busy), is: "status-\(width).txt")
        try Golden.expect(
            StatusPage(width: width).text(of: Situations.quiet), is: "status-quiet-\(width).txt")
    }

    @Test func aLongPathIsWholeWhereThereIsRoomAndNeverRunsIntoTheNextWord() {
        var snapshot = Situations.quiet
        snapshot.interfaces = [.init(name: "/var/captures/tap0/of-the-building")]
        func line(_ width: Int) -> String {
            StatusPage(width: width).text(of: snapshot).split(separator: "\n").map(String.init)
                .first { $0.contains("received") } ?? ""
        }
        for width in [120, .max] {
            #expect(line(width).hasPrefix("  /var/captures/tap0/of-the-building open "))
        }
        #expect(line(80).hasPrefix("  /var/captures/tap0/of-the… open "), "\(line(80))")
    }

    @Test func anAssetListIsNoPlugin() {
        var snapshot = Situations.quiet
        var pager = SensorSnapshot.Receiver(name: "pager")
        pager.failed = 1
        snapshot.receivers = [pager]
        snapshot.plugins.disabled = [.init(name: "assets 'ftp'", reason: "no", isAssetList: true)]
        let page = StatusPage(width: 120).text(of: snapshot)
        #expect(page.contains("98 loaded   1 asset list switched off\n"), "\(page)")
        #expect(page.contains("   1 attempt failed\n"), "\(page)")
        let screen = TopScreen(width: 120, height: 40).lines(of: snapshot).joined(separator: "\n")
        #expect(screen.contains("   1 asset list switched off") && !screen.contains("plugin"), "\(screen)")
        snapshot.plugins.disabled.append(.init(name: "acme/plc", reason: "no"))
        let both = StatusPage(width: 120).text(of: snapshot)
        #expect(both.contains("98 loaded   1 switched off   1 asset list switched off\n"), "\(both)")
    }

    @Test func coloursAreAddedToTheSameText() throws {
        let plain = TopScreen(width: 80, height: 24).lines(of: Self.later, after: Situations.busy)
        let coloured = TopScreen(width: 80, height: 24, isColoured: true)
            .lines(of: Self.later, after: Situations.busy)
        #expect(coloured.joined().contains("\u{1b}[1;31m"))
        #expect(coloured.map(Self.withoutColours) == plain)
        #expect(plain.allSatisfy { !$0.unicodeScalars.contains("\u{1b}") })
    }

    @Test func nothingIsWiderOrHigherThanTheTerminal() {
        var snapshot = Self.later
        snapshot.newestFindings[0].title = String(repeating: "漢字", count: 90)
        snapshot.newestServices[0].product = String(repeating: "é", count: 300)
        snapshot.receivers += (1...9).map { .init(name: "receiver-\($0)-with-a-long-name") }
        for width in [1, 20, 40, 79, 80, 81, 132, 250] {
            for height in [1, 2, 5, 12, 24, 25, 60] {
                let lines = TopScreen(width: width, height: height).lines(
                    of: snapshot, after: Situations.busy)
                #expect(lines.count == height)
                #expect(lines.allSatisfy { Self.columns($0) <= width }, "\(width)x\(height)")
            }
            let page = StatusPage(width: width).text(of: snapshot).split(separator: "\n")
            #expect(page.allSatisfy { Self.columns(String($0)) <= width })
        }
    }

    private static func columns(_ text: String) -> Int {
        text.reduce(0) { $0 + (($1.unicodeScalars.first?.value ?? 0) > 0x2e80 ? 2 : 1) }
    }

    private static func withoutColours(_ text: String) -> String {
        text.split(separator: "\u{1b}[", omittingEmptySubsequences: false).enumerated()
            .map { place, part in place == 0 ? String(part) : String(part.drop { $0 != "m" }.dropFirst()) }
            .joined()
    }
}

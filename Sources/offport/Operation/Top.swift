import ArgumentParser
import Operation

/// A running sensor as a screen, drawn anew each second.
struct Top: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Shows a running sensor on the terminal, each second; q quits.",
        discussion: "Where results do not go to a terminal, one page is printed.")

    @OptionGroup var sensor: SensorOptions

    func run() throws {
        Interruption.listen()
        var snapshot = try sensor.ask()
        guard let terminal = RawTerminal() else {
            SensorOptions.print(snapshot)
            return
        }
        defer { terminal.restore() }
        let client = StatusClient(sensor.http, patience: .seconds(2))
        var previous: SensorSnapshot?
        var notice: String?
        while !Interruption.isRequested {
            let size = terminal.size
            let screen = TopScreen(
                width: size.columns, height: size.rows, isColoured: Console.isColoured)
            terminal.draw(screen.lines(of: snapshot, after: previous, notice: notice))
            if terminal.waitForQuit(milliseconds: 1000) { return }
            do {
                let next = try client.ask()
                // After a failure the same snapshot may come again: what is new stays marked.
                if next.now != snapshot.now { (previous, snapshot) = (snapshot, next) }
                notice = nil
            } catch {
                notice = "\(error)"
            }
        }
    }
}

import ArgumentParser
import Operation

/// What a running sensor has counted, as a page.
struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Asks a running sensor how it is: traffic, losses, services, findings, alerts, plugins.")

    @OptionGroup var sensor: SensorOptions

    @Flag(help: "All numbers as one JSON object.")
    var json = false

    func run() throws {
        let snapshot = try sensor.ask()
        if json {
            Console.write(try snapshot.json(isPretty: true) + Array("\n".utf8), to: 1)
        } else {
            SensorOptions.print(snapshot)
        }
    }
}

import ArgumentParser
import Logging
import Net
import Operation

/// What an operator says about a running sensor: who may ask it, what it logs, as whom it runs.
struct OperationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Serve /metrics, /status and /health there, or off. Only this machine can ask unless an address says otherwise. Default: 127.0.0.1:9419.",
            valueName: "[address:]port"))
    var http: HTTPSetting?

    @Option(help: ArgumentHelp("How messages look: text (the default) or json.", valueName: "format"))
    var logFormat: LogFormat?

    @Option(
        help: ArgumentHelp(
            "Messages below it are not written: trace, debug, info (the default), notice, warning, error, critical.",
            valueName: "level"))
    var logLevel: Logger.Level?

    @Option(
        help: ArgumentHelp(
            "Become this user when the interfaces are open, and keep only the right to capture.",
            valueName: "name"))
    var user: String?

    /// What was given of all this.
    var given: [String] {
        let flags = [
            ("--http", http != nil), ("--log-format", logFormat != nil), ("--log-level", logLevel != nil),
            ("--user", user != nil),
        ]
        return flags.filter(\.1).map(\.0)
    }

    /// A logger on standard error.
    func logger() -> Logger {
        LogSetting(format: logFormat ?? .text, level: logLevel ?? .info).logger("offport") {
            Timestamp(nanoseconds: Console.now)
        } write: {
            Console.write($0, to: 2)
        }
    }
}

/// Which sensor is asked.
struct SensorOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where the sensor serves its status.", valueName: "[address:]port"))
    var http = HTTPAddress.standard

    /// A page of that sensor's numbers as the output wants it.
    func ask() throws -> SensorSnapshot {
        do { return try StatusClient(http).ask() } catch {
            throw Outcome.failed(["\(error)"])
        }
    }

    /// Prints a page.
    static func print(_ snapshot: SensorSnapshot) {
        let page = StatusPage(width: Console.tableWidth ?? .max, isColoured: Console.isColoured)
        Console.write(Array(page.text(of: snapshot).utf8), to: 1)
    }
}

extension HTTPSetting: ExpressibleByArgument {
    /// From the flag's value.
    public init?(argument: String) { self.init(argument) }
}

extension HTTPAddress: ExpressibleByArgument {
    /// From the flag's value.
    public init?(argument: String) { self.init(argument) }
    /// What the help says of the default.
    public var defaultValueDescription: String { description }
}

extension LogFormat: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}

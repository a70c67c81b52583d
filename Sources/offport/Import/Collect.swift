import ArgumentParser
import Imports
import Net
import Records

/// Takes what exporters of NetFlow and IPFIX send, and writes it down.
struct Collect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect",
        abstract: "Collects NetFlow and IPFIX into captures that 'offport import netflow' reads.")

    @Option(
        name: .customLong("listen"),
        help: ArgumentHelp("Where exporters send to.", valueName: "address:port"))
    var listen = "0.0.0.0:2055"

    @Option(
        help: ArgumentHelp("The folder for the captures; made if it is not there.", valueName: "folder"),
        completion: .directory, transform: FileName.folder)
    var out: String

    @Option(help: ArgumentHelp("A new capture is begun after so many megabytes.", valueName: "n"))
    var size = 100

    @Option(
        help: ArgumentHelp(
            "So many of the captures that collectors began there are kept, the oldest go; 0 keeps all.",
            valueName: "n"))
    var keep = 0

    @Flag(help: "Say nothing but errors.")
    var quiet = false

    func validate() throws {
        guard (1...100_000).contains(size) else {
            throw ValidationError("--size takes a number from 1 to 100000.")
        }
        guard (0...1_000_000).contains(keep) else {
            throw ValidationError("--keep takes a number from 0 on.")
        }
    }

    func run() throws {
        guard let endpoint = Endpoint(listen) else {
            throw Outcome.usage(
                "--listen '\(listen)' is no address and port; write it like 192.0.2.1:2055 or [::]:2055")
        }
        let socket: DatagramSocket
        do throws(DatagramSocket.Failure) { socket = try DatagramSocket(endpoint) } catch {
            throw Outcome.failed(["\(error)"])
        }
        guard Console.makeFolder(out) else {
            throw Outcome.failed(["\(out): cannot be made: \(Console.lastError)"])
        }
        Interruption.listen()
        var files = RecordingFiles(folder: out, limit: size * 1_000_000, keep: keep)
        let place = Endpoint(endpoint.address, socket.port)
        if !quiet { Console.error("collecting on \(place) into \(out); ^C ends it") }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var datagrams = 0
        var exporters: [IPAddress: Int] = [:]
        while !Interruption.isRequested {
            guard let (count, source) = socket.receive(into: &buffer, waiting: 200) else {
                try files.flush()
                continue
            }
            datagrams += 1
            if exporters[source.address] != nil || exporters.count < 1024 {
                exporters[source.address, default: 0] += 1
            }
            let now = Timestamp(nanoseconds: Console.now)
            try files.append(buffer[..<count], from: source, to: place, at: now)
        }
        try files.close()
        guard !quiet else { return }
        Console.error(
            "\(counted(datagrams, "datagram")) of \(counted(exporters.count, "exporter"))")
        for (address, count) in exporters.sorted(by: { $0.key < $1.key }).prefix(20) {
            Console.error("  \(address)  \(grouped(count))")
        }
        if datagrams > 0 { Console.error("next: offport import netflow \(AskedOptions.quoted(out))") }
    }
}

/// The captures of a collector, one after the other.
struct RecordingFiles {
    private let folder: String
    private let limit: Int
    private let keep: Int
    private var descriptor: Int32?
    private var path = ""
    private var written = 0
    private var number = 0
    private var pending: [UInt8] = []

    init(folder: String, limit: Int, keep: Int) {
        self.folder = folder
        self.limit = limit
        self.keep = keep
    }

    mutating func append(
        _ datagram: ArraySlice<UInt8>, from source: Endpoint, to destination: Endpoint, at time: Timestamp
    ) throws {
        if descriptor == nil || written >= limit { try begin(at: time) }
        DatagramRecording.append(datagram, from: source, to: destination, at: time, to: &pending)
        if pending.count >= 65_536 { try flush() }
    }

    private mutating func begin(at time: Timestamp) throws {
        try close()
        var made: Int32?
        for _ in 0..<1000 where made == nil {
            number += 1
            path = "\(folder)/\(DatagramRecording.name(number, begunAt: time))"
            made = Console.createNew(path)
        }
        guard let made else { throw Outcome.failed(["\(path): cannot be written: \(Console.lastError)"]) }
        descriptor = made
        written = 0
        pending = DatagramRecording.header
        if keep > 0 {
            let own = Console.names(in: folder).filter(DatagramRecording.isName)
            for name in own.dropLast(keep) { Console.remove("\(folder)/\(name)") }
        }
    }

    /// Writes what waits.
    mutating func flush() throws {
        guard let descriptor, !pending.isEmpty else { return }
        guard Console.write(pending, to: descriptor) else {
            throw Outcome.failed(["\(path): cannot be written: \(Console.lastError)"])
        }
        written += pending.count
        pending.removeAll(keepingCapacity: true)
    }

    mutating func close() throws {
        try flush()
        if let descriptor { Console.close(descriptor) }
        descriptor = nil
    }
}

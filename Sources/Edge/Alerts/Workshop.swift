internal import Inventory
internal import Logging

/// Makes what a receiver needs: a place in memory, one on disk, a way to it, and who brings the alerts there.
struct Workshop: Sendable {
    let spool: String
    let log: Logger
    let sender: Sender
    let pace: Pace
    let disk: Disk

    /// Opens the spool of a receiver, with what waits in it.
    func post(_ receiver: Receiver) throws -> (intake: Intake, courier: Courier) {
        let intake = Intake(
            name: receiver.name, keyLimit: pace.keys, countLimit: pace.memoryCount,
            byteLimit: pace.memoryBytes)
        let storage = try storage(folder: spool + "/" + Self.folderName(receiver.name), intake: intake)
        let courier = Courier(
            intake: intake, outlet: outlet(receiver), storage: storage, pace: pace, log: log)
        return (intake, courier)
    }

    private func storage(folder: String, intake: Intake) throws -> sending Courier.Storage {
        var spool = try Spool(folder: folder, limit: pace.spoolBytes, on: disk)
        var log = log
        log[metadataKey: "receiver"] = "\(intake.name)"
        if spool.cuts > 0 { log.notice("the spool of '\(intake.name)' had a torn end, which was cut off") }
        var keys = try KeyLog(folder + "/keys", limit: pace.keys, on: disk)
        let logged = try keys.keys()
        // Filed by a run that was killed before it could write their keys.
        let known = Set(logged)
        let unlogged = try spool.keys().filter { !known.contains($0) }
        intake.remember(logged + unlogged)
        try? keys.append(unlogged)
        let (waiting, oldest) = (spool.waiting, spool.oldest)
        intake.note { figures in
            figures.queued = waiting
            figures.oldestWaiting = oldest
        }
        if waiting > 0 { log.notice("\(waiting) alerts for '\(intake.name)' wait from an earlier run") }
        return Courier.Storage(spool: spool, keys: keys)
    }

    func outlet(_ receiver: Receiver) -> any Outlet {
        switch receiver.means {
        case .syslog(let server) where server.carrier == .udp: DatagramOutlet(server, from: sender)
        case .syslog(let server): StreamOutlet(server, from: sender, patience: pace.patience)
        case .webhook(let server): WebhookOutlet(server, from: sender, patience: pace.patience)
        case .command(let command): CommandOutlet(command: command)
        case .file(let file): FileOutlet(file: file)
        }
    }

    /// A receiver's name as that of a folder: other characters than these are written in hexadecimal digits.
    private static func folderName(_ name: String) -> String {
        name.utf8.map { byte in
            let isPlain =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || byte == UInt8(ascii: "-")
            return isPlain ? String(UnicodeScalar(byte)) : "_" + String(byte, radix: 16)
        }.joined()
    }
}

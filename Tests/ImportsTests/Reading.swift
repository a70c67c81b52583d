import Capture
import Foundation
import Imports
import Net
import Plugins

/// Keeps all facts.
struct Facts: FactSink {
    var all: [Fact] = []

    mutating func take(_ fact: Fact) { all.append(fact) }

    var sessions: [SessionFact] { all.compactMap { if case .session(let fact) = $0 { fact } else { nil } } }
    var services: [ServiceFact] { all.compactMap { if case .service(let fact) = $0 { fact } else { nil } } }
    var hosts: [HostFact] { all.compactMap { if case .host(let fact) = $0 { fact } else { nil } } }
    var scans: [ScanFact] { all.compactMap { if case .scan(let fact) = $0 { fact } else { nil } } }
    var alerts: [AlertFact] { all.compactMap { if case .alert(let fact) = $0 { fact } else { nil } } }
}

/// Counts and keeps nothing.
struct Count: FactSink {
    var facts = 0
    mutating func take(_ fact: Fact) { facts += 1 }
}

enum Reading {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
    static let root = folder.replacingOccurrences(of: "/Tests/ImportsTests", with: "")

    /// The plugins that come with Offport.
    static let library = Library(plugins: ["\(root)/plugins/core", "\(root)/plugins/logs"])

    static let importer: Importer = {
        // 2026-12-01
        var importer = Importer(names: ProtocolNames(library), now: Timestamp(seconds: 1_796_083_200))
        importer.logs = library.logs
        return importer
    }()

    static func sample(_ name: String, as kind: ImportKind) throws -> (facts: Facts, account: ImportAccount) {
        var facts = Facts()
        let account = try importer.read(
            "\(folder)/Samples/\(name)", as: kind, goesOn: { _ in true }, into: &facts)
        return (facts, account)
    }

    static func bytes(of sample: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/Samples/\(sample)")))
    }

    /// Reads bytes as a file; `size` is the piece that is read at a time.
    static func read(
        _ bytes: [UInt8], as kind: ImportKind
    ) throws -> (facts: Facts, account: ImportAccount) {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(
            "offport-\(UUID().uuidString)"
        ).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
            throw CaptureError.cannotOpen(name: path, reason: "cannot be made")
        }
        var facts = Facts()
        var account = try importer.read(path, as: kind, goesOn: { _ in true }, into: &facts)
        // The file's name is no part of what is expected.
        account = account.renamed(path, "FILE")
        return (facts, account)
    }

    static func read(_ text: String, as kind: ImportKind) throws -> (facts: Facts, account: ImportAccount) {
        try read(Array(text.utf8), as: kind)
    }

    /// Reads what comes through a pipe, which has no time of its own.
    static func readThroughPipe(
        _ text: String, as kind: ImportKind
    ) throws -> (facts: Facts, account: ImportAccount) {
        let pipe = Pipe()
        pipe.fileHandleForWriting.write(Data(text.utf8))
        try pipe.fileHandleForWriting.close()
        var facts = Facts()
        let stream = ByteStream(fileDescriptor: pipe.fileHandleForReading.fileDescriptor, name: "pipe")
        let account = try importer.read(stream, as: kind, goesOn: { _ in true }, into: &facts)
        return (facts, account)
    }

    /// What `make.sh` wrote of the tools' own counts.
    static func count(_ name: String) throws -> Int? {
        String(decoding: try bytes(of: "counts.txt"), as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix(name + " ") }.flatMap { Int($0.dropFirst(name.count + 1)) }
    }
}

extension ImportAccount {
    func renamed(_ old: String, _ new: String) -> ImportAccount {
        var account = ImportAccount()
        account.add(self)
        var renamed = ImportAccount()
        renamed.unit = unit
        (renamed.items, renamed.others, renamed.withoutPorts) = (items, others, withoutPorts)
        for complaint in complaints {
            renamed.complain(complaint.file == old ? new : complaint.file, complaint.place, complaint.text)
        }
        for _ in complaints.count..<max(unread, complaints.count) { renamed.complain(new, nil, "more") }
        return renamed
    }
}

import Foundation
import Testing

/// A text of Tests/Golden: sentences that say why it is right, directions, an empty line, and what `offport run`
/// must make of the capture of the same name.
///
///     # A web server on the port of SSH impersonates it.
///     read ../../examples/lab/http-proxy.pcap      instead of NAME.pcap
///     policy ariel.lua
///     without flow                                  kinds of lines that are left out
struct Golden: Sendable, CustomTestStringConvertible {
    let name: String
    let head: [String]
    let expected: [String]
    let capture: String
    let policies: [String]
    let omitted: Set<String>

    var testDescription: String { name }

    /// All texts, by name.
    static let all: [Golden] = {
        let folder = Command.root.appending(path: Command.goldens)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".txt") }.sorted().compactMap { Golden(String($0.dropLast(4))) }
    }()

    private init?(_ name: String) {
        self.name = name
        guard let text = try? String(contentsOf: Self.url(name), encoding: .utf8) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let end = lines.firstIndex(of: "") ?? lines.count
        let head = Array(lines[..<end])
        self.head = head
        expected = lines[end...].filter { !$0.isEmpty }
        func words(_ directive: String) -> [String] {
            head.filter { $0.hasPrefix(directive + " ") }
                .flatMap { $0.dropFirst(directive.count).split(separator: " ").map(String.init) }
        }
        capture = "\(Command.goldens)/\(words("read").first ?? "\(name).pcap")"
        policies = words("policy").map { "\(Command.goldens)/\($0)" }
        omitted = Set(words("without"))
    }

    private static func url(_ name: String) -> URL {
        Command.root.appending(path: "\(Command.goldens)/\(name).txt")
    }

    /// The lines that the command makes now.
    func lines() throws -> [String] {
        try Command.records([capture], policies.flatMap { ["--policy", $0] }).lines()
            .filter { line in !omitted.contains { line.hasPrefix($0) } }
    }

    /// Makes `lines` the right ones.
    func rewrite(_ lines: [String]) throws {
        let text = (head + [""] + lines).joined(separator: "\n") + "\n"
        try Data(text.utf8).write(to: Self.url(name))
    }

    /// What is missing (-) and what is new (+), in order.
    func difference(_ lines: [String]) -> String {
        lines.difference(from: expected).map { change in
            switch change {
            case .remove(_, let line, _): "- \(line)"
            case .insert(_, let line, _): "+ \(line)"
            }
        }.joined(separator: "\n")
    }
}

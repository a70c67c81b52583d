import Foundation

/// The project's own source files, found from where this file lies.
enum SourceTree {
    /// The folder `Sources`.
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources").path

    /// The paths below `Sources` that end in one of these, sorted.
    static func files(_ folder: String = "", endings: [String] = [".swift"]) -> [String] {
        let start = folder.isEmpty ? root : root + "/" + folder
        let paths = FileManager.default.enumerator(atPath: start)?.compactMap { $0 as? String } ?? []
        return paths.filter { path in endings.contains { path.hasSuffix($0) } }
            .map { folder.isEmpty ? $0 : folder + "/" + $0 }
            .sorted()
    }

    /// The lines of a file below `Sources`.
    static func lines(_ path: String) throws -> [Substring] {
        try String(contentsOfFile: root + "/" + path, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The words of a file's code: without comments and without the text of literals.
    static func words(_ path: String) throws -> Set<Substring> {
        var words: Set<Substring> = []
        var isInBlock = false
        for line in try lines(path) {
            // Three quotes open or close a literal of several lines.
            let isFence = line.contains("\"\"\"")
            if isFence { isInBlock.toggle() }
            if isFence || isInBlock { continue }
            let code = withoutLiterals(line)
            let end = code.range(of: "//")?.lowerBound ?? code.endIndex
            for word in code[..<end].split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") }) {
                words.insert(Substring(String(word)))
            }
        }
        return words
    }

    private static func withoutLiterals(_ line: Substring) -> String {
        var kept = ""
        var isInLiteral = false
        var isEscaped = false
        for character in line {
            if isInLiteral {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\" {
                    isEscaped = true
                } else if character == "\"" {
                    isInLiteral = false
                }
            } else if character == "\"" {
                isInLiteral = true
            } else {
                kept.append(character)
            }
        }
        return kept
    }
}

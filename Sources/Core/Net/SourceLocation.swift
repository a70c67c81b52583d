/// A place in a plugin or policy file, for messages.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
    /// The path as it was given.
    public let file: String
    /// The line, counted from 1.
    public let line: Int
    /// A line of a file.
    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }
    /// `plugins/ftp.lua:12`.
    public var description: String { "\(file):\(line)" }
}

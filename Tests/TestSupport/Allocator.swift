import Glibc

/// What the C allocator says of itself.
public enum Allocator {
    private typealias MallocInfo = @convention(c) (Int32, UnsafeMutablePointer<FILE>) -> Int32

    /// How many bytes it has given out and not taken back; nil where it does not tell (it is not glibc's).
    public static func bytesInUse() -> Int? {
        // malloc.h is not part of the Glibc module.
        guard let symbol = unsafe dlsym(nil, "malloc_info"), let report = unsafe tmpfile() else { return nil }
        defer { unsafe fclose(report) }
        let mallocInfo = unsafe unsafeBitCast(symbol, to: MallocInfo.self)
        guard unsafe mallocInfo(0, report) == 0 else { return nil }
        unsafe rewind(report)
        var text = ""
        while let line = unsafe readLine(of: report) { text += line }
        // The sums of all arenas come last.
        guard let held = size(after: "<system type=\"current\" size=\"", in: text),
            let mapped = size(after: "<total type=\"mmap\"", in: text),
            let fast = size(after: "<total type=\"fast\"", in: text),
            let rest = size(after: "<total type=\"rest\"", in: text)
        else { return nil }
        return held + mapped - fast - rest
    }

    private static func readLine(of file: UnsafeMutablePointer<FILE>) -> String? {
        var buffer = [CChar](repeating: 0, count: 512)
        guard unsafe fgets(&buffer, Int32(buffer.count), file) != nil else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func size(after start: String, in text: String) -> Int? {
        guard let line = text.split(separator: "\n").last(where: { $0.hasPrefix(start) }) else { return nil }
        return line.split(separator: "\"").last { Int($0) != nil }.flatMap { Int($0) }
    }
}

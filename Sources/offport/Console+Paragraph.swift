extension Console {
    /// Words behind what the first line begins with, wrapped at spaces and aligned where they are too long; spaces that
    /// follow each other stay.
    static func paragraph(_ start: String, _ words: String, width: Int = Console.width) -> String {
        var lines = [start]
        var used = start.count
        var isFresh = true
        for word in words.split(separator: " ", omittingEmptySubsequences: false) {
            if !isFresh, used + 1 + word.count > width {
                while lines[lines.count - 1].last == " " { lines[lines.count - 1].removeLast() }
                lines.append(String(repeating: " ", count: start.count))
                (used, isFresh) = (start.count, true)
            }
            lines[lines.count - 1] += (isFresh ? "" : " ") + word
            used += (isFresh ? 0 : 1) + word.count
            isFresh = false
        }
        return lines.joined(separator: "\n")
    }
}

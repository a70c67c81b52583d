import ArgumentParser

/// How flags name files.
enum FileName {
    /// A file's name as it was given; none is a mistake, such as a variable of a script that is not set.
    static func given(_ word: String) throws -> String {
        guard !word.isEmpty else { throw ValidationError("it names no file") }
        return word
    }

    /// The same of a store that only some want: `none`, as runs take it, is none.
    static func store(_ word: String) throws -> String {
        guard word != "none" else {
            throw ValidationError("leave --store out, or write ./none for a file of that name")
        }
        return try given(word)
    }

    /// The same of what is written; `-`, standard output, by all its names: what else goes there must not be
    /// written over.
    static func output(_ word: String) throws -> String {
        ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].contains(word) ? "-" : try given(word)
    }
}

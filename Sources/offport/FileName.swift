import ArgumentParser

/// How flags name files.
enum FileName {
    /// A file's name as it was given; none is a mistake, such as a variable of a script that is not set.
    static func given(_ word: String) throws -> String {
        guard !word.isEmpty else { throw ValidationError("it names no file") }
        return word
    }

    /// The same of a folder, which is never standard output or input.
    static func folder(_ word: String) throws -> String {
        guard !word.isEmpty else { throw ValidationError("it names no folder") }
        guard word != "-" else {
            throw ValidationError("- is standard output, and no folder; write ./- for one of that name")
        }
        return word
    }

    /// The same of a store, which is never standard output or input.
    static func file(store word: String) throws -> String {
        guard word != "-" else {
            throw ValidationError("- is standard output, and no store; write ./- for a file of that name")
        }
        return try given(word)
    }

    /// The same of a store that only some want: `none`, as runs take it, is none.
    static func store(_ word: String) throws -> String { try store(word, instead: "leave --store out") }

    /// The same where a store is maybe asked before it is written.
    static func asked(_ word: String) throws -> String {
        try store(word, instead: "leave --store out, or with --confirm name the store that has the findings")
    }

    private static func store(_ word: String, instead: String) throws -> String {
        guard word != "none" else {
            throw ValidationError("\(instead), or write ./none for a file of that name")
        }
        return try file(store: word)
    }

    /// The same of what is written; `-`, standard output, by all its names: what else goes there must not be
    /// written over.
    static func output(_ word: String) throws -> String {
        ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].contains(word) ? "-" : try given(word)
    }
}

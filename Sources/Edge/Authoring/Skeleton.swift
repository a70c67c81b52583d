/// A plugin to begin with: it loads, and says what to put where.
public enum Skeleton {
    /// The text of the file.
    public static func text(_ name: String) -> String {
        """
        -- What \(name) is, and where its bytes are specified or were seen. The language: docs/writing-plugins.md.
        protocol "\(name)" {
          title     = "\(title(name))",
          reference = "the specification, with its section",
          category  = "unknown",               -- offport plugin list shows the groups
          -- Where it is expected: the only thing that makes it off-port elsewhere.
          ports     = { "65000/tcp" },
          -- What each speaker says first. Also: line, command, reply, bytes "16 03 0?", at(4, ...), length, sized, seq.
          -- alone = "server" if these words are enough when the client is not heard.
          tcp { client = starts "\(name) hello ", server = starts "\(name) ok " },
          -- Named groups become fields of the record: product, version, banner, hostname ...
          fields { server = [[^\(name.replacing("+", with: "\\+").replacing(".", with: "\\.")) ok (?<version>[\\d.]+)]] },
          -- Tried when it is loaded: real words of both speakers, and what looks nearly the same but is something else.
          example        { client = "\(name) hello 1\\r\\n", server = "\(name) ok 1.0\\r\\n" },
          counterexample { client = "GET / HTTP/1.1\\r\\n\\r\\n", server = "HTTP/1.1 200 OK\\r\\n\\r\\n" },
        }

        """
    }

    /// `acme-control` as `Acme Control`.
    static func title(_ name: String) -> String {
        name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
    }
}

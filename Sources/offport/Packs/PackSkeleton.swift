import Authoring
import Packs

/// The files of a pack to begin with.
enum PackSkeleton {
    static func files(name: String, plugin: String) -> [PackFile] {
        let files = [
            ("README.md", readme(name, plugin)), ("pack.lua", manifest(name)),
            ("plugins/\(plugin).lua", Skeleton.text(plugin)),
        ]
        return files.map { PackFile(path: $0.0, bytes: Array($0.1.utf8)) }
    }

    private static func manifest(_ name: String) -> String {
        """
        -- What this pack is.  It is data and can run no code; docs/sharing-packs.md has all its keys.
        pack {
          name        = "\(name)",
          version     = "0.1.0",               -- a version is released once: raise it for every change
          title       = "\(name)",
          description = "What it recognises, in a sentence.",
          license     = "Apache-2.0",
          needs       = "offport >= \(Offport.version)",
          -- depends  = { ["offport/core"] = "^1.0" },
        }

        """
    }

    private static func readme(_ name: String, _ plugin: String) -> String {
        """
        # \(name)

        What it recognises, and from which specification or captures it was written.

        - `plugins/\(plugin).lua`: a protocol. `offport pack test .` tries its examples.
        - `tests/NAME/input.pcap` with `expect.jsonl`: captures that must be recognised so.
        - `allowances/*.lua`: exceptions that a site may take up.

        """
    }
}

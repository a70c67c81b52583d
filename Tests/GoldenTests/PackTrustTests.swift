import Foundation
import Testing

/// Packs that must not come in: each is refused by its name, nothing is installed, nothing is left behind.
@Suite struct PackTrustTests {
    private let world: PackWorld
    private let archive: String

    init() throws {
        world = try PackWorld()
        archive = try world.archive("ics")
    }

    /// Unpacks the archive, changes something, and packs it as `offport pack build` would: only the content is wrong.
    private func repacked(_ change: String) throws -> String {
        try world.python(
            """
            import gzip, io, tarfile
            files = {}
            with tarfile.open("\(archive)") as archive:
                for entry in archive: files[entry.name] = archive.extractfile(entry).read()
            \(change)
            \(Self.writer)
            write("bad.tar.gz", [(name, files[name], "0") for name in sorted(files)])
            """)
        return "bad.tar.gz"
    }

    /// `write(path, [(name, bytes, type)])` in the one way that archives are written.
    private static let writer = """
        import gzip
        def head(name, size, kind, link=""):
            block = bytearray(512)
            def put(text, place): block[place:place + len(text)] = text
            put(name.encode(), 0); put(b"0000644", 100); put(b"0000000", 108); put(b"0000000", 116)
            put(b"%011o" % size, 124); put(b"00000000000", 136); put(b" " * 8, 148); put(kind.encode(), 156)
            put(link.encode(), 157); put(b"ustar\\x0000", 257); put(b"0000000", 329); put(b"0000000", 337)
            put(b"%06o\\0 " % sum(block), 148)
            return bytes(block)
        def write(path, entries):
            with gzip.GzipFile(path, "wb", mtime=0) as out:
                for name, body, kind in entries:
                    out.write(head(name, len(body), kind) + body + bytes(-len(body) % 512))
                out.write(bytes(1024))
        """

    private func hostile(_ entries: String) throws -> String {
        try world.python("\(Self.writer)\nwrite(\"bad.tar.gz\", \(entries))")
        return "bad.tar.gz"
    }

    @Test func theArchiveItselfIsTaken() throws {
        let result = try world.b("pack", "install", archive)
        #expect(result.status == 0 && result.output.contains("installed acme/ics 1.0.0"), "\(result.errors)")
        #expect(try world.b("pack", "verify").status == 0)
    }

    @Test func aFileThatWasChanged() throws {
        let bad = try repacked(
            "files['plugins/ics.lua'] = files['plugins/ics.lua'].replace(b'6117', b'6118')")
        try world.expectRefused(bad, "plugins/ics.lua is not what MANIFEST lists")
    }

    @Test func aFileMoreOrLess() throws {
        try world.expectRefused(
            try repacked("files['plugins/y.lua'] = b'--'"), "plugins/y.lua is not in MANIFEST")
        try world.expectRefused(
            try repacked("del files['plugins/ics.lua']"), "plugins/ics.lua is in MANIFEST and missing")
    }

    @Test func aListThatWasChanged() throws {
        // The file and its line in the list fit each other, and the signature fits neither.
        let bad = try repacked(
            """
            import hashlib
            old = files['plugins/ics.lua']; new = old.replace(b'6117', b'6118'); files['plugins/ics.lua'] = new
            files['MANIFEST'] = files['MANIFEST'].replace(hashlib.sha256(old).hexdigest().encode(), hashlib.sha256(new).hexdigest().encode())
            """)
        try world.expectRefused(bad, "list or signature was changed")
        let odd = try repacked("files['MANIFEST'] = files['MANIFEST'] + b'# x\\n'")
        try world.expectRefused(odd, "MANIFEST cannot be read in line")
    }

    @Test func aSignatureThatWasChanged() throws {
        let comment = try repacked(
            "files['MANIFEST.minisig'] = files['MANIFEST.minisig'].replace(b'version:', b'Version:')")
        try world.expectRefused(comment, "list or signature was changed")
        let none = try repacked("files['MANIFEST.minisig'] = b'hello'")
        try world.expectRefused(none, "MANIFEST.minisig is no signature")
        try world.expectRefused(try repacked("del files['MANIFEST.minisig']"), "acme/ics 1.0.0 is not signed")
    }

    @Test func anArchiveThatWasChanged() throws {
        let bytes = try Data(contentsOf: world.scratch.file(archive))
        for (place, name) in [(bytes.count / 2, "middle"), (bytes.count - 6, "end")] {
            var changed = bytes
            changed[place] ^= 0xff
            try changed.write(to: world.scratch.file("\(name).tar.gz"))
            try world.expectRefused("\(name).tar.gz", "\(name).tar.gz: ")
        }
        try bytes.dropLast(30).write(to: world.scratch.file("short.tar.gz"))
        try world.expectRefused("short.tar.gz", "damaged: it ends early")
        try (bytes + Data("more".utf8)).write(to: world.scratch.file("long.tar.gz"))
        try world.expectRefused("long.tar.gz", "something follows")
        try Data("no archive".utf8).write(to: world.scratch.file("text.tar.gz"))
        try world.expectRefused("text.tar.gz", "this is no pack")
    }

    @Test func aKeyThatIsNotTrusted() throws {
        try world.run("c", ["pack", "keygen", "acme", "--no-password"])
        #expect(try world.a("pack", "sign", archive, "--key", "c/keys/acme.key").status == 0)
        try world.expectRefused(
            archive, "which is not trusted; if you know whose it is: offport pack trust acme KEY")
        let verified = try world.b("pack", "verify", archive, "--key", "c/keys/acme.pub")
        #expect(verified.status == 0, "\(verified.errors)")
        #expect(
            verified.output.contains(", the one given: pack:acme/ics version:1.0.0\n"), "\(verified.output)")
        #expect(try world.b("pack", "verify", archive, "--key", "a/keys/acme.pub").status == 1)
    }

    @Test func aKeyWithTheNumberOfATrustedOne() throws {
        var letters = Array(world.key)
        letters[40] = letters[40] == "A" ? "B" : "A"
        let result = try world.b("pack", "trust", "acme", String(letters))
        #expect(result.status == 1 && result.errors.contains("is this one mistyped?"), "\(result.errors)")
        #expect(try world.b("pack", "trust").output.split(separator: "\n").count == 1)
    }

    @Test func aKeyForAnotherOwner() throws {
        let other = try world.archive("other", name: "beta/ics")
        try world.expectRefused(other, "which may sign for acme and not for beta")
        try world.b("pack", "trust", "--source", "*", "--policy", "allow")
        try world.expectRefused(other, "which may sign for acme and not for beta")
    }

    @Test func anOlderVersionAndAnotherOfTheSame() throws {
        let newer = try world.archive("newer", version: "1.1.0")
        #expect(try world.b("pack", "install", newer).status == 0)
        try world.expectRefused(archive, "acme/ics 1.0.0 is older than 1.1.0")
        let other = try world.archive("again", version: "1.1.0", more: "title = \"other\"")
        try world.expectRefused(other, "has other contents than the 1.1.0")
        #expect(try world.b("pack", "remove", "acme/ics").status == 0)
        try world.expectRefused(archive, "acme/ics 1.0.0 is older than 1.1.0")
        #expect(try world.b("pack", "install", archive, "--allow-older").status == 0)
    }

    @Test func links() throws {
        try world.expectRefused(
            try hostile("[('a', b'', '2'), ('pack.lua', b'x', '0')]"),
            "'a' is a link; a pack holds files only")
        try world.expectRefused(try hostile("[('a', b'', '1')]"), "'a' is a link")
        try world.expectRefused(try hostile("[('a', b'', '3')]"), "neither a file nor a folder")
        try FileManager.default.createSymbolicLink(
            atPath: world.path("ics/plugins/passwd.lua"), withDestinationPath: "/etc/passwd")
        try world.expectRefused("ics", "ics/plugins/passwd.lua: it is a link")
        #expect(try world.a("pack", "sign", "ics").errors.contains("it is a link"))
    }

    @Test func namesThatLeadOut() throws {
        for name in ["../../escaped", "/tmp/escaped", "a/../../escaped", ".ssh/x", "a\\u001b[2Jx", "a b"] {
            try world.expectRefused(try hostile("[('\(name)', b'x', '0')]"), "is refused: ")
        }
        try world.expectRefused(try hostile("[('a', b'x', '0'), ('a', b'y', '0')]"), "'a' is there twice")
        #expect(!FileManager.default.fileExists(atPath: "/tmp/escaped"))
    }

    /// Ten gigabytes of zeros in ten megabytes: refused at the limit, long before they are unpacked.
    @Test func aBomb() throws {
        try world.python(
            """
            \(Self.writer)
            import struct, zlib
            def deflated(data):
                packer = zlib.compressobj(9, zlib.DEFLATED, -15)
                return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
            with open("bomb.tar.gz", "wb") as out:
                out.write(b"\\x1f\\x8b\\x08\\0\\0\\0\\0\\0\\2\\xff")
                zeros = deflated(bytes(30 << 20))
                for number in range(342):
                    out.write(deflated(head("f%04d" % number, 30 << 20, "0")) + zeros)
            with open("huge.tar.gz", "wb") as out:
                out.write(b"\\x1f\\x8b\\x08\\0\\0\\0\\0\\0\\2\\xff")
                out.write(deflated(head("huge", 8 * 1024 ** 3 - 512, "0")))
                for number in range(273): out.write(zeros)
            """)
        let start = Date()
        try world.expectRefused("bomb.tar.gz", "larger than 256 MB in all")
        try world.expectRefused("huge.tar.gz", "'huge' is larger than 32 MB")
        #expect(Date().timeIntervalSince(start) < 30)
    }

    @Test func aMillionNames() throws {
        try world.python(
            """
            \(Self.writer)
            with gzip.GzipFile("many.tar.gz", "wb", compresslevel=1, mtime=0) as out:
                for first in range(0, 1000000, 1000):
                    out.write(b"".join(head("f%07d" % number, 0, "0") for number in range(first, first + 1000)))
                out.write(bytes(1024))
            """)
        try world.expectRefused("many.tar.gz", "more than 10000 files")
    }

    // MARK: Git

    @Test func repositories() throws {
        try world.makePack("repo")
        try world.system("/usr/bin/git", ["init", "-q", "repo"])
        #expect(try world.a("pack", "sign", "repo", "--tag").status == 0)
        let place = world.path("repo")
        // What a repository brings along for git itself must not run.
        for name in ["post-checkout", "reference-transaction", "post-index-change"] {
            try world.write("repo/.git/hooks/\(name)", "#!/bin/sh\ntouch \(world.path("hooked"))\n")
            try world.system("/bin/chmod", ["+x", "repo/.git/hooks/\(name)"])
        }
        try world.expectRefused("\(place)@v9.0.0", "v9.0.0")
        try world.expectRefused("\(place)@--upload-pack=touch", "is no tag")
        for protocolName in ["ext::sh -c touch% hooked", "http://127.0.0.1/x.git@v1", "git://127.0.0.1/x@v1"]
        {
            try world.expectRefused(protocolName, "packs come by https, ssh, file")
        }
        // A tag that says another version, and a link in the tree.
        try world.system("/usr/bin/git", ["-C", "repo", "-c", "core.hooksPath=/dev/null", "tag", "v3.0.0"])
        try world.expectRefused("\(place)@v3.0.0", "the tag v3.0.0 holds version 1.0.0")
        let result = try world.b("pack", "install", "\(place)@v1.0.0")
        #expect(result.status == 0 && result.output.contains("commit "), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: world.path("hooked")))
        try FileManager.default.createSymbolicLink(
            atPath: world.path("repo/plugins/link.lua"), withDestinationPath: "/etc/passwd")
        try world.system("/usr/bin/git", ["-C", "repo", "-c", "core.hooksPath=/dev/null", "add", "-A"])
        try world.system(
            "/usr/bin/git",
            [
                "-C", "repo", "-c", "core.hooksPath=/dev/null", "-c", "user.name=a", "-c", "user.email=a@x",
                "commit", "-qm", "x",
            ])
        try world.system("/usr/bin/git", ["-C", "repo", "-c", "core.hooksPath=/dev/null", "tag", "linked"])
        try world.expectRefused("\(place)@linked", "plugins/link.lua is a link")
    }

    // MARK: What a pack says when it is tried

    @Test func aPackWhoseTestsFailOrThatCannotBeLoaded() throws {
        try world.makePack("broken")
        try world.write("broken/plugins/ics.lua", "protokoll \"x\" {}\n")
        try world.b("pack", "trust", "--source", world.path("broken"), "--policy", "allow")
        try world.expectRefused("broken", "acme/ics 1.0.0: plugins/ics.lua:1: unknown word 'protokoll'")
        try world.makePack("broken")
        try FileManager.default.createDirectory(
            at: world.scratch.file("broken/tests/one"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: Command.root.appending(path: "examples/first-plugin/tally.pcap"),
            to: world.scratch.file("broken/tests/one/input.pcap"))
        try world.write("broken/tests/one/expect.jsonl", "{\"kind\":\"flow\",\"protocol\":\"ics\"}\n")
        try world.expectRefused("broken", "1 test of its own failed")
        // What is cited is there after the command too.
        let failed = try world.b("pack", "install", "broken")
        #expect(failed.output.contains("FAILED  acme/ics 1.0.0: tests/one  "), "\(failed.output)")
        #expect(!(failed.output + failed.errors).contains("packs/work"), "\(failed.output)\(failed.errors)")
        // It cannot hang the machine either.
        try FileManager.default.removeItem(at: world.scratch.file("broken/tests"))
        try world.write("broken/plugins/ics.lua", "while true do end\n")
        try world.expectRefused("broken", "an endless loop?")
        try world.write("broken/plugins/ics.lua", "os.execute('touch hooked')\n")
        try world.expectRefused("broken", "'os' is not part of this language")
    }

    @Test func policiesOfSources() throws {
        try world.makePack("open")
        try world.expectRefused("open", "acme/ics 1.0.0 is not signed; ask its maker to: offport pack sign")
        try world.b("pack", "trust", "--source", world.path("open"), "--policy", "warn")
        let result = try world.b("pack", "install", "open")
        #expect(
            result.status == 0 && result.errors.contains("warning: acme/ics 1.0.0 is not signed"),
            "\(result.errors)")
        let loaded = try world.b("plugin", "show", "ics")
        #expect(loaded.status == 0 && loaded.errors.contains("warning: acme/ics 1.0.0 is signed by nobody"))
        // A stricter policy counts at the next load.
        try world.b("pack", "trust", "--source", world.path("open"), "--policy", "require")
        #expect(try world.b("plugin", "show", "ics").errors.contains("acme/ics 1.0.0 is not signed"))
        // A rule for a folder is one for the repository in it.
        try world.makePack("repo")
        try world.system("/usr/bin/git", ["init", "-q", "repo"])
        #expect(try world.a("pack", "sign", "repo", "--tag").status == 0)
        try world.b("pack", "trust", "--remove", "acme")
        try world.expectRefused("\(world.path("repo"))@v1.0.0", "which is not trusted")
        try world.b("pack", "trust", "--source", world.path("repo"), "--policy", "warn")
        let tagged = try world.b("pack", "install", "\(world.path("repo"))@v1.0.0")
        #expect(tagged.status == 0, "\(tagged.errors)")
        #expect(
            try world.b("pack", "trust", "--remove", "repo").output
                == "packs from \(world.path("repo")): require, by no rule of their own\n")
        let unknown = try world.b("pack", "trust", "--remove", "repo")
        #expect(unknown.errors.contains("no key and no source is called 'repo'"), "\(unknown.errors)")
    }
}

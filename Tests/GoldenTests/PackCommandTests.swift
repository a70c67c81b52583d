import Foundation
import Testing

/// Packs as teams use them: shared, verified at every load, chosen among, brought back.
@Suite struct PackCommandTests {
    // MARK: Sharing

    @Test func whyKeysCannotBeWrittenIsSaidWithThePathAsItIs() throws {
        let scratch = try Scratch()
        let file = try scratch.write("home", "a file")
        let result = try Command.run(
            ["pack", "keygen", "acme", "--no-password"], environment: ["OFFPORT_HOME": file])
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("\(file)/keys: ") && !result.errors.contains("//"))
    }

    /// The script of `examples/sharing`: two teams, fewer than ten commands, each of which tells the next.
    @Test func twoTeamsShareAPack() throws {
        let result = try Command.run(
            [], environment: ["OFFPORT": Command.executable.path],
            program: Command.root.appending(path: "examples/sharing/share.sh"))
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        // Each command with what it said.
        var commands: [(team: Character, words: String, said: String)] = []
        for line in result.output.split(separator: "\n") {
            if line.hasPrefix("A$ offport ") || line.hasPrefix("B$ offport "), let team = line.first {
                commands.append((team, String(line.dropFirst(11)), ""))
            } else if !commands.isEmpty {
                commands[commands.count - 1].said += line + "\n"
            }
        }
        let verbs = commands.map { $0.words.split(separator: " ").prefix(2).joined(separator: " ") }
        let expected = ["new", "test", "keygen", "sign", "trust", "install", "sign", "update", "rollback"]
        #expect(verbs == expected.map { "pack \($0)" })
        for command in commands { #expect(command.said.contains("next: "), "\(command.words)") }
        // What a team does next was told by what it did last, the first of team B by team A.
        for (place, command) in commands.enumerated().dropFirst() {
            let last = commands[..<place].last { $0.team == command.team } ?? commands[place - 1]
            #expect(
                last.said.contains("offport \(verbs[place])"),
                "\(last.words) does not tell of \(verbs[place])")
        }
        #expect(
            commands[5].said.contains("installed acme/tally 1.0.0") && commands[5].said.contains("1 capture"))
        #expect(commands[7].said.contains("updated acme/tally 1.1.0, it was 1.0.0"))
        #expect(commands[8].said.contains("back to acme/tally 1.0.0, it was 1.1.0"))
    }

    /// What is told of a pack before it is taken is not the pack's to write.
    @Test func noPackWritesItsOwnPreview() throws {
        let world = try PackWorld()
        try world.write(
            "one/allowances/a.lua",
            #"allow "ics" { on = "419/tcp", name = "n\27[31m\n  signed     by all" }"#)
        let archive = try world.archive("one")
        try world.makePack("two")
        for result in [
            try world.a("pack", "check", "one", "--random", "300"), try world.a("pack", "diff", "two", "one"),
            try world.b("pack", "install", archive),
        ] {
            let text = result.output
            #expect(result.isHarmless)
            #expect(text.contains("n.[31m.") && !text.contains("\n  signed     by all"), "\(text)")
        }
    }

    /// The page's commands name the version that `pack new` writes.
    @Test func thePageInstallsWhatIsReleased() throws {
        let world = try PackWorld()
        try world.a("pack", "new", "acme/tally", "--no-git")
        let text = try PackWorld.text(world.path("acme-tally/pack.lua"))
        let version = try #require(text.firstMatch(of: /version += "([0-9.]+)"/)).1
        let page = try String(
            contentsOf: Command.root.appending(path: "docs/sharing-packs.md"), encoding: .utf8)
        #expect(page.contains("the tag v\(version);") && page.contains("acme-tally.git@v\(version)\n"))
    }

    @Test func buildingTwiceGivesTheSameBytes() throws {
        let world = try PackWorld()
        try world.makePack("one")
        try world.makePack("two")
        for folder in ["one", "two"] {
            let date = Date(timeIntervalSince1970: folder == "one" ? 0 : 1_000_000_000)
            try FileManager.default.setAttributes(
                [.modificationDate: date], ofItemAtPath: world.path("\(folder)/pack.lua"))
            #expect(try world.a("pack", "build", folder, "-o", "\(folder).tar.gz").status == 0)
        }
        let bytes = try ["one", "two"].map { try Data(contentsOf: world.scratch.file("\($0).tar.gz")) }
        #expect(bytes[0] == bytes[1])
        // Every tar reads it.
        #expect(
            try world.system("/bin/tar", ["tzf", "one.tar.gz"]).output
                == "MANIFEST\npack.lua\nplugins/ics.lua\n")
    }

    /// Without a word the current folder is meant; what is written there would be a file of the next archive.
    @Test func anArchiveIsNotBuiltIntoItsOwnPack() throws {
        let world = try PackWorld()
        try world.makePack("ics")
        var archives: [Data] = []
        for _ in 0..<2 {
            let built = try world.run("a", ["pack", "build"], in: "ics")
            #expect(
                built.output.hasPrefix("wrote ../acme-ics-1.0.0.tar.gz: acme/ics 1.0.0, 2 files, "),
                "\(built.output)\(built.errors)")
            archives.append(try Data(contentsOf: world.scratch.file("acme-ics-1.0.0.tar.gz")))
        }
        #expect(archives[0] == archives[1])
        let inside = try world.a("pack", "build", "ics", "-o", "ics/plugins/x.tar.gz")
        #expect(
            inside.status == 1
                && inside.errors.contains("lies in the pack itself")
                && inside.errors.contains("write it to ics/../acme-ics-1.0.0.tar.gz"), "\(inside.errors)")
        #expect(!FileManager.default.fileExists(atPath: world.path("ics/plugins/x.tar.gz")))
        let source = try Data(contentsOf: world.scratch.file("ics/pack.lua"))
        let bundled = try world.a("pack", "bundle", "ics", "-o", "ics/pack.lua")
        #expect(
            bundled.status == 1 && bundled.errors.hasPrefix("ics/pack.lua: lies in the pack itself")
                && bundled.errors.contains("write it to ics/../pack.lua"), "\(bundled.errors)"
        )
        #expect(try Data(contentsOf: world.scratch.file("ics/pack.lua")) == source)
    }

    /// A shell has made the file that standard output is led into before the pack is read.
    @Test(arguments: ["build", "bundle"]) func noArchiveIsLedIntoItsOwnPack(_ word: String) throws {
        let world = try PackWorld()
        try world.makePack("ics")
        func run(_ file: String) throws -> String {
            let offport = "OFFPORT_HOME='\(world.path("a"))' '\(Command.executable.path)'"
            let command = "cd ics && \(offport) pack \(word) . -o - > \(file); echo $?"
            let result = try world.system("/bin/sh", ["-c", command])
            return result.output + result.errors
        }
        let inside = try run("plugins/x.tar.gz")
        #expect(inside.hasPrefix("1\nstandard output: lies in the pack itself"), "\(inside)")
        #expect(try Data(contentsOf: world.scratch.file("ics/plugins/x.tar.gz")).isEmpty)
        try FileManager.default.removeItem(atPath: world.path("ics/plugins/x.tar.gz"))
        #expect(try run("../x.tar.gz") == "0\n")
    }

    /// Who has a pack cannot rename its files; who makes it is told in time, with or without a list.
    @Test func filesOfOneNameAreNotGivenToOthers() throws {
        let world = try PackWorld()
        try world.standAlone()
        try world.makePack("ics")
        try world.a("pack", "sign", "ics")
        try world.write("ics/plugins/more/ics.lua", PackWorld.plugin("other"))
        // Whoever may declare what others do not keeps its name.
        try world.write("ics/allowances/ics.lua", "")
        let told =
            "ics/plugins/more/ics.lua: has the name of plugins/ics.lua, and who disables or accepts it means both"
        for words in [["build"], ["sign"], ["check", "--random", "0"]] {
            let result = try world.run("a", ["pack", words[0], "ics"] + words.dropFirst())
            #expect(result.status == 1, "\(words)")
            #expect((result.output + result.errors).contains(told), "\(result.output)\(result.errors)")
        }
    }

    /// A mistyped name costs no policy, no capture, and not what is known of the packs that are installed.
    @Test(arguments: [
        (["lock"], "lock for others"), (["build", "ics", "-o"], "archive of packs"),
        (["bundle", "ics", "-o"], "archive of packs"),
    ])
    func onlyWhatIsOfTheSameKindIsReplaced(_ words: [String], _ kind: String) throws {
        let world = try PackWorld()
        try world.standAlone()
        #expect(try world.b("pack", "install", try world.archive("ics")).status == 0)
        try world.write("site.lua", "forbid \"telnet\" { }\n")
        try world.copy("\(Command.goldens)/100-ftp-servers.pcap.gz", to: "a.pcap.gz")
        try FileManager.default.createSymbolicLink(
            atPath: world.path("link"), withDestinationPath: "site.lua")
        for (name, told) in [
            ("site.lua", "is no \(kind)"), ("a.pcap.gz", "is no \(kind)"),
            ("b/packs/packs.lock", "is no \(kind)"), ("link", "it is a link"),
        ] {
            let before = try Data(contentsOf: world.scratch.file(name))
            let result = try world.run("b", ["pack"] + words + [name])
            #expect(result.status == 1 && result.errors.hasPrefix("\(name): \(told)"), "\(result.errors)")
            #expect(try Data(contentsOf: world.scratch.file(name)) == before)
        }
        let target = try FileManager.default.destinationOfSymbolicLink(atPath: world.path("link"))
        #expect(target == "site.lua")
        // Nothing is lost with what has nothing in it, and the same can be written again.
        try world.write("new", "")
        for _ in 0..<2 {
            let result = try world.run("b", ["pack"] + words + ["new"])
            #expect(result.status == 0, "\(result.errors)")
        }
    }

    /// A file that cannot be written is told by its own name, and nothing is left behind.
    @Test(arguments: [["lock"], ["build", "ics", "-o"], ["bundle", "ics", "-o"]])
    func whatCannotBeWritten(_ words: [String]) throws {
        let world = try PackWorld()
        try world.standAlone()
        try world.makePack("ics")
        func names() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: world.path(".")).sorted()
        }
        let before = try names()
        let lost = try world.run("b", ["pack"] + words + ["nodir/x"])
        #expect(lost.status == 1 && lost.errors == "nodir/x: No such file or directory\n", "\(lost.errors)")
        let empty = try world.run("b", ["pack"] + words + [""])
        #expect(empty.status == 2 && empty.errors.contains("it names no file"), "\(empty.errors)")
        #expect(try names() == before)
    }

    /// An archive may go to another program: nothing else is written there, and no file of that name.
    @Test(arguments: [("build", "plugins/ics.lua"), ("bundle", "archives/acme-ics-1.0.0.tar.gz")])
    func anArchiveForAPipe(_ word: String, _ file: String) throws {
        let world = try PackWorld()
        try world.standAlone()
        try world.makePack("ics")
        let command =
            "OFFPORT_HOME='\(world.path("b"))' '\(Command.executable.path)' pack \(word) ics -o - | tar tzf -"
        let listed = try world.system("/bin/sh", ["-c", command])
        #expect(listed.output.split(separator: "\n").contains(file[...]), "\(listed.output)")
        #expect(listed.errors.isEmpty, "\(listed.errors)")
        #expect(!FileManager.default.fileExists(atPath: world.path("-")))
    }

    /// What is to be done next can be pasted into a shell.
    @Test func hintsAreQuoted() throws {
        let world = try PackWorld()
        let archive = try world.archive("ics")
        try FileManager.default.createDirectory(
            at: world.scratch.file("our packs"), withIntermediateDirectories: true)
        try FileManager.default.moveItem(
            at: world.scratch.file(archive), to: world.scratch.file("our packs/\(archive)"))
        let indexed = try world.a("pack", "index", "our packs")
        #expect(indexed.errors.contains("offport pack install acme/ics --index 'our packs', or its https://"))
    }

    /// What is there for another Offport only is named with what it needs.
    @Test func aVersionForAnotherOffportIsNamed() throws {
        let world = try PackWorld()
        try FileManager.default.createDirectory(
            at: world.scratch.file("site"), withIntermediateDirectories: true)
        let file = try world.archive("n", name: "acme/n", more: "needs = \"offport >= 9\"")
        try FileManager.default.moveItem(
            at: world.scratch.file(file), to: world.scratch.file("site/\(file)"))
        #expect(try world.a("pack", "index", "site").status == 0)
        let refused = try world.b("pack", "install", "acme/n", "--index", "site")
        #expect(refused.status == 1 && refused.output.isEmpty)
        #expect(
            refused.errors.contains(
                "no version of acme/n fits: you ask for *; there is 1.0.0 (needs offport >= 9, and this is offport "
            ),
            "\(refused.errors)")
    }

    /// What no Offport can read is neither tested nor signed: nobody could install it.
    @Test(arguments: [
        ("needs = \"banana\"", "ics/pack.lua: needs \"banana\" cannot be read: write \"offport >= "),
        (
            "depends = { [\"acme/base\"] = \"banana\" }",
            "ics/pack.lua: depends on acme/base \"banana\", which is no range: write \"^1.0\""
        ),
    ])
    func whatAPackAsksForMustBeReadable(_ words: String, _ mistake: String) throws {
        let world = try PackWorld()
        try world.standAlone()
        try world.makePack("ics", more: words)
        for command in [["check", "ics", "--random", "0"], ["test", "ics"], ["sign", "ics"]] {
            let result = try world.run("a", ["pack"] + command)
            #expect(result.status == 1, "\(command)")
            #expect((result.output + result.errors).contains(mistake), "\(command): \(result.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: world.path("ics/MANIFEST")))
    }

    @Test func indexesBundlesAndLocks() throws {
        let world = try PackWorld()
        try FileManager.default.createDirectory(
            at: world.scratch.file("site"), withIntermediateDirectories: true)
        for (name, version, more) in [
            ("acme/base", "1.0.0", ""), ("acme/base", "1.1.0", ""), ("acme/base", "2.0.0", ""),
            ("acme/ics", "1.0.0", "depends = { [\"acme/base\"] = \"^1.0\" }"),
        ] {
            let file = try world.archive(
                name.replacing("/", with: "-") + version, name: name, version: version, more: more)
            try FileManager.default.moveItem(
                at: world.scratch.file(file), to: world.scratch.file("site/\(file)"))
        }
        #expect(try world.a("pack", "index", "site").status == 0)
        let installed = try world.b("pack", "install", "acme/ics@^1.0", "--index", "site")
        #expect(installed.status == 0, "\(installed.errors)")
        #expect(installed.output.contains("installed acme/base 1.1.0\ninstalled acme/ics 1.0.0\n"))
        let conflict = try world.b("pack", "install", "acme/base@^2.0", "--index", "site")
        #expect(
            conflict.status == 1 && conflict.errors.contains("acme/ics 1.0.0 needs ^1.0"),
            "\(conflict.errors)")
        #expect(conflict.errors.contains("you ask for ^2.0"))
        #expect(
            try world.b("pack", "remove", "acme/base").errors.contains("acme/ics 1.0.0 depends on acme/base"))

        // Elsewhere, without the index.
        #expect(
            try world.b("pack", "bundle", "-o", "all.tar.gz").output.contains(
                "acme/base 1.1.0, acme/ics 1.0.0"))
        #expect(try world.b("pack", "lock", "packs.lock").status == 0)
        try world.run("c", ["pack", "trust", "acme", world.key])
        let carried = try world.run("c", ["pack", "install", "all.tar.gz"])
        #expect(
            carried.status == 0 && carried.output.contains("installed acme/ics 1.0.0"), "\(carried.errors)")
        // To the last byte, by the lock.
        try world.run("d", ["pack", "trust", "acme", world.key])
        let locked = try world.run("d", ["pack", "install", "--lock", "packs.lock"])
        #expect(locked.status == 0, "\(locked.errors)")
        #expect(try world.run("d", ["pack", "lock", "-"]).output == PackWorld.text(world.path("packs.lock")))
        // An archive that the index does not mean.
        try Data("x".utf8).write(to: world.scratch.file("site/acme-ics1.0.0-1.0.0.tar.gz"))
        try world.run("e", ["pack", "trust", "acme", world.key])
        let bad = try world.run("e", ["pack", "install", "acme/ics", "--index", "site"])
        #expect(
            bad.status == 1 && bad.errors.contains("is not the archive that the index lists"), "\(bad.errors)"
        )
    }

    /// What is missing is told where the bundle is made, not where it is carried to.
    @Test func aBundleBringsWhatItDependsOn() throws {
        let world = try PackWorld()
        try world.standAlone()
        let base = try world.archive("base", name: "acme/base")
        let ics = try world.archive("ics", more: "depends = { [\"acme/base\"] = \"^1.0\" }")
        let alone = try world.a("pack", "bundle", ics, "-o", "b.tar.gz")
        #expect(
            alone.status == 1
                && alone.errors.contains("acme/ics 1.0.0 depends on acme/base, which is not installed here"),
            "\(alone.output)\(alone.errors)")
        #expect(!FileManager.default.fileExists(atPath: world.path("b.tar.gz")))
        let both = try world.a("pack", "bundle", ics, base, "-o", "b.tar.gz")
        #expect(both.output.contains("acme/base 1.0.0, acme/ics 1.0.0"), "\(both.errors)")
        let older = try world.archive("older", name: "acme/base", version: "0.9.0")
        #expect(
            try world.a("pack", "bundle", ics, older, "-o", "b.tar.gz").errors.contains(
                "acme/ics 1.0.0 needs acme/base ^1.0, and 0.9.0 would come with it"))
    }

    @Test func anIndexLeavesStrayArchivesOut() throws {
        let world = try PackWorld()
        try world.standAlone()
        let file = try world.archive("ics")
        try world.write("site/stray.tar.gz", "no archive")
        try FileManager.default.moveItem(
            at: world.scratch.file(file), to: world.scratch.file("site/\(file)"))
        let result = try world.a("pack", "index", "site")
        #expect(result.status == 1 && result.output.contains("acme/ics 1.0.0"), "\(result.output)")
        #expect(result.errors.contains("site/stray.tar.gz"), "\(result.errors)")
        #expect(try world.b("pack", "install", "acme/ics", "--index", "site").status == 0)
    }

    /// What a tag would hold is what was signed, or there is no tag.
    @Test func aTagHoldsWhatWasSigned() throws {
        let world = try PackWorld()
        try world.standAlone()
        try world.makePack("ics")
        try world.system("/usr/bin/git", ["init", "-q", "ics"])
        func sign() throws -> Command.Result { try world.a("pack", "sign", "ics", "--tag") }
        func tags() throws -> String { try world.system("/usr/bin/git", ["-C", "ics", "tag"]).output }
        try world.write("ics/.gitignore", "*.log\n")
        try world.write("ics/notes.log", "x\n")
        let ignored = try sign()
        #expect(ignored.status == 1)
        #expect(ignored.errors.contains("git ignores notes.log"), "\(ignored.errors)")
        try FileManager.default.removeItem(at: world.scratch.file("ics/notes.log"))
        let plugin = try PackWorld.text(world.path("ics/plugins/ics.lua"))
        try world.write("ics/plugins/ics.lua", plugin.replacing("\n", with: "\r\n"))
        try world.write("ics/.gitattributes", "*.lua text=auto\n")
        let changed = try sign()
        #expect(changed.status == 1)
        #expect(changed.errors.contains("git changes plugins/ics.lua"), "\(changed.errors)")
        #expect(try tags().isEmpty)
        // As it was told to do.
        try world.write("ics/.gitattributes", "* -text\n")
        let signed = try sign()
        #expect(signed.status == 0, "\(signed.errors)")
        #expect(try tags() == "v1.0.0\n")
        let installed = try world.b("pack", "install", "\(world.path("ics"))@v1.0.0")
        #expect(installed.status == 0, "\(installed.errors)")
    }

    /// A tag cannot be used again, so what fails its own tests gets none.
    @Test func aTagWaitsForTheCaptures() throws {
        let world = try PackWorld()
        try world.standAlone()
        try world.makePack("ics")
        try world.system("/usr/bin/git", ["init", "-q", "ics"])
        try world.copy("examples/first-plugin/tally.pcap", to: "ics/tests/one/input.pcap")
        try world.write("ics/tests/one/expect.jsonl", #"{"kind":"flow","protocol":"ics"}"# + "\n")
        let refused = try world.a("pack", "sign", "ics", "--tag")
        #expect(refused.status == 1 && refused.output.contains("0 of 1 records as expected"))
        #expect(refused.errors.contains("1 test of its own failed; not signed"), "\(refused.errors)")
        #expect(try world.system("/usr/bin/git", ["-C", "ics", "tag"]).output.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: world.path("ics/MANIFEST")))
        try world.write("ics/tests/one/expect.jsonl", #"{"kind":"flow","protocol":null}"# + "\n")
        #expect(try world.a("pack", "sign", "ics", "--tag").output.contains("tagged v1.0.0"))
    }

    /// What others are loaded says nothing of a pack: its captures are read beside what it depends on alone.
    @Test func aCaptureGivesTheSameEverywhere() throws {
        let world = try PackWorld()
        try world.standAlone()
        try world.makePack("ics")
        let tally = try PackWorld.text(Command.root.appending(path: "examples/sharing/tally-1.0.0.lua").path)
        try world.write("ics/plugins/ics.lua", tally.replacing("6117/tcp", with: "7000/tcp"))
        try world.copy("examples/first-plugin/tally.pcap", to: "ics/tests/one/input.pcap")
        #expect(try world.a("pack", "test", "ics", "--rewrite").status == 0)
        #expect(try PackWorld.text(world.path("ics/tests/one/expect.jsonl")).contains("unassigned"))
        // Here somebody else owns the port.
        try world.makePack("plugins/other", name: "acme/other")
        let test = try world.a("pack", "test", "ics")
        #expect(test.status == 0, "\(test.output)\(test.errors)")
        #expect(try world.a("pack", "sign", "ics").status == 0)
        let installed = try world.b("pack", "install", "ics")
        #expect(installed.status == 0, "\(installed.output)\(installed.errors)")
        // What it depends on is there.
        try world.makePack("ics", more: "depends = { [\"acme/other\"] = \"^1.0\" }")
        try world.write("ics/plugins/ics.lua", tally.replacing("6117/tcp", with: "7000/tcp"))
        let beside = try world.a("pack", "test", "ics")
        #expect(beside.status == 1)
        #expect(beside.output.contains("class is \"impersonation\""), "\(beside.output)")
    }

    /// The advice for a damaged pack helps, wherever it came from; no list lists its own signature.
    @Test(arguments: [true, false], ["plugins/ics.lua", "MANIFEST.minisig"])
    func aDamagedPackIsInstalledAgain(fromIndex: Bool, lost: String) throws {
        let world = try PackWorld()
        try world.standAlone()
        let file = try world.archive("ics")
        try world.write("site/README", "")
        try FileManager.default.moveItem(
            at: world.scratch.file(file), to: world.scratch.file("site/\(file)"))
        #expect(try world.a("pack", "index", "site").status == 0)
        let words = fromIndex ? ["acme/ics", "--index", "site"] : ["site/\(file)"]
        #expect(try world.run("b", ["pack", "install"] + words).status == 0)
        let damaged = try #require(world.stored().first { $0.hasSuffix(lost) })
        try FileManager.default.removeItem(atPath: world.path("b/packs/\(damaged)"))
        let refused = try world.b("pack", "list").errors
        let row = try world.b("pack", "list", "--format", "json").output
        #expect(
            row.contains(#""signed":"unknown""#) && row.contains(#""reason":"acme/ics 1.0.0"#), "\(row)")
        let advice = try #require(refused.firstRange(of: "install it again: offport ")?.upperBound)
        let line = refused[advice...].prefix { !$0.isNewline }
        let result = try world.run("b", line.split(separator: " ").map(String.init))
        #expect(
            result.status == 0 && result.output.contains("installed acme/ics 1.0.0 again"),
            "\(line): \(result.output)\(result.errors)")
        #expect(try world.b("pack", "list").status == 0)
        #expect(try world.b("plugin", "show", "ics").status == 0)
    }

    /// What does not run is not counted as holding.
    @Test func testsThatCannotRunFail() throws {
        let world = try PackWorld()
        try world.standAlone()
        try world.makePack("ics")
        func test(_ flags: String...) throws -> Command.Result {
            try world.run("a", ["pack", "test", "ics"] + flags)
        }
        let capture = try Data(contentsOf: Command.root.appending(path: "examples/lab/telnet.pcap"))
        try world.write("ics/tests/hello/capture.pcap", "")
        try capture.write(to: world.scratch.file("ics/tests/hello/capture.pcap"))
        let misnamed = try test()
        #expect(misnamed.status == 1 && misnamed.output.contains("no input.pcap"), "\(misnamed.output)")
        #expect(try world.a("pack", "check", "ics", "--random", "0").output.contains("no input.pcap"))
        try FileManager.default.moveItem(
            at: world.scratch.file("ics/tests/hello/capture.pcap"),
            to: world.scratch.file("ics/tests/hello/input.pcap"))
        // In a signed pack too, the advice for a missing expectation works.
        #expect(try world.a("pack", "sign", "ics").status == 0)
        #expect(try test().output.contains("offport pack test --rewrite writes it"))
        let rewritten = try test("--rewrite")
        #expect(rewritten.status == 0, "\(rewritten.output)\(rewritten.errors)")
        try world.write("ics/tests/hello/policy.lua", "allow \"tlenet\" { on = 5 }\n")
        let policy = try test()
        #expect(policy.status == 1 && policy.output.contains("policy.lua:1: "), "\(policy.output)")
    }

    @Test func differencesOfTwoVersions() throws {
        let world = try PackWorld()
        try world.makePack("old")
        try world.makePack("new", version: "1.1.0")
        try world.write("new/plugins/more.lua", PackWorld.plugin("more"))
        let result = try world.a("pack", "diff", "old", "new")
        #expect(
            result.status == 1 && result.output.hasPrefix("acme/ics 1.0.0 -> acme/ics 1.1.0\n"),
            "\(result.errors)")
        for line in ["+ file plugins/more.lua", "~ file pack.lua", "+ protocol more 6117/tcp"] {
            #expect(result.output.contains(line + "\n"), "\(result.output)")
        }
        #expect(try world.a("pack", "diff", "old", "old").output == "acme/ics 1.0.0: nothing differs\n")
    }

    @Test func whatAPacksFilesShareTravelsWithIt() throws {
        let world = try PackWorld()
        try world.makePack("ics")
        try world.write("ics/lib/words.lua", "return { first = \"ics one\" }\n")
        let plugin = PackWorld.plugin("ics").replacing(
            "client = starts \"ics one\"", with: "client = starts(words.first)")
        try world.write("ics/plugins/ics.lua", "local words = require \"words\"\n" + plugin)
        #expect(try world.a("pack", "build", "ics", "-o", "ics.tar.gz").status == 0)
        #expect(try world.a("pack", "sign", "ics.tar.gz").status == 0)
        let installed = try world.b("pack", "install", "ics.tar.gz")
        #expect(installed.status == 0, "\(installed.errors)")
        #expect(try world.b("plugin", "show", "ics").output.contains("starts \"ics one\""))
        let library = try #require(world.stored().first { $0.hasSuffix("lib/words.lua") })
        try world.write("b/packs/\(library)", "return { first = \"ics two\" }\n")
        #expect(
            try world.b("plugin", "show", "ics").errors.contains("lib/words.lua is not what MANIFEST lists"))
    }

    /// The installed version is set aside for the one that is worked on, and for an update that is tried.
    @Test func theNextVersionBesideTheInstalledOne() throws {
        let world = try PackWorld(trusts: false)
        func release(_ version: String) throws {
            try world.makePack("ics", version: version, more: "depends = { [\"offport/core\"] = \"^1.0\" }")
            try world.write("ics/tests/hello/input.pcap", "")
            let capture = Command.root.appending(path: "examples/lab/telnet.pcap")
            try Data(contentsOf: capture).write(to: world.scratch.file("ics/tests/hello/input.pcap"))
            try world.write("ics/tests/hello/expect.jsonl", #"{"kind":"flow","protocol":"telnet"}"# + "\n")
        }
        try world.a("pack", "trust", "acme", world.key)
        try release("1.0.0")
        #expect(try world.a("pack", "sign", "ics").status == 0)
        #expect(try world.a("pack", "install", "ics").status == 0)
        try release("1.1.0")
        for words in [
            ["pack", "test", "ics"], ["pack", "check", "ics", "--random", "0"], ["pack", "sign", "ics"],
            ["plugin", "test", "ics"], ["pack", "update"],
        ] {
            let result = try world.run("a", words)
            let said = result.output + result.errors
            #expect(result.status == 0 && !said.contains("two plugins"), "\(words): \(said)")
        }
        #expect(try world.a("pack", "list").output.contains("acme/ics  1.1.0"))
    }

    /// Who stands in a pack's folder works on that pack: it counts, and not what is installed of its name.
    @Test func commandsInAPacksOwnFolder() throws {
        let world = try PackWorld(trusts: false)
        try world.a("pack", "trust", "acme", world.key)
        try world.makePack("ics")
        let capture = Command.root.appending(path: "examples/lab/telnet.pcap").path
        func expectQuiet(_ words: [String]) throws -> Command.Result {
            let result = try world.run("a", words, in: "ics")
            let said = result.output + result.errors
            #expect(result.status == 0, "\(words): \(said)")
            for word in ["two plugins", "MANIFEST lists"] {
                #expect(!said.contains(word), "\(words): \(said)")
            }
            return result
        }
        for words in [
            ["pack", "test"], ["pack", "check", "--random", "0"], ["pack", "sign"], ["pack", "install", "."],
        ] { _ = try expectQuiet(words) }
        try world.makePack("ics", version: "1.1.0")
        for words in [
            ["pack", "test"], ["pack", "check", "--random", "0"], ["run", "-r", capture],
            ["plugin", "check", "plugins/ics.lua", "--random", "0"],
        ] { _ = try expectQuiet(words) }
        let rows = try expectQuiet(["plugin", "list"]).output.split(separator: "\n").filter {
            $0.hasPrefix("ics ")
        }
        #expect(rows.count == 1 && rows[0].hasSuffix("1.1.0"), "\(rows)")
        try world.write("ics/plugins/more.lua", "protokoll \"x\" {}\n")
        let refused = try world.run("a", ["pack", "test"], in: "ics")
        #expect(
            refused.output.hasPrefix("acme/ics/plugins/more.lua:1: unknown word"), "\(refused.output)")
    }

    /// Who looks into somebody's pack has not taken up what it offers; naming it, or its file, does.
    @Test func allowancesRestInAPacksOwnFolder() throws {
        let world = try PackWorld(trusts: false)
        try world.makePack("ics")
        try world.write("ics/allowances/a.lua", "allow \"ssh\" { on = \"2222/tcp\", name = \"SSH alt\" }\n")
        let capture = Command.root.appending(path: "examples/lab/ssh-on-22-2222-8080.pcap").path
        func offport(_ words: [String]) throws -> Command.Result {
            let result = try world.run("a", words + ["-r", capture], in: "ics")
            #expect(result.status == 0 && result.errors.isEmpty, "\(words): \(result.errors)")
            return result
        }
        func allowed(_ policy: [String]) throws -> Bool {
            try offport(["run", "--json", "-"] + policy).records.contains { $0.standing == "allowed" }
        }
        #expect(try !allowed([]))
        #expect(try allowed(["--policy", "."]))
        let told = try offport(["run", "--policy", "allowances/a.lua"]).output
        #expect(told.components(separatedBy: "SSH alt  ssh on 2222/tcp").count == 2, "\(told)")
        for new in ["allowances/a.lua", "allowances", ".", world.path("ics")] {
            let difference = try offport(["policy", "diff", "none", new]).output
            #expect(difference.contains("allowed: SSH alt"), "\(new): \(difference)")
            let checked = try offport(["policy", "check", new]).output
            #expect(checked.contains("1 file, 1 allowance: "), "\(new): \(checked)")
            #expect(!checked.contains("shadowed"), "\(new): \(checked)")
        }
    }

    /// What is odd about a pack is for who makes or takes it; who uses it can change nothing of it.
    @Test func anUnknownKeyIsToldOnce() throws {
        let world = try PackWorld()
        let told = "pack has no field 'lisence'"
        let archive = try world.archive("ics", more: "lisence = \"MIT\"")
        let checked = try world.a("pack", "check", "ics", "--random", "0")
        #expect(
            checked.status == 0 && checked.output.contains("ics/pack.lua:1: warning: declaration")
                && checked.output.contains(told), "\(checked.output)")
        #expect(try world.a("pack", "test", "ics").errors.contains("warning: ics/pack.lua:1: \(told)"))
        let installed = try world.b("pack", "install", archive)
        #expect(installed.status == 0 && installed.errors.contains(told), "\(installed.errors)")
        #expect(try !world.b("plugin", "show", "ics").errors.contains(told))
        // A pack that rests has nothing to say wherever it lies.
        try world.makePack("plugins/rest", name: "acme/rest", more: "optional = true, lisence = \"MIT\"")
        #expect(try !world.b("plugin", "show", "ics").errors.contains(told))
        let named = try world.b("plugin", "show", "ics", "--plugins", "plugins/rest", "--plugins", "ics")
        #expect(named.errors.contains(told), "\(named.errors)")
    }

    @Test func anOptionalPackIsUsedByItsName() throws {
        let world = try PackWorld()
        let installed = try world.b("pack", "install", try world.archive("ics", more: "optional = true"))
        #expect(installed.output.contains("until your policy says: use \"acme/ics\""))
        #expect(
            installed.errors.contains("next: offport run --use acme/ics, or use \"acme/ics\" in a policy;")
                && !installed.errors.contains("loaded now"), "\(installed.errors)")
    }

    /// A policy accepts all that `allowances/` says, so all of it is shown.
    @Test func allThatAPolicyWouldAcceptIsShown() throws {
        let world = try PackWorld()
        try world.makePack("old")
        try world.write(
            "new/allowances/plants.lua",
            """
            allow "ics" { on = "6200/tcp", name = "Depot" }
            expected "ics" { "7000/tcp", "7001/tcp" }
            forbid "telnet" { reason = "no" }
            servers "dns" { "10.0.0.2" }
            site { networks = { "10.77.0.0/24" } }
            baseline { learn = "2d" }

            """)
        let archive = try world.archive("new", version: "1.1.0")
        let installed = try world.b("pack", "install", archive).output
        for row in [
            "allowances  1: \"Depot\" ics on 6200/tcp\n", "expected    1: ics on 7000/tcp 7001/tcp\n",
            "forbids     1: telnet (high)\n", "servers     1: dns 10.0.0.2/32\n",
            "site        1: without a name 10.77.0.0/24\n",
            "baseline    1: new services learns 2 d, quiet 30 d\n",
            "they rest until your policy says: accept \"acme/ics\"\n",
        ] { #expect(installed.contains(row), "\(row)\(installed)") }
        let difference = try world.a("pack", "diff", "old", "new").output
        for line in [
            "+ allowance Depot ics on 6200/tcp", "+ expected ics on 7000/tcp 7001/tcp",
            "+ forbid telnet (high)",
        ] {
            #expect(difference.contains(line + "\n"), "\(difference)")
        }
    }

    /// What cannot be read says nothing of what is installed.
    @Test(arguments: ["packs/packs.lock", "trust"]) func aFileThatCannotBeRead(name: String) throws {
        let world = try PackWorld()
        #expect(try world.b("pack", "install", try world.archive("ics")).status == 0)
        try world.write("b/\(name)", name == "trust" ? "hello\n" : "")
        let listed = try world.b("pack", "list")
        #expect(listed.status == 1 && listed.output.isEmpty, "\(listed.output)")
        #expect(listed.errors.hasPrefix(world.path("b/\(name)")), "\(listed.errors)")
        #expect(try world.b("pack", "install", try world.archive("other", version: "0.9.0")).status == 1)
    }

    /// An edited copy of a pack that comes with Offport is tried in the place of that one.
    @Test func aCopyOfAShippedPackIsTriedInItsPlace() throws {
        let world = try PackWorld(trusts: false)
        try world.makePack("plugins/core", name: "offport/core")
        try world.makePack("copy", name: "offport/core", version: "2.0.0")
        let result = try world.a("pack", "test", "copy")
        #expect(result.status == 0 && result.errors.hasPrefix("next: "), "\(result.output)\(result.errors)")
    }

    // MARK: Verified at every load

    @Test(arguments: [
        ["run", "-r", "CAPTURE"], ["plugin", "check", "--random", "0"], ["plugin", "test"],
        ["plugin", "list"],
        ["services", "-r", "CAPTURE"], ["explain", "-r", "CAPTURE"], ["pack", "list"], ["pack", "verify"],
    ])
    func whatIsSwappedAfterwardsIsRefusedOnEveryWay(words: [String]) throws {
        let world = try PackWorld()
        try world.standAlone()
        #expect(try world.b("pack", "install", try world.archive("ics")).status == 0)
        let capture = Command.root.appending(path: "examples/lab/telnet.pcap").path
        let arguments = words.map { $0 == "CAPTURE" ? capture : $0 }
        // Remarks are results, problems of loading are messages.
        func said() throws -> String {
            let result = try world.run("b", arguments)
            return result.errors + result.output
        }
        #expect(try !said().contains("MANIFEST"))
        let plugin = try #require(world.stored().first { $0.hasSuffix("plugins/ics.lua") })
        let original = try PackWorld.text(world.path("b/packs/\(plugin)"))
        try world.write("b/packs/\(plugin)", original.replacing("6117", with: "6118"))
        let bad = try said()
        #expect(bad.contains("plugins/ics.lua is not what MANIFEST lists: it was changed"), "\(bad)")
        #expect(bad.contains("offport pack install"), "\(bad)")
        // A file more, and no list.
        try world.write("b/packs/\(plugin)", original)
        let folder = plugin.dropLast("plugins/ics.lua".count)
        try world.write("b/packs/\(folder)plugins/more.lua", "-- more\n")
        #expect(try said().contains("plugins/more.lua is not in MANIFEST"))
        try FileManager.default.removeItem(atPath: world.path("b/packs/\(folder)MANIFEST"))
        #expect(try said().contains("no MANIFEST"))
    }

    @Test func aFolderWithAListIsHeldToIt() throws {
        let world = try PackWorld()
        try world.makePack("ics")
        #expect(try world.a("pack", "sign", "ics").status == 0)
        #expect(try world.b("plugin", "show", "ics", "--plugins", "ics").status == 0)
        try world.write("ics/plugins/ics.lua", PackWorld.plugin("ics") + "-- changed\n")
        let result = try world.b("plugin", "show", "ics", "--plugins", "ics")
        #expect(
            result.status == 1 && result.errors.contains("ics: plugins/ics.lua is not what MANIFEST lists"))
        #expect(result.errors.contains("'offport pack sign' it again or remove MANIFEST"))
        // Its maker goes on working with the commands for makers.
        #expect(try world.a("pack", "test", "ics").status == 0)
        #expect(try world.a("pack", "sign", "ics").status == 0)
        #expect(try world.b("plugin", "show", "ics", "--plugins", "ics").status == 0)
    }

    @Test func theInsidesOfInstalledPacksAreNoPlugins() throws {
        let world = try PackWorld()
        #expect(try world.b("pack", "install", try world.archive("ics")).status == 0)
        let plugin = try #require(world.stored().first { $0.hasSuffix("plugins/ics.lua") })
        for path in ["b/packs/\(plugin)", "b/packs/content"] {
            let result = try world.b("plugin", "list", "--plugins", path)
            #expect(result.errors.contains("it lies among the installed packs"), "\(result.errors)")
        }
    }

    @Test func aKeyThatIsTrustedNoMore() throws {
        let world = try PackWorld()
        #expect(try world.b("pack", "install", try world.archive("ics")).status == 0)
        let removed = try world.b("pack", "trust", "--remove", "acme")
        #expect(removed.status == 0 && removed.errors == "next: offport pack list\n", "\(removed.errors)")
        let result = try world.b("plugin", "show", "ics")
        #expect(result.status == 1 && result.errors.contains("which is not trusted"), "\(result.errors)")
    }

    // MARK: The site's choices

    @Test func twoPacksWithOneProtocolNeedADecision() throws {
        let world = try PackWorld()
        try world.makePack("mine", name: "acme/mine")
        try world.write("mine/plugins/mine.lua", PackWorld.plugin("ssh"))
        #expect(try world.a("pack", "build", "mine", "-o", "mine.tar.gz").status == 0)
        #expect(try world.a("pack", "sign", "mine.tar.gz").errors.contains("two plugins name 'ssh'"))
        // The maker decides for himself, and the user for himself.
        let choice = "prefer \"ssh\" { \"acme/mine\" }\n"
        try world.write("a/overlay.lua", choice)
        #expect(try world.a("pack", "sign", "mine.tar.gz").status == 0)
        try world.expectRefused(
            "mine.tar.gz", "say in a policy which counts: prefer \"ssh\" { \"acme/mine\" }")
        try world.write("b/overlay.lua", choice)
        let installed = try world.b("pack", "install", "mine.tar.gz")
        #expect(installed.status == 0, "\(installed.errors)")
        #expect(try world.b("plugin", "show", "ssh").output.contains("acme/mine"))
        try world.write("b/overlay.lua", "prefer \"ssh\" { \"offport/core\" }\n")
        #expect(try world.b("plugin", "show", "ssh").output.contains("pack offport/core"))
    }

    @Test func aFolderOfPluginsIsPreferredByItsName() throws {
        let world = try PackWorld()
        try world.standAlone()
        try world.write("mine/second.lua", PackWorld.plugin("core"))
        let both = ["--plugins", "plugins", "--plugins", "mine"]
        let undecided = try world.run("a", ["plugin", "list"] + both)
        #expect(undecided.errors.contains("prefer \"core\" { \"mine\" }"), "\(undecided.errors)")
        try world.write("site.lua", "prefer \"core\" { \"mine\" }\n")
        let checked = try world.run("a", ["policy", "check", "site.lua"] + both)
        #expect(
            checked.status == 0 && checked.output.contains("nothing to object to"),
            "\(checked.output)\(checked.errors)")
        try world.write("site.lua", "prefer \"core\" { \"min\" }\n")
        let mistyped = try world.run("a", ["policy", "check", "site.lua"] + both)
        #expect(
            mistyped.output.contains("no pack and no folder of plugins here (did you mean 'mine'?)"),
            "\(mistyped.output)\(mistyped.errors)")
    }

    @Test func theOverlayIsTheSitesAndStays() throws {
        let world = try PackWorld()
        func release(_ version: String) throws -> String {
            try world.makePack("site", name: "acme/site", version: version)
            try world.write("site/plugins/second.lua", PackWorld.plugin("second"))
            try world.write(
                "site/plugins/loud.lua",
                """
                detect "loud" {
                  title = "Loud", severity = "critical", on = service "ssh",
                  when = function(s) return true end, says = "{host} is loud", example { port = 22 },
                }

                """)
            try world.write(
                "site/allowances/ports.lua",
                """
                allow "ssh" { on = "2222/tcp", name = "First", reason = "x" }
                allow "ssh" { on = "8080/tcp", name = "Second", reason = "x" }

                """)
            #expect(try world.a("pack", "build", "site", "-o", "site.tar.gz").status == 0)
            #expect(try world.a("pack", "sign", "site.tar.gz").status == 0)
            return "site.tar.gz"
        }
        let installed = try world.b("pack", "install", try release("1.0.0"))
        #expect(installed.output.contains("accept \"acme/site\""), "\(installed.errors)")
        let capture = Command.root.appending(path: "examples/lab/ssh-on-22-2222-8080.pcap").path
        func findings() throws -> [Record] {
            let result = try world.b("run", "-r", capture, "--json", "-", "--strict")
            #expect(result.status == 0, "\(result.errors)")
            return try result.records
        }
        func allowed() throws -> Int {
            try findings().filter { $0.kind == "service" && $0.standing == "allowed" }.count
        }
        #expect(try allowed() == 0)
        #expect(try findings().contains { $0.rule == "loud" && $0.severity == "critical" })
        let overlay = """
            severity "loud" { "low" }
            accept "acme/site/ports#1"
            disable "acme/site/second"
            expected "ssh" { "22/tcp" }

            """
        try world.write("b/overlay.lua", overlay)
        #expect(try allowed() > 0)
        #expect(try findings().contains { $0.rule == "loud" && $0.severity == "low" })
        #expect(try world.b("plugin", "show", "second").status == 1)
        try world.write("b/overlay.lua", overlay + "disable \"loud\"\n")
        #expect(try !findings().contains { $0.rule == "loud" })
        // Updates leave it alone.
        #expect(try world.b("pack", "update", "--from", try release("1.1.0")).status == 0)
        #expect(try PackWorld.text(world.path("b/overlay.lua")) == overlay + "disable \"loud\"\n")
        #expect(try world.b("plugin", "show", "second").status == 1)
        try world.write("b/overlay.lua", "disable \"nothing\"\nseverity \"loud\" { \"grave\" }\n")
        let wrong = try world.b("plugin", "list").errors
        #expect(wrong.contains("overlay.lua:1: disable names 'nothing', which is no pack"), "\(wrong)")
        #expect(wrong.contains("overlay.lua:2: severity 'loud' needs one of"), "\(wrong)")
    }
}

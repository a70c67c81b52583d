import Foundation
import Inventory
import Matching
import Testing

@testable import Plugins

@Suite struct PluginSourcesTests {
    /// A folder with the given files, removed afterwards.
    private func inFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "offport-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (path, text) in files {
            let file = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        try body(folder.path)
    }

    private func plugin(_ name: String) -> String {
        "protocol \"\(name)\" { title = \"T\", tcp { client = starts \"a\" }, example { client = \"a\" } }\n"
    }

    private var files: [String: String] {
        [
            "packs/core/pack.lua":
                "pack { name = \"offport/core\", version = \"1.0.0\", depends = { [\"a/b\"] = \"^1\" } }",
            "packs/core/plugins/remote-access/ssh.lua": plugin("ssh"),
            "packs/core/plugins/ftp.lua": plugin("ftp"),
            "packs/core/allowances/library.lua": "allow \"ftp\" { on = \"419/tcp\", name = \"Ariel\" }",
            "packs/core/tests/x.lua": "broken", "packs/core/lib/x.lua": "broken", "packs/core/README.md": "",
            "packs/.hidden.lua": "broken", "mine/own.lua": plugin("own"), "site.lua": "forbid \"ssh\" { }",
        ]
    }

    @Test func packsFoldersAndFilesAreFound() throws {
        try inFolder(files) { folder in
            let library = Library(
                plugins: ["\(folder)/packs/core", "\(folder)/mine/"], policies: ["\(folder)/site.lua"])
            #expect(library.problems.isEmpty)
            #expect(
                library.sources.map(\.id) == [
                    "offport/core/library", "offport/core/ftp", "offport/core/ssh", "mine/own",
                    "\(folder.split(separator: "/").last ?? "")/site",
                ])
            #expect(library.sources[1].path == "\(folder)/packs/core/plugins/ftp.lua")
            #expect(library.definitions.map(\.name) == ["ftp", "ssh", "own"])
            #expect(library.policy.allowances.map(\.name) == ["Ariel"])
            #expect(library.policy.prohibitions.count == 1)
            #expect(library.packs.map(\.version) == ["1.0.0"] && library.packs[0].depends == ["a/b": "^1"])
        }
    }

    /// Authors try one file or one folder of a pack: what it requires is where it always is.
    @Test(arguments: [
        "plugins/web", "plugins/web/", "plugins", "plugins/web/web.lua", "plugins/web/./web.lua",
    ])
    func partsOfAPackFindItsLibraries(_ part: String) throws {
        let files = [
            "pack/pack.lua": "pack { name = \"a/b\" }",
            "pack/lib/shared.lua": "return { title = \"Shared\" }",
            "pack/plugins/web/web.lua": "local shared = require \"shared\"\n"
                + plugin("web").replacing("\"T\"", with: "shared.title"),
        ]
        try inFolder(files) { folder in
            let library = Library(plugins: ["\(folder)/pack/\(part)"])
            #expect(library.problems.map(\.description) == [])
            #expect(library.definitions.map(\.title) == ["Shared"])
        }
    }

    @Test func allowancesOfAPackActOnlyWhenTurnedOn() throws {
        try inFolder(files) { folder in
            let packs = folder + "/packs"
            #expect(Library(plugins: [packs]).policy.allowances.isEmpty)
            #expect(Library(plugins: [packs + "/core"]).policy.allowances.count == 1)
            #expect(Library(plugins: [packs], policies: [packs + "/core/"]).policy.allowances.count == 1)
        }
    }

    /// Who stands in a pack's folder looks at it or works on it: its plugins count, its allowances are an offer.
    @Test(arguments: [
        ("", "", 0), ("accept \"offport/core\"", "", 1), ("accept \"offport/core/library#1\"", "", 1),
        ("", "packs/core", 1), ("", "packs/./core", 1), ("", "packs/core/allowances/library.lua", 1),
        ("accept \"offport/core\"", "packs/./core/allowances/library.lua", 1),
        // What is named by itself is the site's, all of it.
        ("accept \"offport/core/library#2\"", "packs/core/allowances/library.lua", 1),
    ])
    func allowancesOfThePackThatIsWorkedOnAreAnOffer(site: String, policy: String, count: Int) throws {
        var files = files
        for (path, text) in files where path.hasPrefix("packs/core/") {
            files["installed/core/" + path.dropFirst("packs/core/".count)] = text
        }
        files["installed/core/plugins/old.lua"] = plugin("old")
        files["site.lua"] = site
        try inFolder(files) { folder in
            let library = Library(
                plugins: ["\(folder)/packs/core", "\(folder)/installed"],
                policies: ["\(folder)/site.lua"] + (policy.isEmpty ? [] : ["\(folder)/\(policy)"]),
                workedOn: ["\(folder)/packs/core"])
            #expect(messages(library) == [])
            #expect(library.definitions.map(\.name) == ["ftp", "ssh"])
            #expect(library.policy.allowances.count == count)
        }
    }

    @Test func anOptionalPackThatIsWorkedOnDoesNotRest() throws {
        var files = files
        files["packs/core/pack.lua"] = "pack { name = \"offport/core\", optional = true }"
        try inFolder(files) { folder in
            let core = folder + "/packs/core"
            let library = Library(plugins: [core], workedOn: [core])
            #expect(library.definitions.map(\.name) == ["ftp", "ssh"])
            #expect(library.policy.allowances.isEmpty)
        }
    }

    /// Links and dots make no second file of one.
    @Test(arguments: [
        "packs/core", "packs/core/", "packs/./core", "packs/core/plugins/../plugins", "link",
        "link/plugins/ftp.lua",
    ])
    func aFileIsReadOnce(again: String) throws {
        try inFolder(files) { folder in
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/link", withDestinationPath: "packs/core")
            let library = Library(plugins: ["\(folder)/packs/core", "\(folder)/\(again)"])
            #expect(messages(library) == [])
            #expect(library.definitions.map(\.plugin) == ["offport/core/ftp", "offport/core/ssh"])
            #expect(library.policy.allowances.count == 1)
        }
    }

    /// A pack that is named as a policy is one for its allowances; its plugins are those that are loaded anyway.
    @Test func ofAPackThatIsAPolicyOnlyAllowancesAreRead() throws {
        var files = files
        for (path, text) in files where path.hasPrefix("packs/core/") {
            files["copy/" + path.dropFirst("packs/core/".count)] = text
        }
        files["packs/core/allowances/library.lua"] = "allow \"ftp\" { on = \"420/tcp\", name = \"Old\" }"
        try inFolder(files) { folder in
            for policy in [
                "copy", "copy//", "copy/.", "packs/./core", "packs/core", "packs/core//", "packs/core/.",
            ].map({ "\(folder)/\($0)" }) {
                let library = Library(plugins: [folder + "/packs"], policies: [policy])
                #expect(messages(library) == [])
                #expect(library.definitions.map(\.name) == ["ftp", "ssh"])
                let name = policy.contains("/copy") ? "Ariel" : "Old"
                #expect(library.policy.allowances.map(\.name) == [name], "\(policy)")
            }
        }
    }

    /// What is set aside is a pack, not what lies in its folder by another way, or is a pack of its own.
    @Test(arguments: ["packs/core", "packs/core//", "packs/core/.", "copy"])
    func aPackThatIsNamedReplacesItsLikeAndNothingElse(named: String) throws {
        var files = files
        for (path, text) in files where path.hasPrefix("packs/core/") {
            files["copy/" + path.dropFirst("packs/core/".count)] = text
        }
        files["packs/core/inner/pack.lua"] = "pack { name = \"a/inner\" }"
        files["packs/core/inner/plugins/inner.lua"] = plugin("inner")
        try inFolder(files) { folder in
            let library = Library(plugins: ["\(folder)/packs", "\(folder)/\(named)"])
            #expect(messages(library) == [])
            #expect(Set(library.definitions.map(\.name)) == ["ftp", "ssh", "inner"])
        }
    }

    /// Who names a file, or its folder, as a policy means that, wherever plugins are looked for; the folder above says
    /// less.
    @Test(arguments: ["all/sites/site.lua", "all/sites", "all/sites//", "all/./sites/."])
    func aPolicyInAFolderOfPluginsIsNoPlugin(policy: String) throws {
        let files = ["all/own.lua": plugin("own"), "all/sites/site.lua": "forbid \"own\" { }"]
        try inFolder(files) { folder in
            let library = Library(plugins: ["\(folder)/all"], policies: ["\(folder)/\(policy)"])
            #expect(messages(library) == [])
            #expect(library.definitions.map(\.name) == ["own"])
            #expect(library.policy.prohibitions.count == 1)
        }
    }

    @Test func pluginsBelowAFolderOfPoliciesStayPlugins() throws {
        try inFolder(["plugins/own.lua": plugin("own"), "site.lua": "forbid \"own\" { }"]) { folder in
            let library = Library(plugins: ["\(folder)/plugins"], policies: [folder])
            #expect(messages(library) == [])
            #expect(library.definitions.map(\.name) == ["own"])
            #expect(library.policy.prohibitions.count == 1)
        }
    }

    @Test func aPolicyWithoutFilesIsTold() throws {
        let files = [
            "p/pack.lua": "pack { name = \"a/b\" }", "p/plugins/x.lua": plugin("x"), "empty/README": "",
        ]
        try inFolder(files) { folder in
            for policy in ["\(folder)/p", "\(folder)/empty"] {
                let library = Library(plugins: ["\(folder)/p"], policies: [policy])
                #expect(messages(library) == ["there is no policy file in '\(policy)'"])
                #expect(!library.hasErrors)
            }
        }
    }

    /// What is said of parts of packs that are not there would do nothing without a word.
    @Test(
        arguments: [
            ("accept \"a/off/all#2\" disable \"a/off/c\" disable \"a/off/all#1\"", nil),
            (
                "accept \"a/off#1\"",
                "accept names 'a/off#1', which is no pack and no allowance of a pack here"
            ),
            (
                "accept \"a/off/b\"",
                "accept names 'a/off/b', which is no pack and no allowance of a pack here"
            ),
            (
                "accept \"a/off/all#3\"",
                "accept names 'a/off/all#3', which is no allowance of that file: its last one is 'a/off/all#2'"
            ),
            ("accept \"a/off/all#02\"", "which is no allowance of that file: its last one is 'a/off/all#2'"),
            (
                "disable \"a/off#1\"",
                "disable names 'a/off#1', which is no pack, plugin, protocol or detection"
            ),
            (
                "accept \"a/off\" disable \"a/off/all#77\"",
                "disable names 'a/off/all#77', which is no allowance of that file: its last one is 'a/off/all#2'"
            ),
            ("disable \"a/off/all#x\"", "which is no allowance of that file: they are numbered from 1"),
        ] as [(String, String?)])
    func aPartThatIsNotThereIsTold(policy: String, told: String?) throws {
        let allow = { (port: Int) in "allow \"b\" { on = \"\(port)/tcp\", name = \"B\(port)\" }\n" }
        let files = [
            "packs/off/pack.lua": "pack { name = \"a/off\" }", "packs/off/plugins/b.lua": plugin("b"),
            "packs/off/plugins/c.lua": plugin("c"), "packs/core/pack.lua": "pack { name = \"a/core\" }",
            "packs/core/plugins/d.lua": plugin("d"), "packs/off/allowances/all.lua": allow(1) + allow(2),
            "site.lua": policy,
        ]
        try inFolder(files) { folder in
            let library = Library(plugins: ["\(folder)/packs"], policies: ["\(folder)/site.lua"])
            let found = messages(library)
            #expect(found.count { $0.contains("site.lua:1: ") } == (told == nil ? 0 : 1), "\(found)")
            if let told { #expect(found.contains { $0.contains(told) }, "\(found)") }
        }
    }

    /// Folders are no part of names: two files of one name cannot be told apart by who disables or accepts one.
    @Test func filesOfOneNameAreTold() throws {
        let files = [
            "pack/pack.lua": "pack { name = \"a/b\" }", "pack/plugins/mail/x.lua": plugin("one"),
            "pack/plugins/web/x.lua": plugin("two"), "loose/y.lua": plugin("y"),
            "loose/inner/y.lua": plugin("z"),
            "pack/allowances/x.lua": "allow \"one\" { on = \"1/tcp\", name = \"A\" }",
            "pack/allowances/inner/x.lua": "allow \"two\" { on = \"2/tcp\", name = \"B\" }",
        ]
        try inFolder(files) { folder in
            let library = Library(plugins: ["\(folder)/pack", "\(folder)/loose"])
            func told(_ name: String, _ first: String, _ second: String) -> String {
                "two files have the name '\(name)': \(folder)/\(first) and \(folder)/\(second); what names it "
                    + "means both: rename one of them"
            }
            #expect(
                messages(library) == [
                    told("a/b/x", "pack/allowances/inner/x.lua", "pack/allowances/x.lua"),
                    told("a/b/x", "pack/plugins/mail/x.lua", "pack/plugins/web/x.lua"),
                    told("loose/y", "loose/inner/y.lua", "loose/y.lua"),
                ])
            #expect(!library.hasErrors)
            #expect(library.definitions.map(\.name) == ["one", "two", "z", "y"])
        }
    }

    /// A changed copy in the place of a file is no reason to rename either.
    @Test func aFileThatIsLeftOutForAnotherSharesNoName() throws {
        let files = ["new/p/x.lua": plugin("one"), "old/p/x.lua": plugin("one")]
        try inFolder(files) { folder in
            let library = Library(plugins: ["\(folder)/new/p/x.lua", "\(folder)/old/p"])
            #expect(library.definitions.map(\.name) == ["one"])
            let told = messages(library)
            #expect(told.count == 1 && told[0].hasPrefix("two plugins name 'one'"), "\(told)")
        }
        // Of a copy that declares another, too, something is left.
        for other in [plugin("two"), plugin("one") + plugin("two")] {
            try inFolder(files.merging(["old/p/x.lua": other]) { $1 }) { folder in
                let library = Library(plugins: ["\(folder)/new/p/x.lua", "\(folder)/old/p"])
                #expect(library.definitions.map(\.name) == ["one", "two"])
                #expect(messages(library).contains { $0.hasPrefix("two files have the name 'p/x'") })
            }
        }
    }

    @Test func aNameThatTwoHaveIsToldWhenItIsDisabled() throws {
        let detection = #"detect "ftp" { title = "T", severity = "low", on = service "ssh", example {} }"#
        let files = [
            "core/pack.lua": "pack { name = \"a/core\" }", "core/plugins/ftp.lua": plugin("ftp"),
            "core/plugins/ssh.lua": plugin("ssh"), "audit/pack.lua": "pack { name = \"a/audit\" }",
            "audit/plugins/login.lua": detection, "name.lua": "disable \"ftp\"",
            "whole.lua": "disable \"a/audit/login\"",
        ]
        try inFolder(files) { folder in
            func library(_ plugins: [String], _ policy: String) -> Library {
                Library(
                    plugins: plugins.map { "\(folder)/\($0)" }, policies: ["\(folder)/\(policy)"])
            }
            let both = library(["core", "audit"], "name.lua")
            #expect(
                messages(both) == [
                    "\(folder)/name.lua:1: disable 'ftp' leaves out a protocol (a/core/ftp) and a detection "
                        + "(a/audit/login); for one of them, write disable \"a/core/ftp\" or disable \"a/audit/login\""
                ])
            #expect(!both.hasErrors)
            #expect(both.definitions.map(\.name) == ["ssh"] && both.detections.isEmpty)
            let one = library(["core", "audit"], "whole.lua")
            #expect(messages(one) == [] && one.detections.isEmpty)
            #expect(one.definitions.map(\.name) == ["ftp", "ssh"])
            #expect(messages(library(["core"], "name.lua")) == [])
        }
    }

    /// What a pack's allowances use is an offer, too: it counts once the site takes up the file, or the pack.
    @Test func whatAPackUsesCountsOnceItIsAccepted() throws {
        let packs = [
            "packs/ours/pack.lua": "pack { name = \"a/ours\", version = \"1.0.0\" }",
            "packs/ours/plugins/b.lua": plugin("b"),
            "packs/ours/allowances/all.lua": "use \"a/rest\"\nallow \"b\" { on = \"9/tcp\", name = \"B\" }",
            "packs/rest/pack.lua": "pack { name = \"a/rest\", version = \"1.0.0\", optional = true }",
            "packs/rest/plugins/c.lua": plugin("c"),
        ]
        for (policy, named, expected) in [
            ("", [], ["b"]), ("accept \"a/ours\"", [], ["b", "c"]),
            ("accept \"a/ours/all\"", [], ["b", "c"]),
            ("accept \"a/ours/all#1\"", [], ["b"]), ("", ["packs/ours"], ["b", "c"]),
            ("accept \"a/ours\" disable \"a/ours/all\"", [], ["b"]),
        ] {
            try inFolder(packs.merging(["site.lua": policy]) { $1 }) { folder in
                let library = Library(
                    plugins: ["\(folder)/packs"] + named.map { "\(folder)/\($0)" },
                    policies: ["\(folder)/site.lua"])
                #expect(library.problems.isEmpty)
                #expect(library.definitions.map(\.name) == expected, "\(policy) \(named)")
            }
        }
    }

    /// While a pack rests, nothing of it acts, and who accepts it is told; what is used and accepted may use a third.
    @Test(arguments: [
        ("accept \"a/one\"", [], 0, ["a/one"]), ("accept \"a/one/all\"", [], 0, ["a/one/all"]),
        ("accept \"a/one/all#1\"", [], 0, ["a/one/all#1"]),
        ("accept \"a/one\" accept \"a/two\"", [], 0, ["a/one", "a/two"]),
        ("accept \"a/one\" use \"a/one\"", ["one", "two"], 1, []),
        ("accept \"a/two\" accept \"a/one\" use \"one\"", ["one", "two", "three"], 1, []),
        ("accept \"a/two\" use \"a/one\"", ["one"], 0, ["a/two"]),
    ])
    func acceptingAPackDoesNotUseIt(
        policy: String, names: [String], allowances: Int, resting: [String]
    ) throws {
        func manifest(_ name: String) -> String {
            "pack { name = \"a/\(name)\", version = \"1.0.0\", optional = true }"
        }
        let files = [
            "packs/base/pack.lua": "pack { name = \"a/base\", version = \"1.0.0\" }",
            "packs/base/plugins/base.lua": plugin("base"),
            "packs/one/pack.lua": manifest("one"), "packs/one/plugins/one.lua": plugin("one"),
            "packs/one/allowances/all.lua": "use \"a/two\"\nallow \"base\" { on = \"9/tcp\", name = \"B\" }",
            "packs/two/pack.lua": manifest("two"), "packs/two/plugins/two.lua": plugin("two"),
            "packs/two/allowances/all.lua": "use \"three\"",
            "packs/three/pack.lua": manifest("three"), "packs/three/plugins/three.lua": plugin("three"),
            "site.lua": policy,
        ]
        try inFolder(files) { folder in
            let library = Library(plugins: ["\(folder)/packs"], policies: ["\(folder)/site.lua"])
            #expect(Set(library.definitions.map(\.name)) == Set(["base"] + names))
            #expect(library.policy.allowances.count == allowances)
            let told = resting.map { name in
                let pack = name.split(separator: "/").prefix(2).joined(separator: "/")
                return
                    "\(folder)/site.lua:1: accept '\(name)' takes up nothing: \(pack) is optional and rests; "
                    + "write use \"\(pack)\", too"
            }
            #expect(messages(library) == told)
            #expect(!library.hasErrors)
        }
    }

    @Test func aPackThatIsUsedAndNotThereIsNotRead() throws {
        try inFolder(files) { folder in
            let library = Library(plugins: [folder + "/packs"], using: ["offport/coer"])
            #expect(library.unread.map(\.path) == ["offport/coer"])
            let message = "use names 'offport/coer', which is no pack here (did you mean 'offport/core'?)"
            #expect(messages(library) == [message])
        }
    }

    @Test func whatCannotBeReadIsNamed() throws {
        let library = Library(plugins: ["/nowhere/x.lua"])
        #expect(messages(library) == ["cannot read '/nowhere/x.lua': No such file or directory"])
        #expect(library.unread.map(\.path) == ["/nowhere/x.lua"])
        try inFolder(["p/pack.lua": "pack { nmae = \"a\" }", "p/plugins/x.lua": plugin("x")]) { folder in
            let library = Library(plugins: [folder])
            #expect(
                messages(library) == [
                    "\(folder)/p/pack.lua:1: pack has no field 'nmae' (did you mean 'name'?)",
                    "\(folder)/p/pack.lua:1: pack needs a name such as \"acme/ics\"",
                ])
            #expect(library.definitions.isEmpty)
        }
    }

    @Test(arguments: [
        ("depends = { \"acme/base\" }", "depends takes [\"acme/base\"] = \"^1.0\""),
        ("depends = \"acme/base\"", "depends takes [\"acme/base\"] = \"^1.0\""),
        (
            "depends = { [\"acme/base\"] = 1 }",
            "depends takes versions as strings: [\"acme/base\"] = \"^1.0\""
        ),
        ("version = 1.0", "version must be a string, not a number"),
    ])
    func aMistakeInAManifestIsNamedWhereItIs(line: String, message: String) {
        let text = "pack {\n  name = \"acme/ics\",\n  \(line),\n}\n"
        let (manifest, problems) = PackManifest.read(Array(text.utf8), path: "pack.lua")
        #expect(manifest == nil)
        #expect(problems.map(\.description) == ["pack.lua:3: \(message)"])
    }

    /// What cannot be read is named and left out, the rest is loaded; links that lead nowhere matter only as plugins.
    @Test func oneBadEntryKeepsNothingElseBack() throws {
        try inFolder(["p/a.lua": plugin("a"), "p/z/z.lua": plugin("z")]) { folder in
            let root = folder + "/p"
            for (name, target) in [("README.md", "gone"), ("m.lua", "gone"), ("self", "."), ("up", "..")] {
                try FileManager.default.createSymbolicLink(
                    atPath: "\(root)/\(name)", withDestinationPath: target)
            }
            // Reading it would wait for somebody to write.
            let made = unsafe mkfifo("\(root)/pipe.lua", 0o600)
            #expect(made == 0)
            let library = Library(plugins: [root])
            #expect(
                messages(library) == [
                    "cannot read '\(root)/m.lua': No such file or directory",
                    "cannot read '\(root)/pipe.lua': it is not a file",
                ])
            #expect(library.unread.isEmpty)
            #expect(library.definitions.map(\.name) == ["a", "z"])
            #expect(FileStamp.all(below: root).count == 3)
        }
    }

    @Test func theWordsOfSwiftAreThoseOfTheSandbox() {
        #expect(LuaState.words().map(\.name) == Word.allCases.map(\.text))
    }
}

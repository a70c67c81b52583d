import Matching
import Net
import Testing

@testable import Plugins

/// What is known of files from earlier loads: it changes how long a load takes, and nothing else.
@Suite struct KnownFilesTests {
    private let program = Array("this program".utf8)

    private static func text(_ name: String, says: String = "HELLO", example: String = "HELLO") -> String {
        """
        protocol "\(name)" { title = "\(name)", ports = "9/tcp",
          tcp { client = starts "\(says)", check = function(m) return m.client:size() > 3 end },
          example { client = "\(example)" },
        }
        """
    }

    private func source(_ text: String, _ name: String = "x", sharing shared: String? = nil) -> PluginSource {
        var libraries = PackLibraries()
        if let shared { libraries.add("shared", path: "lib/shared.lua", text: Array(shared.utf8)) }
        return PluginSource(
            path: "\(name).lua", text: Array(text.utf8), kind: .plugin, id: "t/\(name)", pack: "t",
            libraries: libraries)
    }

    /// Loads files; returns the problems, how many examples were tried, and what is known afterwards.
    private func load(_ sources: PluginSource..., knowing known: KnownFiles) -> (
        library: Library, tried: Int, known: KnownFiles
    ) {
        var library = Library(sources: sources, knowing: known)
        var tried = 0
        library.tryExamples { _, example in
            tried += 1
            return example.client == Array("HELLO".utf8)
                ? .recognised : .notRecognised("it says something else")
        }
        return (library, tried, library.knownFiles ?? known)
    }

    @Test func aFileThatIsTheSameIsNotRunAgain() {
        let first = load(source(Self.text("x")), knowing: KnownFiles())
        #expect(first.tried == 1 && first.library.knownFiles != nil)
        let again = load(source(Self.text("x")), knowing: first.known)
        #expect(again.tried == 0 && again.library.knownFiles == nil)
        #expect(again.library.definitions.map(\.name) == ["x"] && messages(again.library) == [])
        #expect(again.library.definitions[0].ports == first.library.definitions[0].ports)
    }

    @Test func whatIsKnownIsWhatIsRead() throws {
        // The text of a file that nobody could run, with the declarations of another one.
        let honest = load(source(Self.text("x")), knowing: KnownFiles())
        let broken = source("this is no Lua")
        let reading = Reading(source(Self.text("x")), number: 0, known: honest.known)
        _ = reading.declarations(kind: .plugin, limits: ScriptLimits.standard.loading)
        let key = KnownFiles.Key(broken, .plugin, ScriptLimits.standard.loading)
        let known = KnownFiles().after([(key, try #require(reading.note).file)])
        #expect(load(broken, knowing: known).library.definitions.map(\.name) == ["x"])
        #expect(messages(load(broken, knowing: honest.known).library).count == 1)
    }

    @Test func functionsAreThereWhenTheyAreAsked() {
        let known = load(source(Self.text("x")), knowing: KnownFiles()).known
        let host = ScriptHost(sources: load(source(Self.text("x")), knowing: known).library.sources)
        #expect(host.check(client: "HELLO") == .holds && host.check(client: "HI") == .fails)
    }

    @Test func aFileThatChangedIsRunAgain() {
        let known = load(source(Self.text("x")), knowing: KnownFiles()).known
        let changed = load(source(Self.text("y")), knowing: known)
        #expect(changed.tried == 1 && changed.library.definitions.map(\.name) == ["y"])
        // The old one is still known.
        #expect(load(source(Self.text("x")), knowing: changed.known).tried == 0)
    }

    @Test func aLibraryThatChangedMakesItsFilesRunAgain() {
        let text =
            "local s = require \"shared\"\n" + Self.text("x").replacing("starts \"HELLO\"", with: "s.hello")
        let known = load(source(text, sharing: "return { hello = starts \"HELLO\" }"), knowing: KnownFiles())
            .known
        let same = load(source(text, sharing: "return { hello = starts \"HELLO\" }"), knowing: known)
        let other = load(source(text, sharing: "return { hello = starts \"HE\" }"), knowing: known)
        #expect(same.library.knownFiles == nil && same.tried == 0)
        #expect(other.library.knownFiles != nil && other.tried == 1)
        #expect("\(same.library.definitions)" != "\(other.library.definitions)")
    }

    @Test func aPartOutsideADeclarationIsToldAgain() {
        let text = Self.text("x") + "\nfields { server = [[(?<a>b)]] }"
        let first = load(source(text), knowing: KnownFiles())
        let again = load(source(text), knowing: first.known)
        #expect(messages(first.library).count == 1)
        #expect(messages(again.library) == messages(first.library))
    }

    @Test func anExampleThatFailsFailsAgain() {
        let text = Self.text("x", example: "HELP")
        let first = load(source(text), knowing: KnownFiles())
        let again = load(source(text), knowing: first.known)
        #expect(messages(first.library).count == 1 && messages(again.library) == messages(first.library))
        #expect(first.tried == 1 && again.tried == 1 && again.library.definitions.isEmpty)
    }

    @Test func aFileWithoutErrorsOfLuaTellsItsOtherMistakesAgain() {
        let text = "protocol \"x\" { title = \"X\", ports = \"900000/tcp\", tcp { client = starts \"a\" } }"
        let first = load(source(text), knowing: KnownFiles())
        let again = load(source(text), knowing: first.known)
        #expect(!messages(first.library).isEmpty && messages(again.library) == messages(first.library))
    }

    @Test func aFileThatCannotRunIsNotKnown() {
        let first = load(source("protocol \"x\" {"), knowing: KnownFiles())
        #expect(first.library.knownFiles == nil)
        #expect(
            messages(load(source("protocol \"x\" {"), knowing: first.known).library)
                == messages(first.library))
    }

    @Test func whatWasLeftOutIsTriedWhenItIsNot() {
        // The second of a name is left out before it is tried.
        let (one, two) = (source(Self.text("x"), "one"), source(Self.text("x", example: "HELP"), "two"))
        let both = load(one, two, knowing: KnownFiles())
        #expect(both.tried == 1)
        let alone = load(two, knowing: both.known)
        #expect(alone.tried == 1 && alone.library.definitions.isEmpty)
    }

    @Test(arguments: [("198.51.100.7", []), ("198.51.100.8", ["x.lua:4"])])
    func logsAreTriedUntilTheyHold(client: String, places: [String]) {
        let text = """
            log "l" {
              title = "L", contains = "conn", 
              matches = [[^conn (?<transport>\\S+) (?<client>\\S+) (?<server>\\S+)$]],
              example { line = "conn tcp 198.51.100.7 192.0.2.1", client = "\(client)", server = "192.0.2.1" },
            }
            """
        let first = load(source(text), knowing: KnownFiles())
        let again = load(source(text), knowing: first.known)
        #expect(first.library.problems.map { $0.location?.description } == places)
        #expect(messages(again.library) == messages(first.library))
        #expect(again.library.logs.count == (places.isEmpty ? 1 : 0))
        let reading = Reading(source(text), number: 0, known: first.known)
        _ = reading.declarations(kind: .plugin, limits: ScriptLimits.standard.loading)
        #expect(reading.knowsExamples == places.isEmpty)
    }

    @Test func filesWithDetectionsAreRunEachTime() {
        let detection =
            Self.text("x") + """

                detect "d" { title = "D", severity = "low", category = "unwanted", on = client "x",
                  says = "{host} speaks x", example {},
                }
                """
        let first = load(source(detection), knowing: KnownFiles())
        #expect(messages(first.library) == [] && first.library.detections.count == 1)
        #expect(first.library.knownFiles == nil)
    }

    // MARK: Kept bytes

    @Test func keptBytesGiveTheSameFiles() {
        let first = load(source(Self.text("x"), "x"), source(Self.text("y"), "y"), knowing: KnownFiles())
        let kept = KnownFiles(first.known.bytes(of: program), of: program)
        #expect(kept.isLike(first.known))
        let again = load(source(Self.text("x"), "x"), source(Self.text("y"), "y"), knowing: kept)
        #expect(again.tried == 0 && "\(again.library.definitions)" == "\(first.library.definitions)")
    }

    @Test func anotherProgramKnowsNothing() {
        let known = load(source(Self.text("x")), knowing: KnownFiles()).known
        #expect(KnownFiles(known.bytes(of: program), of: Array("another".utf8)).isLike(KnownFiles()))
    }

    @Test func damagedBytesGiveNothing() {
        let bytes = load(source(Self.text("x")), knowing: KnownFiles()).known.bytes(of: program)
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 1 << UInt8(place & 7)
            #expect(KnownFiles(damaged, of: program).isLike(KnownFiles()))
            #expect(KnownFiles(Array(bytes[..<place]), of: program).isLike(KnownFiles()))
        }
    }

    @Test func whatIsUsedIsKeptFirst() {
        let half = KnownFiles.File(
            declared: [UInt8](repeating: 0, count: KnownFiles.byteLimit / 2 - 100)[...], examplesHold: false)
        let keys = ["a", "b", "c"].map {
            KnownFiles.Key(source(Self.text($0)), .plugin, ScriptLimits.standard.loading)
        }
        let two = KnownFiles().after([(keys[0], half), (keys[1], half)])
        let then = two.after([(keys[2], half)])
        #expect(keys.map { two[$0] != nil } == [true, true, false])
        #expect(keys.map { then[$0] != nil } == [true, false, true])
        #expect(then.bytes(of: program).count <= KnownFiles.byteLimit + 200)
    }
}

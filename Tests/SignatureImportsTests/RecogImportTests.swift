import Matching
import Net
import Plugins
import SignatureImports
import Testing

/// Files in recog's format, written for these tests.
@Suite struct RecogImportTests {
    private let sample = #"""
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- a comment with <fingerprint pattern="no"> in it -->
        <fingerprints matches="ssh.banner" protocol="ssh" database_type="service" preference="0.90">
          <fingerprint pattern="^QuuxSSH_(\d+\.\d+)(?: \(([^)]+)\))?$" flags="REG_ICASE">
            <description>Quux's server</description>
            <example service.version="1.2">QuuxSSH_1.2</example>
            <param pos="0" name="service.vendor" value="Quux &amp; Sons"/>
            <param pos="0" name="service.product" value="QuuxSSH"/>
            <param pos="1" name="service.version"/>
            <param pos="2" name="service.component.version"/>
            <param pos="0" name="service.cpe23" value="cpe:/a:quux:ssh:{service.version}"/>
            <param pos="0" name="os.cpe23" value="cpe:/o:quux:os:{os.version}"/>
          </fingerprint>
          <fingerprint pattern="^Bad(">
            <param pos="0" name="service.product" value="Bad"/>
          </fingerprint>
          <fingerprint pattern="^Hex\h+$"><param pos="0" name="service.product" value="Hex"/></fingerprint>
          <fingerprint pattern="^Nothing$"></fingerprint>
          <fingerprint pattern="^Group$"><param pos="3" name="service.version"/></fingerprint>
        </fingerprints>
        """#

    private func result(_ text: String, _ name: String = "a.xml") -> ImportResult {
        RecogImport.pack(of: [(name, Array(text.utf8))], beside: Known())
    }

    @Test func aSmallFileAsAWhole() {
        let result = result(sample)
        #expect(result.entries == 5 && result.expressed == 1)
        #expect(
            result.text("plugins/ssh.lua") == #"""
                extend "ssh" {
                  identify { server = [[(?im)^QuuxSSH_(\d+\.\d+)(?: \(([^)]+)\))?$]], within = [[(?m)^SSH-[0-9.]+-([^\r\n]+)]], gives = { vendor = "Quux & Sons", product = "QuuxSSH", version = "{1}", recog_service_component_version = "{2}", cpe = "cpe:/a:quux:ssh:{1:cpe} cpe:/o:quux:os:-" } },  -- a.xml:4
                }

                """#)
        #expect(result.leftOut.map(\.line) == [14, 17, 18, 19])
        #expect(result.leftOut.map(\.reason) == [.pattern, .pattern, .empty, .broken])
        #expect(result.library.problems == [])
    }

    @Test func theImportedPackIdentifies() throws {
        let library = result(sample).library
        let index = try SignatureIndex(library.definitions, regexes: library.regexes)
        let place = try #require(index.protocols.firstIndex { $0.name == "ssh" })
        let extractor = FieldExtractor(index: index, scripts: ScriptHost(sources: library.sources))
        let fields = Array("SSH-2.0-quuxssh_3.4\r\n".utf8).withBytes {
            extractor.fields(of: place, client: RawSpan(), server: $0).server
        }
        #expect(
            fields.map { "\($0.name)=\($0.value)" } == [
                "cpe=cpe:/a:quux:ssh:3.4 cpe:/o:quux:os:-", "product=QuuxSSH", "vendor=Quux & Sons",
                "version=3.4",
            ])
    }

    @Test func filesThatArePreferredGoFirst() {
        func file(_ product: String, _ preference: String) -> [UInt8] {
            Array(
                "<fingerprints matches='ssh.banner' \(preference)><fingerprint pattern='^Quux'><param pos='0' name='service.product' value='\(product)'/></fingerprint></fingerprints>"
                    .utf8)
        }
        let result = RecogImport.pack(
            of: [("a.xml", file("A", "")), ("b.xml", file("B", "preference='0.9'"))], beside: Known())
        let text = result.text("plugins/ssh.lua") ?? ""
        #expect(text.split(separator: "\n").dropFirst().map { $0.contains("\"B\"") } == [true, false, false])
    }

    @Test func whatIsNotReadFromTrafficIsListed() {
        let result = result(
            "<fingerprints matches=\"favicon.md5\"><fingerprint pattern=\"^abc$\"><param pos=\"0\" name=\"service.product\" value=\"X\"/></fingerprint></fingerprints>"
        )
        #expect(result.leftOut.map(\.reason) == [.place])
        #expect(result.leftOut.map(\.detail) == ["favicon.md5"])
    }

    @Test(arguments: [
        #"<fingerprint pattern=^a$><param pos="0" name="service.product" value="a"/></fingerprint>"#,
        #"<fingerprint pattern="^a$" <param pos="0" name="service.product" value="a"/></fingerprint>"#,
        #"<fingerprint pattern="&nope;"><param pos="0" name="service.product" value="a"/></fingerprint>"#,
        #"<fingerprint><param pos="0" name="service.product" value="a"/></fingerprint>"#,
        #"<fingerprint pattern="^a$"><param name="service.product" value="a"/></fingerprint>"#,
        #"<fingerprint pattern="^a$"><param pos="0" name="service.product" value=a/></fingerprint>"#,
        #"<fingerprint pattern="^a$" flags="REG_ODD"><param pos="0" name="service.product" value="a"/></fingerprint>"#,
    ])
    func aBrokenFingerprintIsNamedAndTheRestKept(line: String) {
        let kept =
            #"<fingerprint pattern="^Kept"><param pos="0" name="service.product" value="Kept"/></fingerprint>"#
        let result = result("<fingerprints matches=\"ssh.banner\">\n\(line)\n\(kept)\n</fingerprints>")
        #expect(result.leftOut.map(\.line) == [2])
        #expect(result.entries == 2 && result.expressed == 1)
        #expect(result.text("plugins/ssh.lua")?.contains("Kept") == true)
    }

    @Test func randomTexts() {
        var generator = SeededGenerator(seed: 8)
        let parts = [
            "<fingerprints matches=\"ssh.banner\">", "</fingerprints>", "<fingerprint pattern=\"",
            "<fingerprint ",
            "^a(b)", "\"", "'", ">", "/>", "<", "</fingerprint>", "<param pos=\"1\" name=\"",
            "service.version", "value=",
            "{service.version}", "{", "}", "&lt;", "&#x41;", "&#xffffffff;", "&", ";", "<!--", "-->",
            "<![CDATA[", "]]>",
            "\n", "\0", "flags=\"REG_ICASE\"", "\u{e9}", "]]", " ",
        ]
        for round in 0..<400 {
            var text = "<fingerprints matches=\"ssh.banner\">"
            for _ in 0..<60 { text += parts.randomElement(using: &generator) ?? "" }
            let result = result(text)
            #expect(result.expressed >= 0 && result.expressed <= result.entries, "round \(round)")
            #expect(result.library.problems.filter { $0.severity == .error } == [], "round \(round)")
        }
    }
}

import Testing

@testable import Packs

@Suite struct ArchiveTests {
    @Test func theSameFilesGiveTheSameBytesInAnyOrder() throws {
        let files = try Sample.pack().files
        let bytes = try PackArchive.bytes(of: files)
        #expect(try PackArchive.bytes(of: files.shuffled()) == bytes)
        #expect(try PackArchive.files(in: bytes, from: "x") == files)
        // No time, no owner, no system in it: RFC 1952 section 2.3.
        #expect(bytes[4..<10] == [0, 0, 0, 0, 2, 255])
    }

    @Test func longNamesAndEmptyFiles() throws {
        let long = (0..<7).map { _ in "abcdefghijklmnopqrstuvwxyz" }.joined(separator: "/")
        let files = [
            PackFile(path: long, bytes: []), PackFile(path: "z", bytes: [UInt8](repeating: 7, count: 512)),
        ]
        #expect(try PackArchive.files(in: try PackArchive.bytes(of: files), from: "x") == files)
    }

    /// Wherever a byte is changed: it is noticed, or nothing of the files is different.
    @Test func everyByteMatters() throws {
        let pack = try Sample.pack()
        let bytes = try PackArchive.bytes(of: pack.files)
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 0x41
            let files = try? PackArchive.files(in: changed, from: "x")
            #expect(files == nil || files == pack.files, "byte \(place)")
        }
        for length in [0, 1, 20, bytes.count / 2, bytes.count - 1] {
            #expect(
                refusal { _ = try PackArchive.files(in: Array(bytes.prefix(length)), from: "x") }.contains(
                    "x: "))
        }
        #expect(refusal { _ = try PackArchive.files(in: bytes + [0], from: "x") }.contains("follows"))
    }

    @Test(arguments: [
        "../x", "/etc/x", "a/../../x", "a//x", "./x", ".x", "a/.x", "", "a\\x", "a b", "a\u{1b}[2Jx", "-x",
        "x.", "ä",
        "a/pack.lua", "a/MANIFEST", String(repeating: "a", count: 101),
        String(repeating: "a/", count: 13) + "x",
    ])
    func oddNames(name: String) {
        #expect(PackGate.complaint(about: name) != nil)
        let said = refusal { _ = try PackFiles([PackFile(path: name, bytes: [])], from: "x") }
        #expect(said.contains("is refused") && !said.contains("\u{1b}"), "\(said)")
    }

    @Test func namesThatAreTwiceThere() {
        func files(_ names: String...) -> [PackFile] { names.map { PackFile(path: $0, bytes: []) } }
        #expect(refusal { _ = try PackFiles(files("a", "A"), from: "x") }.contains("twice"))
        #expect(refusal { _ = try PackFiles(files("a", "a/b"), from: "x") }.contains("a file and a folder"))
        #expect(refusal { _ = try PackFiles(files("a/b", "a"), from: "x") }.contains("a file and a folder"))
    }
}

@Suite struct SealedPackTests {
    private static func changed(_ change: (inout [PackFile]) -> Void) throws -> String {
        var files = try Sample.pack().files
        change(&files)
        return refusal { _ = try SealedPack(files, from: "x") }
    }

    @Test func theListIsComplete() throws {
        #expect(
            try Sample.pack().list.entries.map(\.path) == ["lib/shared.lua", "pack.lua", "plugins/x.lua"])
        #expect(try Self.changed { $0[0].bytes += [10] }.contains("is not written as"))
        let place = { (files: [PackFile], name: String) in files.firstIndex { $0.path == name } ?? 0 }
        #expect(
            try Self.changed { $0[place($0, "plugins/x.lua")].bytes[0] ^= 1 }
                == "x: plugins/x.lua is not what MANIFEST lists: it was changed")
        #expect(
            try Self.changed { $0.append(PackFile(path: "y.lua", bytes: [])) }
                == "x: y.lua is not in MANIFEST: it came later")
        #expect(
            try Self.changed { $0.remove(at: place($0, "lib/shared.lua")) }
                == "x: lib/shared.lua is in MANIFEST and missing")
    }

    @Test func theListIsWrittenOneWay() throws {
        let list = try Sample.pack().list
        #expect(try PackList(list.bytes, from: "x") == list)
        let text = String(decoding: list.bytes, as: UTF8.self)
        for other in [
            text + "\n", text.replacing("1.0.0", with: "1.0"), text.replacing("name", with: "Name"), "",
        ] {
            #expect(refusal { _ = try PackList(Array(other.utf8), from: "x") }.contains("MANIFEST"))
        }
    }

    @Test func aPackThatTravelsHasAnOwnerAndAVersion() {
        #expect(refusal { _ = try Sample.pack("ics") }.contains("has an owner"))
        #expect(refusal { _ = try Sample.pack("acme/ics", "1.0") }.contains("is no version"))
    }
}

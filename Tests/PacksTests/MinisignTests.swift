import Foundation
import Testing

@testable import Packs

@Suite struct MinisignTests {
    static let message = Array("What was said.\n".utf8)

    @Test(arguments: Signature.Mode.allCases)
    func aSignatureHoldsForItsBytesAndItsCommentOnly(mode: Signature.Mode) throws {
        let key = SecretKey()
        let signature = try Signature(Self.message, by: key, mode: mode, comment: "of today")
        let read = try #require(Signature(signature.file))
        #expect(read == signature && read.comment == "of today" && read.keyID == key.publicKey.id)
        #expect(read.verifies(Self.message, by: key.publicKey))
        #expect(!read.verifies(Self.message + [0], by: key.publicKey))
        #expect(!read.verifies(Self.message, by: SecretKey().publicKey))
        let forged = try #require(Signature(signature.file.replacing("of today", with: "of yesterday")))
        #expect(!forged.verifies(Self.message, by: key.publicKey))
    }

    @Test func noBitOfASignatureCanBeChanged() throws {
        let key = SecretKey()
        let file = try Signature(Self.message, by: key, mode: .prehashed, comment: "x").file
        let lines = file.split(separator: "\n").map(String.init)
        for number in [1, 3] {
            var bytes = try #require(Base64.bytes(lines[number]))
            for place in bytes.indices {
                bytes[place] ^= 0x10
                var changed = lines
                changed[number] = Base64.text(bytes)
                let signature = Signature(changed.joined(separator: "\n") + "\n")
                #expect(
                    signature?.verifies(Self.message, by: key.publicKey) != true,
                    "line \(number), byte \(place)")
                bytes[place] ^= 0x10
            }
        }
    }

    @Test(arguments: [
        "", "x", "untrusted comment: x\nAAAA\ntrusted comment: y\nBBBB\n", String(repeating: "\n", count: 9),
    ])
    func whatIsNoSignatureIsNone(text: String) {
        #expect(Signature(text) == nil && PublicKey(file: text) == nil)
        #expect(refusal { _ = try SecretKey(file: text, password: "") }.contains("no secret key"))
    }

    @Test func aSecretKeyWithAndWithoutAPassword() throws {
        let key = SecretKey()
        let open = try key.file(password: nil)
        #expect(SecretKey.needsPassword(file: open) == false)
        #expect(try SecretKey(file: open, password: "").publicKey == key.publicKey)
        let closed = try key.file(password: "long enough", effort: .light)
        #expect(SecretKey.needsPassword(file: closed) == true)
        #expect(try SecretKey(file: closed, password: "long enough").publicKey == key.publicKey)
        #expect(refusal { _ = try SecretKey(file: closed, password: "wrong") }.contains("password"))
        #expect(PublicKey(file: key.publicKey.file) == key.publicKey)
    }

    /// libsodium's rule; minisign's own keys are the first.
    @Test(
        arguments: zip(
            [33_554_432, 32_768, 524_288, 4_194_304], [(1024, 20, 1), (1, 10, 1), (16, 14, 1), (16, 14, 8)]))
    func theParametersOfScrypt(
        operations: UInt64, expected: (megabytes: UInt64, exponent: Int, parallelism: Int)
    ) throws {
        let effort = SecretKey.Effort(operations: operations, memory: expected.megabytes << 20)
        let found = try #require(SecretKey.parameters(effort))
        #expect(found.rounds == 1 << expected.exponent && found.parallelism == expected.parallelism)
    }

    @Test func aKeyThatWantsTheWholeMachineIsNotOpened() {
        #expect(SecretKey.parameters(.init(operations: 1 << 40, memory: 1 << 40)) == nil)
    }
}

/// Debian's minisign and this one read each other.
@Suite(
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: "/usr/bin/minisign"),
        "there is no minisign here: apt-get install minisign"))
struct MinisignToolTests {
    private static let modes: [(mode: Signature.Mode, flags: [String])] = [
        (.prehashed, []), (.whole, ["-l"]),
    ]

    @Test(arguments: [0, 1]) func whatIsSignedHereIsVerifiedThere(number: Int) throws {
        let scratch = try Scratch()
        let key = SecretKey()
        let signature = try Signature(
            MinisignTests.message, by: key, mode: Self.modes[number].mode, comment: "pack:acme/ics")
        try Disk.write(MinisignTests.message, to: scratch.path + "/MANIFEST")
        try Disk.write(Array(signature.file.utf8), to: scratch.path + "/MANIFEST.minisig")
        let words = ["minisign", "-Vm", "MANIFEST", "-P", key.publicKey.text]
        let good = try system(words, in: scratch.path)
        #expect(good.status == 0 && good.output.contains("pack:acme/ics"), "\(good.output)")
        // -H takes prehashed signatures only.
        #expect(try (system(words + ["-H"], in: scratch.path).status == 0) == (number == 0))
        try Disk.replace(scratch.path + "/MANIFEST", by: MinisignTests.message + [0])
        #expect(try system(words, in: scratch.path).status != 0)
    }

    @Test(arguments: [0, 1]) func whatIsSignedThereIsVerifiedHere(number: Int) throws {
        let scratch = try Scratch()
        try Disk.write(MinisignTests.message, to: scratch.path + "/MANIFEST")
        #expect(try system(["minisign", "-GW", "-p", "k.pub", "-s", "k.key"], in: scratch.path).status == 0)
        let signed = try system(
            ["minisign", "-SW", "-s", "k.key", "-m", "MANIFEST", "-t", "from there"]
                + Self.modes[number].flags,
            in: scratch.path)
        #expect(signed.status == 0, "\(signed.output)")
        func text(_ name: String) throws -> String { try PackWorkshop.text(of: "\(scratch.path)/\(name)") }
        let key = try #require(PublicKey(file: try text("k.pub")))
        let signature = try #require(Signature(try text("MANIFEST.minisig")))
        #expect(signature.mode == Self.modes[number].mode && signature.comment == "from there")
        #expect(signature.verifies(MinisignTests.message, by: key))
        #expect(!signature.verifies(MinisignTests.message + [0], by: key))
        // Its secret key signs here as well.
        let secret = try SecretKey(file: try text("k.key"), password: "")
        #expect(secret.publicKey == key)
        let again = try secret.file(password: nil)
        try PackWorkshop.writeSecret(again, to: scratch.path + "/again.key")
        let other = try system(["minisign", "-SW", "-s", "again.key", "-m", "MANIFEST"], in: scratch.path)
        #expect(other.status == 0, "\(other.output)")
    }

    @Test func secretKeysWithPasswordsGoBothWays() throws {
        let scratch = try Scratch()
        try Disk.write(MinisignTests.message, to: scratch.path + "/MANIFEST")
        // Where memory is short, minisign makes keys that cost less, and writes into the file how much: a gigabyte of
        // scrypt takes 20 seconds without optimisation.
        let made = try system(
            ["sh", "-c", "ulimit -v 60000 && exec minisign -G -p k.pub -s k.key"],
            input: "secret\nsecret\n", in: scratch.path)
        #expect(made.status == 0, "\(made.output)")
        let file = try PackWorkshop.text(of: scratch.path + "/k.key")
        let theirs = try SecretKey(file: file, password: "secret")
        #expect(refusal { _ = try SecretKey(file: file, password: "Secret") }.contains("password"))
        #expect(PublicKey(file: try PackWorkshop.text(of: scratch.path + "/k.pub")) == theirs.publicKey)

        let ours = SecretKey()
        try PackWorkshop.writeSecret(
            try ours.file(password: "geheim", effort: .light), to: scratch.path + "/o.key")
        let signed = try system(
            ["minisign", "-S", "-s", "o.key", "-m", "MANIFEST"], input: "geheim\n", in: scratch.path)
        #expect(signed.status == 0, "\(signed.output)")
        let signature = try #require(Signature(try PackWorkshop.text(of: scratch.path + "/MANIFEST.minisig")))
        #expect(signature.verifies(MinisignTests.message, by: ours.publicKey))
    }
}

import Testing

@testable import Packs

@Suite struct TrustTests {
    private let key = SecretKey()
    private let stranger = SecretKey()

    private func signed(_ name: String = "acme/ics", by key: SecretKey) throws -> SealedPack {
        try Sample.pack(name).signed(by: key, mode: .prehashed, comment: nil)
    }

    @Test func ownersArePrefixes() throws {
        var trust = Trust()
        trust.add(key.publicKey, for: "acme")
        #expect(try trust.judge(try signed(by: key), under: .require).key == key.publicKey)
        for name in ["acme2/ics", "other/acme", "acm/e"] {
            // Under any policy: somebody claims to be who he is not.
            for policy in Trust.Policy.allCases {
                let said = refusal { _ = try trust.judge(try signed(name, by: key), under: policy) }
                #expect(said.contains("may sign for acme and not for"), "\(said)")
            }
        }
    }

    @Test func whoIsNotTrustedIsLetInByThePolicyOnly() throws {
        var trust = Trust()
        trust.add(key.publicKey, for: "acme")
        for pack in [try signed(by: stranger), try Sample.pack()] {
            #expect(refusal { _ = try trust.judge(pack, under: .require) }.contains("acme/ics 1.0.0 is "))
            #expect(try trust.judge(pack, under: .warn).warning != nil)
            #expect(try trust.judge(pack, under: .allow).warning == nil)
        }
    }

    @Test func aForgedSignatureIsNeverLetIn() throws {
        var trust = Trust()
        trust.add(key.publicKey, for: "acme")
        let (good, other) = (try signed(by: key), try Sample.pack("acme/ics", "1.0.1"))
        let signature = try #require(good.files.first { $0.path == PackList.signatureName })
        let forged = try SealedPack(other.files + [signature], from: "x")
        for policy in Trust.Policy.allCases {
            #expect(
                refusal { _ = try trust.judge(forged, under: policy) }.contains(
                    "list or signature was changed"))
        }
    }

    @Test func theLongestRuleDecides() {
        var trust = Trust()
        #expect(trust.policy(for: "/srv/a") == .require)
        trust.set(.warn, for: "*")
        trust.set(.allow, for: "/srv/packs/")
        trust.set(.require, for: "/srv/packs/theirs")
        #expect(trust.policy(for: "https://x") == .warn)
        #expect(trust.policy(for: "/srv/packs") == .allow && trust.policy(for: "/srv/packs/ours") == .allow)
        #expect(
            trust.policy(for: "/srv/packs/theirs/x") == .require && trust.policy(for: "/srv/packs2") == .warn)
    }

    @Test func aRuleForAPathIsOneForItsRepository() {
        var trust = Trust()
        trust.set(.warn, for: "/srv/packs")
        #expect(trust.policy(for: "file:///srv/packs/ics") == .warn)
        trust.set(.allow, for: "file:///srv/packs/")
        #expect(trust.rules.count == 1 && trust.policy(for: "/srv/packs") == .allow)
        #expect(trust.removeRule(for: "/srv/packs/") && !trust.removeRule(for: "/srv/packs"))
        #expect(trust.policy(for: "/srv/packs") == .require)
    }

    @Test func theFile() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/home/trust"
        var trust = Trust()
        trust.add(key.publicKey, for: "acme")
        trust.add(key.publicKey, for: "beta")
        trust.add(stranger.publicKey, for: "acme")
        trust.set(.warn, for: "file:///srv/packs")
        try trust.write(to: path)
        #expect(try Trust(path: path) == trust)
        #expect(trust.remove("acme") == 2 && trust.keys.map(\.owners) == [["beta"]])
        #expect(trust.remove(key.publicKey.id) == 1 && trust.keys.isEmpty)
        #expect(try Trust(path: scratch.path + "/nothing") == Trust())
        for text in ["key x\n", "source x\n", "hello\n", "  owner x\n"] {
            try Disk.replace(path, by: Array(text.utf8))
            #expect(refusal { _ = try Trust(path: path) }.contains("trust:1: "))
        }
    }
}

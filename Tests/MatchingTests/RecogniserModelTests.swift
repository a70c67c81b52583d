import Net
import TestSupport
import Testing

@testable import Matching

extension Generator {
    fileprivate mutating func signature(stable: Bool) -> SignatureDefinition {
        let client = below(4) > 0 ? matcher(depth: 2, stable: stable) : nil
        let server = client == nil || below(4) > 0 ? matcher(depth: 2, stable: stable) : nil
        var alone: Set<Speaker> = []
        if client != nil, below(3) == 0 { alone.insert(.client) }
        if server != nil, below(3) == 0 { alone.insert(.server) }
        let either = below(6) == 0 ? client : nil
        return MatchingTests.signature(client: client, server: server, either: either, alone: alone)
    }

    fileprivate mutating func roles() -> Roles {
        [.firstIsClient, .secondIsClient, .firstSpokeFirst, .secondSpokeFirst][below(4)]
    }
}

/// Which signatures fit most of what was heard, looking at each of them; in words, with the one who is the client.
///
/// Best is one that fits both speakers; then a server whose words are enough, whatever the client said; then one that
/// asks nothing of a server that was heard.
private func holding(
    _ recogniser: borrowing Recogniser, _ signatures: [SignatureDefinition], _ first: [UInt8],
    _ second: [UInt8],
    _ roles: Roles
) -> Set<String> {
    let assumed = roles == .firstIsClient || roles == .firstSpokeFirst
    let isKnown = roles == .firstIsClient || roles == .secondIsClient
    var words: [Set<String>] = [[], [], []]
    for (number, signature) in signatures.enumerated() {
        for firstIsClient in [true, false] {
            guard firstIsClient == assumed || !isKnown && !signature.isSymmetric else { continue }
            let (client, server) = firstIsClient ? (first, second) : (second, first)
            let holder = "p\(number) \(firstIsClient ? "first" : "second")"
            if recogniser.holds(number, client, server) {
                let bothSpoke = !client.isEmpty && !server.isEmpty
                let isUnasked = bothSpoke && signature.server == nil
                words[isUnasked ? 2 : 0].insert("\(holder) \(bothSpoke ? "certain" : "likely")")
            } else if signature.alone.contains(.server), !server.isEmpty, recogniser.holds(number, [], server)
            {
                words[1].insert("\(holder) likely")
            }
        }
    }
    return words.first { !$0.isEmpty } ?? []
}

extension Recogniser {
    fileprivate borrowing func holds(_ number: Int, _ client: [UInt8], _ server: [UInt8]) -> Bool {
        client.withBytes { client in
            server.withBytes {
                if case .holds = attempt(number, client: client, server: $0, assumesAnswer: false) {
                    true
                } else {
                    false
                }
            }
        }
    }
}

@Suite struct RecogniserModelTests {
    /// The index hides no signature that fits, names none that does not, and the order of the views is nothing.
    @Test(arguments: 0..<10)
    func decidesAsThoughItLookedAtEverySignature(_ seed: UInt64) throws {
        var generator = Generator(seed: 1000 + seed)
        for _ in 0..<8 {
            let signatures = (0...generator.below(12)).map { _ in generator.signature(stable: false) }
            var recogniser = Recogniser(index: try library(signatures), scripts: Scripts())
            for _ in 0..<60 {
                let (first, second, roles) = (
                    generator.text(0...14), generator.text(0...14), generator.roles()
                )
                guard !first.isEmpty || !second.isEmpty else { continue }
                let words = recogniser.words(first, second, roles, isFinal: true)
                let expected = holding(recogniser, signatures, first, second, roles)
                let isRight = expected.isEmpty ? words == "none" : expected.contains(words)
                #expect(isRight, "\(words), not of \(expected): \(first) \(second) \(roles)")
                let mirrored = recogniser.words(second, first, roles.mirrored, isFinal: true)
                #expect(words.split(separator: " ").first == mirrored.split(separator: " ").first)
                #expect((words.contains("first")) == (mirrored.contains("second")), "\(words), \(mirrored)")
            }
        }
    }

    /// It gives up only where no bytes to come could have made a difference.
    @Test(arguments: 0..<10)
    func givesUpOnlyWhatIsHopeless(_ seed: UInt64) throws {
        var generator = Generator(seed: 2000 + seed)
        for _ in 0..<8 {
            let signatures = (0...generator.below(6)).map { _ in generator.signature(stable: true) }
            var recogniser = Recogniser(index: try library(signatures), scripts: Scripts())
            for _ in 0..<60 {
                let (first, second, roles) = (
                    generator.text(1...14), generator.text(1...14), generator.roles()
                )
                let (low, high) = (1 + generator.below(first.count), 1 + generator.below(second.count))
                let early = recogniser.words(Array(first.prefix(low)), Array(second.prefix(high)), roles)
                guard early == "none" else { continue }
                #expect(holding(recogniser, signatures, first, second, roles).isEmpty)
            }
        }
    }
}

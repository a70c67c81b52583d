public import Net

// Which signatures a look at first bytes considers, and what decides between them: for explanations.

/// A signature that the index found by what somebody said.
public struct Candidate: Hashable, Sendable {
    /// The signature's place in the library.
    public let signature: Int
    /// The speaker whose matcher the bytes were found by.
    public let speaker: Speaker
    /// Whether the first of the two views given said them.
    public let isFirst: Bool
}

/// What a signature that holds has to say for itself: among several, the higher rank wins, then the higher specificity,
/// then the one that was declared first.
public struct Claim: Sendable, Equatable {
    /// How it stands to what the server said.
    public let rank: Rank
    /// How much it asks for, in bits.
    public let specificity: Int
}

extension Recogniser {
    /// The signatures that the index finds by their beginnings, in what either direction said.
    ///
    /// Those with nothing to begin with are not among them: they are asked one by one when nothing else decided.
    public func candidates(
        _ transport: TransportProtocol, first: borrowing RawSpan, second: borrowing RawSpan
    ) -> Set<Candidate> {
        let lane = index.lane(transport)
        var found: Set<Candidate> = []
        for isFirst in [true, false] {
            var list = CandidateList()
            if isFirst {
                Self.scan(lane, first, into: &list)
            } else {
                Self.scan(lane, second, into: &list)
            }
            for place in 0..<list.count {
                let side = index.sides[Int(list[place])]
                found.insert(
                    Candidate(signature: Int(side.signature), speaker: side.speaker, isFirst: isFirst))
            }
        }
        return found
    }

    private static func scan(
        _ lane: SignatureIndex.Lane, _ said: borrowing RawSpan, into list: inout CandidateList
    ) {
        _ = lane.anchored.scan(said, from: 0, into: &list)
        let end = min(said.byteCount, Programs.lineLimit)
        var start = 0
        while let newline = said.firstOffset(of: 0x0a, from: start, before: end), newline + 1 < end {
            start = newline + 1
            _ = lane.lines.scan(said, from: start, into: &list)
        }
    }

    /// What the signature with the given number claims; nil when it does not hold.
    public func claim(
        _ number: Int, client: borrowing RawSpan, server: borrowing RawSpan
    ) -> Claim? {
        let signature = index.signatures[number]
        let bothSpoke = client.byteCount > 0 && server.byteCount > 0
        let specificity = Int(signature.specificity)
        if case .holds = attempt(number, client: client, server: server, assumesAnswer: false) {
            return Claim(
                rank: bothSpoke && signature.server < 0 ? .unaskedServer : .whole, specificity: specificity)
        }
        // A server says what it is, whatever it was asked.
        guard bothSpoke, signature.aloneServer, signature.client >= 0,
            index.definitions[number].transport == .tcp,
            case .holds = attempt(number, client: RawSpan(), server: server, assumesAnswer: false)
        else { return nil }
        return Claim(rank: .serverAlone, specificity: specificity)
    }

    /// Whether the signature's two matchers are one, so that the speakers' roles say nothing.
    public func isSymmetric(_ number: Int) -> Bool { index.signatures[number].isSymmetric }

    /// How much the signature asks for, in bits.
    public func specificity(_ number: Int) -> Int { Int(index.signatures[number].specificity) }

    /// Whether a `check` function has the signature's last word.
    public func hasCheck(_ number: Int) -> Bool { index.signatures[number].check != nil }
}

public import Matching
public import Net

/// A plugin that learning proposes, with the reasons for it.
public struct Proposal: Sendable {
    /// How sure it is.
    public enum Sureness: String, Sendable {
        case low, medium, high
    }

    /// The name of the protocol.
    public var name: String
    /// What carries it.
    public var transport: TransportProtocol
    /// The matchers.
    public var client: Matcher?
    /// The matchers.
    public var server: Matcher?
    /// The speakers that are enough alone.
    public var alone: Set<Speaker>
    /// Where a number of the client's comes back in what the server says, when that is asked for too.
    public var echo: Echo?
    /// How many bits are known of what both say, as learning counts them.
    var known = 0.0
    /// Where it was seen.
    public var ports: [PortRange]
    /// Where it was seen on the port of another protocol.
    public var shares: [PortRange]
    /// Conversations that show it.
    public var examples: [Conversation] = []
    /// One that is not it.
    public var counterexample: Conversation?
    /// Whether the server begins with a line of text, which may tell what it is.
    public var hasBanner = false
    /// Why the matchers are what they are, by speaker.
    public var reasons: [(speaker: Speaker, text: String)] = []
    /// How many flows it was learned from, and how many of them it fits.
    public var flows = (fitting: 0, all: 0)
    /// What was said in those that it fits beside everything else that is loaded.
    public var fitting: Set<Conversation> = []
    /// How many flows fit what was learned from the others without them, and how many were tried so.
    public var unseen = (fitting: 0, all: 0)
    /// How many of a million random conversations fit, of the kind that fits most easily.
    public var perMillion = 0.0
    /// Whose examples and flows would get its name too.
    public var collisions: [String] = []
    /// How many examples of the library and flows with a name were tried, none of which may get its name.
    public var tried = (examples: 0, flows: 0)
    /// Flows without a name, other than those that were learned from, that get its name.
    public var alsoFits = 0

    /// Whether another proposal would recognise the same.
    func asksTheSame(as other: Proposal) -> Bool {
        client == other.client && server == other.server && alone == other.alone && echo == other.echo
    }

    /// Whether it takes less from others, or finds more flows without taking more.
    func isBetter(than other: Proposal) -> Bool {
        collisions.count != other.collisions.count
            ? collisions.count < other.collisions.count : flows.fitting > other.flows.fitting
    }

    /// How sure it is, and why.
    public var sureness: (grade: Sureness, why: String) {
        if !collisions.isEmpty { return (.low, "it takes what belongs to others") }
        if flows.fitting * 5 < flows.all * 4 {
            return (.low, "it fits \(flows.fitting) of \(flows.all) flows only: there may be two protocols")
        }
        if perMillion >= 1 || known < 20 {
            return (.low, "it asks for few bytes: more flows, or a look at them, would help")
        }
        if flows.all < 2 { return (.low, "one flow shows nothing of what changes") }
        if unseen.fitting * 5 < unseen.all * 4 {
            return (
                .medium,
                "of flows left out while learning only \(unseen.fitting * 100 / max(1, unseen.all)) % were recognised: more would come"
            )
        }
        if flows.fitting < flows.all {
            return (.medium, "it fits \(flows.fitting) of \(flows.all) flows")
        }
        if flows.all == 1 { return (.medium, "one flow is few") }
        if flows.all < 5 { return (.medium, "\(flows.all) flows are few") }
        return (.high, "\(flows.all) flows agree, and nothing else does")
    }

    /// Bytes of the client that the server repeats.
    public struct Echo: Hashable, Sendable {
        /// Where, in both.
        public var offset: Int
        /// How many.
        public var count: Int
    }
}

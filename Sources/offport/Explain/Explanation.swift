import Inventory
import Matching

/// Why a flow got its name, or none.
struct Explanation {
    let explained: ExplainedFlow
    /// The protocol and the signature that it was recognised by; none when it was announced.
    let winner: (protocolName: String, signature: String?)?
    /// How a function for its fields failed, when one did.
    let fieldFailure: String?
    /// Why the winner won over the others that hold.
    let victories: [Victory]
    /// When it was decided, or given up, and why no later.
    let end: End
    /// The signatures that were considered: the winner first, then those that hold, then the others.
    let trials: [Trial]
    /// Other signatures of the transport: nothing of them fits.
    let others: Int
    /// Whether everybody who said enough to tell said what looks random.
    let looksEncrypted: Bool

    /// One signature on what was said.
    struct Trial {
        let name: String
        let protocolName: String
        /// For people: a plugin that declares several protocols numbers the signatures of each.
        var label: String { "\(name) (\(protocolName))" }
        /// The speakers of the flow exchanged.
        let isSwapped: Bool
        let isWinner: Bool
        /// The speakers by whose bytes the index found it; none when it only fits in part.
        let foundBy: [Speaker]
        let sides: [Side]
        let claim: Claim?
        let outcome: TrialOutcome
        let hasCheck: Bool
        let specificity: Int
        /// How the `check` failed, when it did.
        var failure: String?
    }

    /// What a signature asks of a speaker, and what became of it.
    struct Side {
        let speaker: Speaker
        let isHeard: Bool
        let examination: Examination
    }

    /// Why the winner won over another that holds.
    struct Victory {
        let over: Trial
        let reason: String
    }

    /// How the looking came to its end.
    enum End: String {
        case recognised
        /// Another flow announced it: it was never looked at.
        case announced
        /// No signature could hold any more, whatever came.
        case hopeless
        /// It was looked at as often as a flow is looked at.
        case looks
        /// The flow, or the capture, was over, or its buffers were needed for others.
        case over
    }
}

internal import Matching
internal import Net

/// One port that is being asked: where the talk with it stands.
final class PortProbe {
    let target: ProbeTarget
    /// What it waits for.
    var phase = Phase.connecting
    var socket: ProbeSocket?
    /// Whether it waits for room to send.
    var wantsWrite = false
    var deadline = ContinuousClock.now
    /// When the server is interrupted that goes on and on.
    private(set) var end = ContinuousClock.now
    /// Whether it was.
    var wasInterrupted = false
    var conversation: ProbeConversation?
    /// What the server said since the last hello, and over the whole connection.
    var answer: [UInt8] = []
    var heard: [UInt8] = []
    /// What is still to be sent of the hello.
    var unsent: ArraySlice<UInt8> = []
    /// The hello that is under way, and those that may follow it.
    var step: ProbePlan.Step?
    var steps: ArraySlice<ProbePlan.Step> = []
    /// Whether the port was found open.
    var isOpen = false
    /// Whether the server greets by itself.
    var greets = false
    /// Whether the server has closed the connection.
    var hasEnded = false
    /// Whether it waits until it may send.
    var isQueued = false
    /// Datagrams sent for the present hello.
    var tries = 0
    /// Datagrams that came in this talk, empty ones too.
    var datagrams = 0
    var hellos = 0
    /// What was recognised so far, with the talk that showed it; others may tell more.
    var found: (protocolIndex: Int, conversation: ProbeConversation)?
    /// Whether those that may tell more were chosen.
    var isRefining = false
    /// The most that was said without being recognised.
    var unknown: ProbeConversation?

    enum Phase {
        /// The connection is being made.
        case connecting
        /// A server that greets has time to do so.
        case listening
        /// The server has said something, and perhaps goes on.
        case hearing
        /// A hello was sent.
        case answering
        /// The answer has begun.
        case settling
    }

    init(_ target: ProbeTarget) { self.target = target }

    /// More bytes and datagrams of one talk are not looked at.
    static let mostHeard = 16_384
    static let mostDatagrams = 64

    /// Whether what comes is looked at.
    var hears: Bool { heard.count < Self.mostHeard && datagrams < Self.mostDatagrams }

    /// Waits so long for the server to begin; then it may go on for as long as `speaking`.
    func listen(for patience: Duration, speaking: Duration) {
        deadline = .now + patience
        end = deadline + speaking
    }

    /// The server has spoken: that was all, when it stays silent for so long.
    func settle(after silence: Duration) { deadline = min(.now + silence, end) }

    /// The talk is over, whatever it gave.
    func drop() {
        socket = nil
        hasEnded = false
        if let conversation, conversation.isAnswered,
            conversation.said(byServer: true).count > unknown?.said(byServer: true).count ?? 0
        {
            unknown = conversation
        }
        conversation = nil
        (answer, heard, unsent, datagrams) = ([], [], [], 0)
    }
}

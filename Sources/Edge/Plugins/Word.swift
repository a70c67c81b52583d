/// The words of the language that stand in what a file declares; the numbers are CLuaShim's.
enum Word: UInt8, CaseIterable {
    case `protocol`, allow, forbid, expected, site, receiver, alert
    case finding, service, client, host, flow, assets
    case baseline, keep, pack
    case tcp, udp, sctp, fields
    case expectFlow
    case example, counterexample, upgrade, handshake, probe
    case detect, count, use
    case accept, disable, prefer, severity, servers
    case extend, identify, log
    case starts
    case startsNocase
    case line
    case lineNocase
    case command, reply, bytes, at, contains, matches, length, any, all, none
    case header, sized
    case sizedLE
    case seq
    case labels, counted
    case countedLE
    case enter, skip, ends

    /// The word as it is written.
    var text: String { Self.texts[Int(rawValue)] }

    private static let texts = LuaState.words().map(\.name)

    /// Whether it names what can be alerted, or detected; such words are names of fields elsewhere.
    var isEvent: Bool { (Word.finding.rawValue...Word.assets.rawValue).contains(rawValue) }

    /// Whether it says what bytes must look like.
    var isMatcher: Bool { rawValue >= Word.starts.rawValue && !isStep }

    /// Whether it only means something inside `seq`.
    var isStep: Bool { rawValue >= Word.labels.rawValue }
}

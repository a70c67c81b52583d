public import Net

/// How far a flow came, as records say it.
public enum FlowState: String, Sendable {
    /// Both ends took part.
    case established
    /// The client asked, nobody answered.
    case attempted
    /// The server refused.
    case rejected
    /// Both ends were seen, but not the beginning.
    case midstream
    /// Only one direction was captured.
    case oneWay = "one-way"
}

extension Flow {
    /// How far the flow has come.
    @inlinable
    public var state: FlowState {
        let bothSent = marks.contains([.sent(0), .sent(1)])
        guard key.transport == .tcp else { return bothSent ? .established : .oneWay }
        let spoke = marks.contains(.spoke(0)) || marks.contains(.spoke(1))
        let refused = marks.contains(.reset) && !marks.contains(.synAck) && bothSent
        if !spoke, !isAcknowledged {
            if refused { return .rejected }
            // Scanners send segments that no connection does: neither SYN nor ACK.
            let isProbe =
                !marks.contains(.acknowledged) && !marks.contains(.synAck) && !marks.contains(.reset)
            if marks.contains(.syn) || isProbe { return .attempted }
        }
        if !bothSent { return .oneWay }
        return marks.contains(.syn) || marks.contains(.synAck) ? .established : .midstream
    }

    /// Whether the client has answered the server's SYN-ACK: a half-open flow is an attempt, however far a scanner or a
    /// flood takes it.
    @inlinable
    var isAcknowledged: Bool { marks.contains([.synAck, .acknowledged]) }

    /// How long the flow may be silent before it ends.
    public var idleLimit: Int64 {
        guard key.transport == .tcp else { return FlowTimeouts.datagram }
        if marks.isClosed { return FlowTimeouts.closed }
        return state == .attempted ? FlowTimeouts.attempt : FlowTimeouts.stream
    }
}

/// How long flows may be silent, in seconds of packet time.
public enum FlowTimeouts {
    /// A TCP flow with both ends alive: five minutes, as keep-alives and long polls need.
    public static let stream: Int64 = 300
    /// A TCP flow after FIN or reset: long enough for late retransmissions.
    public static let closed: Int64 = 10
    /// A SYN without an answer.
    public static let attempt: Int64 = 30
    /// UDP, SCTP and tunnels (RFC 4787 section 4.3 asks NATs for at least two minutes).
    public static let datagram: Int64 = 120
}

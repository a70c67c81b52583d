internal import Net
internal import Records

extension SessionFact {
    /// Tells how far the session came by who sent packets and, over TCP, by the flags of all packets of each end, added
    /// up (RFC 9293 section 3.1); 0 where they are not known.
    mutating func judge(clientFlags: UInt64, serverFlags: UInt64) {
        let isAnswered = sent.packets > 0 && received.packets > 0
        guard transport == .tcp else {
            state = isAnswered ? .established : .oneWay
            return
        }
        let (fin, syn, rst, psh, ack): (UInt64, UInt64, UInt64, UInt64, UInt64) = (1, 2, 4, 8, 0x10)
        let onlyAsks = clientFlags & (syn | ack) == syn
        guard isAnswered else {
            state = onlyAsks ? .attempted : .oneWay
            return
        }
        // Where packets are sampled, what a server goes on to say shows that it was answered.
        let onlyOffers = serverFlags & (syn | psh | fin) == syn
        let all = clientFlags | serverFlags
        if clientFlags & syn != 0, serverFlags & (rst | syn) == rst {
            state = .rejected
        } else if onlyAsks, onlyOffers {
            // A scan of an open port: the client never answered the SYN-ACK but with a reset.
            state = .attempted
        } else {
            state = all != 0 && all & syn == 0 ? .midstream : .established
        }
    }
}

/// Keeps what one side of each conversation sends, as a tap on one fibre does.
public struct OneDirection: Mutation {
    /// A side of a conversation.
    public enum Side: Sendable {
        /// Who asks.
        case client
        /// Who is asked.
        case server
    }

    private let side: Side

    /// Keeps what that side sends, and what belongs to no conversation.
    public init(of side: Side) { self.side = side }

    /// Makes the mutated capture.
    public func apply(to frames: [CapturedFrame]) -> [CapturedFrame] {
        let conversations = Conversations(frames)
        return zip(frames, conversations.parts).compactMap { frame, part in
            guard let part else { return frame }
            let isClient = conversations.clients[part.key] == part.sender
            return isClient == (side == .client) ? frame : nil
        }
    }
}

import Net

/// Leaves out the beginning of each TCP conversation, as a capture does that was started later.
public struct HandshakeCut: Mutation {
    private let segments: Int

    /// Leaves out what comes before the first segment that says something.
    ///
    /// - Parameter segments: how many of those that say something are left out too.
    public init(andSegments segments: Int = 0) { self.segments = segments }

    /// Makes the mutated capture.
    public func apply(to frames: [CapturedFrame]) -> [CapturedFrame] {
        let conversations = Conversations(frames)
        var said: [Conversations.Key: Int] = [:]
        return zip(frames, conversations.parts).compactMap { frame, part in
            guard let part, part.key.transport == .tcp else { return frame }
            if part.hasPayload { said[part.key, default: 0] += 1 }
            // A connection that reuses the ends begins with a handshake too.
            let isHandshake = part.flags & 2 != 0 && !part.hasPayload
            return said[part.key, default: 0] > segments && !isHandshake ? frame : nil
        }
    }
}

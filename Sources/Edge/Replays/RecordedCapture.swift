internal import Capture
public import Mutations
internal import Net

/// A capture, as Ethernet frames.
public struct RecordedCapture: Sendable {
    /// The file's name.
    public let name: String
    /// Its frames.
    public let frames: [CapturedFrame]
    /// Which frames belong together.
    public let conversations: Conversations
    /// The places of each conversation's frames.
    public let places: [Conversations.Key: [Int]]
    /// What the engine makes of it as it is.
    public let outcome: ReplayOutcome

    /// Reads a capture and replays it as it is.
    public init(_ path: String, _ replay: Replay) throws {
        let frames = try Self.read(path)
        name = path.split(separator: "/").last.map(String.init) ?? path
        conversations = Conversations(frames)
        places = conversations.places
        outcome = replay.run(frames)
        self.frames = frames
    }

    /// The frames of a file, each as an Ethernet frame.
    public static func read(_ path: String) throws -> [CapturedFrame] {
        let reader = try CaptureReader(path: path)
        let chunk = Chunk()
        var frames: [CapturedFrame] = []
        while try reader.read(into: chunk) {
            for frame in chunk.frames {
                let bytes = chunk.withBytes { $0.copy(from: frame.offset, atMost: frame.capturedLength) }
                let missing = frame.originalLength - frame.capturedLength
                let whole = try ethernet(bytes, frame.linkType)
                frames.append(
                    CapturedFrame(
                        number: frames.count + 1, time: frame.time, bytes: whole,
                        originalLength: whole.count + missing))
            }
        }
        return frames
    }

    /// A link type that cannot be made Ethernet: mutations know that alone.
    public struct OtherLinkType: Error, CustomStringConvertible {
        /// The link type's number.
        public var number: UInt16
        /// What a person is told.
        public var description: String { "frames of link type \(number) cannot be mutated" }
    }

    /// Raw IP gets an Ethernet header; the two "cooked" headers end in an EtherType as Ethernet's does
    /// (tcpdump.org, LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2).
    private static func ethernet(_ bytes: [UInt8], _ type: LinkType) throws -> [UInt8] {
        let addresses: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]
        switch type.number {
        case 1: return bytes
        case 101: return addresses + (bytes.first.map { $0 >> 4 } == 6 ? [0x86, 0xdd] : [8, 0]) + bytes
        case 113: return addresses + bytes[14...]
        case 276: return addresses + bytes[0..<2] + bytes[20...]
        default: throw OtherLinkType(number: type.number)
        }
    }
}

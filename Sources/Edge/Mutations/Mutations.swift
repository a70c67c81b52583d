// Mutations: the frames of a capture in; the same conversations out, as another place, time or tap would have
// captured them.
//
// What comes in: `CapturedFrame`s, Ethernet frames in the order of their capture. What goes out: frames of the same
// kind, in the order of the mutated capture; each still says which frame it was made from. What is said stays as it
// is: no mutation changes a byte of a payload, so what is recognised by its bytes is still to be recognised.
//
//   FrameLayout      where a frame's addresses, ports and payload are
//   Conversations    which frames belong together, and who asks whom
//   Relocation, HandshakeCut, SegmentSplit, Loss, Reordering, Duplication, OneDirection,
//   VLANTagging, VXLANWrapping, IPv6Mapping      one way each in which the same words may reach an analyst
//
// Chance is seeded: the same frames and the same seed give the same frames. Checksums are left as they were: a capture
// of what a network card is yet to fill in has wrong ones too, and nothing in Offport looks at them.
//
// May import: Net. Must never: recognise anything, read a clock or a file, trust a length in a frame.

public import Net

/// One way in which the same conversations may look different in a capture.
public protocol Mutation: Sendable {
    /// Makes the mutated capture.
    func apply(to frames: [CapturedFrame]) -> [CapturedFrame]

    /// Where an end of a conversation is afterwards.
    ///
    /// - Parameter isEnclosed: whether the conversation is inside a tunnel of the capture.
    func place(of end: TransportEnd, isEnclosed: Bool) -> TransportEnd
}

extension Mutation {
    /// Most mutations leave all ends where they are.
    public func place(of end: TransportEnd, isEnclosed: Bool) -> TransportEnd { end }
}

/// One end of a conversation over a transport.
public struct TransportEnd: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// What carries the conversation.
    public var transport: TransportProtocol
    /// Address and port.
    public var endpoint: Endpoint

    /// An end of a conversation over `transport`.
    public init(_ transport: TransportProtocol, _ endpoint: Endpoint) {
        self.transport = transport
        self.endpoint = endpoint
    }

    /// By endpoint, then by transport.
    public static func < (left: TransportEnd, right: TransportEnd) -> Bool {
        (left.endpoint, left.transport) < (right.endpoint, right.transport)
    }

    /// `10.0.0.5:419/tcp`.
    public var description: String { "\(endpoint)/\(transport)" }
}

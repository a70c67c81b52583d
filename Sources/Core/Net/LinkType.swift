/// What a frame starts with: the link-layer header type of a capture file or interface
/// (tcpdump.org "LINKTYPE_" registry).
public struct LinkType: Hashable, Sendable, BitwiseCopyable {
    /// The number of the registry.
    public let number: UInt16

    /// The link type with the given registry number.
    @inlinable
    public init(number: UInt16) { self.number = number }
}

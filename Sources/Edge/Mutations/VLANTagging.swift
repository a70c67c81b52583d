/// Puts a VLAN tag on every frame (IEEE 802.1Q), outside those that it has.
public struct VLANTagging: Mutation {
    private let vlan: UInt16

    /// Tags with a VLAN's number, 1 to 4094.
    public init(vlan: UInt16) { self.vlan = vlan }

    /// Makes the mutated capture.
    public func apply(to frames: [CapturedFrame]) -> [CapturedFrame] {
        frames.map { frame in
            guard frame.bytes.count >= 12 else { return frame }
            var tagged = frame
            tagged.replace(12..<12, with: [0x81, 0x00] + vlan.networkBytes)
            return tagged
        }
    }
}

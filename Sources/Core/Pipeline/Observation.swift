public import Flows
public import Inventory

/// Something the packet lane noticed, with the number of the frame that made it notice; observations of several
/// lanes are put in order by that number.
public struct Observation: Sendable {
    /// The frame's number in its capture, counted from 1; the end of a capture has the highest.
    public var frame: Int
    /// What was noticed.
    public var event: Event

    /// What can be noticed.
    public enum Event: Sendable {
        /// A flow was recognised.
        case recognised(Recognition)
        /// A flow ended; the places of the protocols that followed the first one in it.
        case ended(Flow, then: [Int32])
        /// A flow's first bytes, when they are kept for an explanation; the client's and the server's.
        case said(Flow, client: [UInt8], server: [UInt8])
    }
}

public import Net

// What is noticed comes many at a time: the memory of the services it is about is asked for together, before the
// first of them is looked at.
extension Inventory {
    /// What is asked for of a service, one after the other.
    public enum Part: Sendable {
        /// Where it is filed.
        case slot
        /// The service itself.
        case entry
    }

    /// Asks for the memory of a service that will be needed soon; nothing changes, whether or not it is known.
    ///
    /// `mutating`, since an inventory that is merely lent is copied for it.
    @inline(__always)
    public mutating func fetch(
        _ part: Part, server: Endpoint, transport: TransportProtocol, protocolIndex: Int
    ) {
        let key = ServiceKey(server, transport, protocolIndex: protocolIndex)
        switch part {
        case .slot: services.fetchSlot(key)
        case .entry: services.fetchEntry(key)
        }
    }
}

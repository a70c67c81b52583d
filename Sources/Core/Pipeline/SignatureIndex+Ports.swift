internal import Flows
internal import Inventory
internal import Matching
internal import Net

// Asked of the index, which is shared: a workbench that is merely lent is copied for it.
extension SignatureIndex {
    /// Whether the ports tell that the client of a verdict is the server.
    ///
    /// Only it has a port of the protocol; or neither has, and its port is the likelier to be a server's. Over UDP the
    /// latter is no sign: whoever was heard first asked. A group of hosts asks nothing, so that it is no client anyhow.
    func areExchanged(_ verdict: Verdict, _ key: FlowKey) -> Bool {
        let client = verdict.firstIsClient ? 0 : 1
        func isHome(_ direction: Int) -> Bool { isPort(key, direction, of: verdict.protocolIndex) }
        guard !isHome(1 - client), !key.sender(1 - client).address.isMulticastOrBroadcast else {
            return false
        }
        return isHome(client)
            || key.transport == .tcp
                && PortKind(key.sender(client).port) < PortKind(key.sender(1 - client).port)
    }

    /// Whether the port of the one who sends in `direction` is one of a protocol's own, or a customary second home.
    func isPort(_ key: FlowKey, _ direction: Int, of protocolIndex: Int32) -> Bool {
        let (place, port) = (Int(protocolIndex), ServicePort(key.sender(direction).port, key.transport))
        // One list after the other: a definition is large.
        return protocols[place].ports.contains { $0.contains(port) }
            || protocols[place].shares.contains { $0.contains(port) }
            || protocols[place].alternates.contains { $0.contains(port) }
    }

    /// Whether a host may give out the port of the one who sends in `direction`, for a connection of the protocol that it
    /// announces: not one of the system's (RFC 6335 section 6), unless it is the protocol's own.
    ///
    /// Above those anything goes: servers choose from 1024 up.
    func isGivenOut(_ key: FlowKey, _ direction: Int, for protocolIndex: Int32) -> Bool {
        key.sender(direction).port >= 1024 || isPort(key, direction, of: protocolIndex)
    }
}

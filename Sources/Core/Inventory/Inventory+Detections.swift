internal import Net

// What detections ask of an inventory, and how their findings come into it.

extension Inventory {
    /// The service that a recognition just was a session of; nil when it made none.
    public func service(of recognition: Recognition) -> Int? {
        guard !recognition.isChild, recognition.serverSpoke || recognition.isOneWay else { return nil }
        return services.find(
            ServiceKey(
                recognition.server, recognition.transport, protocolIndex: recognition.protocolIndex))
    }

    /// A word that changes when the standing of a service does.
    public func standingMark(ofService id: Int) -> UInt64 {
        let entry = services.entries[id]
        return UInt64(UInt32(bitPattern: entry.allowance)) << 1 | (entry.isOffPort ? 1 : 0)
    }

    /// Keeps what a detection found in a session of a service, and returns it as a finding.
    public mutating func report(
        _ detected: Detected, severity: Severity, _ recognition: Recognition, service: Int
    ) -> Finding {
        let direction = judge.direction(
            client: recognition.client.address, server: recognition.server.address)
        return add(.detected(detected), severity, recognition, service, direction, nil)
    }
}

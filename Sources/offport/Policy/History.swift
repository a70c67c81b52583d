import Inventory
import Net
import Records
import Stores

/// What a store remembers, judged anew.
enum History {
    /// The services of a store, with all that they said: what asset lists are asked about.
    static func services(ofStore path: String) throws -> [Service] {
        do {
            return try Store(reading: path).holdings(Selection(), [.services]).services
        } catch {
            throw Outcome.failed([error.description])
        }
    }

    private struct Program: Hashable {
        var host: IPAddress
        var protocolName: String
    }

    /// The services and findings that a policy would have made of every session that is stored.
    ///
    /// Who spoke which protocol is as it was recognised then; standings and findings are the judge's.
    static func inventory(ofStore path: String, _ library: PluginLibrary) throws -> Inventory {
        do {
            return try inventory(of: Store(reading: path), library)
        } catch {
            throw Outcome.failed([error.description])
        }
    }

    /// The same of a store that is open.
    static func inventory(of store: Store, _ library: PluginLibrary) throws(StoreError) -> Inventory {
        let judge = library.judge
        var places: [String: Int] = [:]
        for (place, facts) in judge.protocols.enumerated() where places[facts.name] == nil {
            places[facts.name] = place
        }
        var inventory = Inventory(judge: judge)
        inventory.begin(capture: store.path)
        var programs: [Program: FlowFields] = [:]
        for client in try store.holdings(Selection(), [.clients]).clients {
            let key = Program(host: client.host, protocolName: client.protocolName)
            programs[key] = FlowFields(client: FieldSet([("software", client.software)]))
        }
        try store.forEachPastSession { session in
            guard let place = places[session.protocolName] else { return }
            let recognition = Recognition(
                flow: session.flow, time: session.start, start: session.start,
                transport: session.transport, vlan: session.vlan, client: session.client,
                server: session.server, protocolIndex: place,
                confidence: session.isCertain ? .certain : .likely, serverSpoke: true, isOneWay: false,
                isChild: false, evidence: EvidenceSample(isServer: true),
                fields: programs[
                    Program(host: session.client.address, protocolName: session.protocolName)])
            for _ in 0..<session.count { _ = inventory.recognise(recognition) }
        }
        return inventory
    }
}

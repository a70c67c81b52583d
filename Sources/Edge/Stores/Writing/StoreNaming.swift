internal import Inventory

/// What the store must know of the plugin library: names instead of places.
public struct StoreNaming: Sendable {
    /// The protocols, by place.
    public var protocols: [ProtocolNames]
    /// The allowances' names, by place.
    public var allowances: [String]
    /// The signatures' names, by place.
    public var signatures: [String]

    /// What a protocol is called, and where it comes from.
    public struct ProtocolNames: Sendable, Equatable {
        /// The protocol's name.
        public var name: String
        /// The plugin that declares it.
        public var plugin: String
        /// The version of the plugin's pack.
        public var packVersion: String?

        /// Names of a protocol.
        public init(name: String, plugin: String, packVersion: String?) {
            (self.name, self.plugin, self.packVersion) = (name, plugin, packVersion)
        }
    }

    /// Names by place.
    public init(protocols: [ProtocolNames], allowances: [String], signatures: [String]) {
        (self.protocols, self.allowances, self.signatures) = (protocols, allowances, signatures)
    }

    /// Nothing has a name yet.
    init() { self.init(protocols: [], allowances: [], signatures: []) }

    /// What the protocol at a place is called.
    func names(ofProtocol place: Int) -> ProtocolNames? {
        protocols.indices.contains(place) ? protocols[place] : nil
    }

    /// The name of the allowance at a place.
    func allowance(_ place: Int) -> String? { allowances.indices.contains(place) ? allowances[place] : nil }

    /// The name of the signature that decided.
    func signature(of evidence: Evidence) -> String? {
        evidence.signature.flatMap { signatures.indices.contains($0) ? signatures[$0] : nil }
    }
}

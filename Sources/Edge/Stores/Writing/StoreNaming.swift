internal import Inventory

/// What the store must know of the plugin library: names instead of places.
public struct StoreNaming: Sendable {
    /// The protocols, by place.
    public var protocols: [ProtocolNames]
    /// The allowances' names, by place.
    public var allowances: [String]
    /// The signatures' names, by place.
    public var signatures: [String]
    /// The versions of the signatures' packs, by place; where there are none, the protocols' count.
    public var signatureVersions: [String?]

    /// What a protocol is called, and where it comes from.
    public struct ProtocolNames: Sendable, Equatable {
        /// The protocol's name.
        public var name: String
        /// The plugin that declares it.
        public var plugin: String
        /// The version of the plugin's pack.
        public var packVersion: String?
        /// The protocol's title, which may tell how people write its name.
        public var title: String?

        /// Names of a protocol.
        public init(name: String, plugin: String, packVersion: String?, title: String? = nil) {
            (self.name, self.plugin, self.packVersion) = (name, plugin, packVersion)
            self.title = title
        }
    }

    /// Names by place.
    public init(
        protocols: [ProtocolNames], allowances: [String], signatures: [String],
        signatureVersions: [String?] = []
    ) {
        (self.protocols, self.allowances) = (protocols, allowances)
        (self.signatures, self.signatureVersions) = (signatures, signatureVersions)
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

    /// The version of the pack whose signature decided; without a signature, of the pack that declares the protocol.
    func packVersion(of evidence: Evidence, protocolIndex: Int) -> String? {
        if let place = evidence.signature, signatureVersions.indices.contains(place) {
            return signatureVersions[place]
        }
        return names(ofProtocol: protocolIndex)?.packVersion
    }
}

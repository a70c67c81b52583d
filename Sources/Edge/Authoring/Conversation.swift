internal import Matching
public import Net
internal import Plugins

/// What the speakers of a flow said first; empty for one that was not heard.
public struct Conversation: Hashable, Sendable {
    /// What carried it.
    public var transport: TransportProtocol
    /// What the client said.
    public var client: [UInt8]
    /// What the server said.
    public var server: [UInt8]

    /// A conversation.
    public init(_ transport: TransportProtocol, client: [UInt8], server: [UInt8]) {
        self.transport = transport
        self.client = client
        self.server = server
    }
}

extension Workshop {
    /// A protocol's examples, with every transport that they leave open and the protocol has a signature for.
    func conversations(of place: Int) -> [(example: Example, said: Conversation)] {
        conversations(library.examples[place], of: place)
    }

    /// The same of other examples for a protocol, such as those of an extension; counterexamples are left out.
    func conversations(_ examples: [Example], of place: Int) -> [(example: Example, said: Conversation)] {
        let transports = TransportProtocol.withPorts.filter { transport in
            library.definitions[place].signatures.contains { $0.transport == transport }
        }
        return examples.filter { !$0.isCounter }.flatMap { example in
            transports.filter { (example.transport ?? $0) == $0 }.map {
                (
                    example,
                    Conversation($0, client: example.client ?? [], server: example.server ?? [])
                )
            }
        }
    }
}

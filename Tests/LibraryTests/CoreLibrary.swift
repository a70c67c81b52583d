import Matching
import Net
import Plugins

/// The core pack, compiled once for all tests here.
enum CoreLibrary {
    static let library = Library(plugins: ["plugins/core"])
    static let index: SignatureIndex = {
        // Without an index there is nothing to test.
        do { return try SignatureIndex(library.definitions, regexes: library.regexes) } catch {
            preconditionFailure("\(error)")
        }
    }()

    /// A recogniser of its own for a test: tests run side by side.
    static func recogniser() -> Recogniser {
        Recogniser(index: index, scripts: ScriptHost(sources: library.sources))
    }

    /// What a protocol's example says.
    struct Conversation {
        var name: String
        var transport: TransportProtocol
        var client: [UInt8]
        var server: [UInt8]
    }

    /// The conversations that the plugins want recognised, with every transport that they leave open.
    static let conversations: [Conversation] = zip(library.definitions, library.examples).flatMap {
        definition, examples in
        examples.filter { !$0.isCounter }.flatMap { example in
            TransportProtocol.withPorts.filter { transport in
                (example.transport ?? transport) == transport
                    && definition.signatures.contains { $0.transport == transport }
            }
            .map {
                Conversation(
                    name: definition.name, transport: $0, client: example.client ?? [],
                    server: example.server ?? [])
            }
        }
    }
}

extension Recogniser {
    /// The name that a conversation gets when it is over.
    mutating func name(
        _ transport: TransportProtocol, client: [UInt8], server: [UInt8], roles: Roles = .firstIsClient
    ) -> (name: String, isCertain: Bool)? {
        client.withBytes { client in
            server.withBytes { server in
                let decision = decide(transport, first: client, second: server, roles: roles, isFinal: true)
                guard case .verdict(let verdict) = decision else { return nil }
                return (index.protocols[Int(verdict.protocolIndex)].name, verdict.isCertain)
            }
        }
    }
}

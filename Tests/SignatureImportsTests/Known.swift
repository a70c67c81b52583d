import Net
import Plugins
import SignatureImports

/// Plugins as a test wants them.
struct Known: KnownProtocols {
    var names: Set<String> = ["ftp", "http", "ssh", "dns"]
    /// What a protocol's server begins with.
    var beginnings = ["http": "HTTP/1", "ssh": "SSH-"]
    var conversations: [KnownConversation] = []

    /// What others call a protocol.
    var also = ["domain": "dns"]

    func protocolName(of word: String) -> String? { names.contains(word) ? word : also[word] }

    func recognises(
        _ name: String, _ transport: TransportProtocol, client: [UInt8], server: [UInt8]
    ) -> Bool {
        beginnings[name].map { server.starts(with: Array($0.utf8)) } ?? false
    }
}

extension ImportResult {
    func text(_ path: String) -> String? {
        files.first { $0.path == path }.map { String(decoding: $0.text, as: UTF8.self) }
    }

    /// The pack's files, and a plugin for every protocol that they extend.
    var library: Library {
        let stems = extendedProtocols.map { name in
            "protocol \"\(name)\" { title = \"x\", tcp { server = starts \"zzz\" }, example { server = \"zzz\" } }"
        }
        let own = files.filter { $0.path != "pack.lua" }.map {
            PluginSource(path: $0.path, text: $0.text, kind: .plugin, id: "local/nmap/\($0.path)")
        }
        return Library(
            sources: own + [
                PluginSource(
                    path: "stems.lua", text: Array(stems.joined().utf8), kind: .plugin, id: "t/stems")
            ])
    }
}

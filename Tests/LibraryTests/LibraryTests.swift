import Matching
import Net
import Plugins
import TestSupport
import Testing

@Suite("The core library as a whole")
struct LibraryTests {
    @Test("it loads without a word")
    func loads() {
        let problems = CoreLibrary.library.problems.filter { $0.severity > .note }
        #expect(problems.map(\.description) == [])
        #expect(CoreLibrary.library.definitions.count >= 180)
    }

    @Test("every protocol says where it comes from")
    func references() {
        for definition in CoreLibrary.library.definitions {
            #expect(!definition.reference.isEmpty && !definition.category.isEmpty, "\(definition.origin)")
        }
    }

    @Test("no example of a protocol gets another one's name")
    func examples() {
        var recogniser = CoreLibrary.recogniser()
        for said in CoreLibrary.conversations {
            guard
                let found = recogniser.name(said.transport, client: said.client, server: said.server)?.name
            else { continue }
            #expect(found == said.name, "\(said.transport)")
        }
    }

    @Test("a server that names itself is not what its client took it for")
    func contradictions() {
        var recogniser = CoreLibrary.recogniser()
        let tcp = CoreLibrary.conversations.filter { $0.transport == .tcp }
        let servers = tcp.filter {
            !$0.server.isEmpty && recogniser.name(.tcp, client: [], server: $0.server)?.name == $0.name
        }
        var (wrong, pairs) = (0, 0)
        for said in tcp where !said.client.isEmpty {
            for server in servers where server.name != said.name {
                pairs += 1
                let found = recogniser.name(.tcp, client: said.client, server: server.server)
                if found?.name == said.name { wrong += 1 }
            }
        }
        // What is left are words that two protocols share, such as the greetings of FTP and SMTP, and clients that cannot
        // be mistaken, whose server may be heard from within its answers on: a third of all are those of NFS and Kerberos.
        #expect(wrong * 200 < pairs * 3, "\(wrong) of \(pairs)")
    }

    @Test("a banner of SSH on a later line counts where the client speaks it, asks nothing or is not heard")
    func quotedBanner() {
        var recogniser = CoreLibrary.recogniser()
        let quoting = Array("That host says:\r\nSSH-2.0-OpenSSH_9.6\r\n".utf8)
        let clients = [
            "what is on 192.0.2.7?\n", "SSH-2.0-OpenSSH_9.6\r\n", "", "\r\n", "GET / HTTP/1.0\r\n\r\n",
        ]
        let names = clients.map { recogniser.name(.tcp, client: Array($0.utf8), server: quoting)?.name }
        #expect(names == [nil, "ssh", "ssh", "ssh", "ssh"])
    }

    @Test("random bytes get no name", arguments: [TransportProtocol.tcp, .udp])
    func noise(transport: TransportProtocol) {
        var recogniser = CoreLibrary.recogniser()
        var generator = Generator(seed: 11)
        var named: [String] = []
        for number in 0..<20_000 {
            func said() -> [UInt8] {
                let length = Int.random(in: 16...1400, using: &generator)
                return (0..<length).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            }
            let (client, server) = (number % 3 == 2 ? [] : said(), number % 3 == 1 ? [] : said())
            if let found = recogniser.name(transport, client: client, server: server, roles: .firstSpokeFirst)
            {
                named.append(found.name)
            }
        }
        #expect(named == [])
    }
}

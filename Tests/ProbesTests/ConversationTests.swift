import Capture
import Engine
import Inventory
import Matching
import Net
import Pipeline
import Plugins
import Testing

@testable import Probes

/// What the packet lane makes of a conversation.
private final class Noted: ObservationSink {
    var recognitions: [Recognition] = []
    func take(_ observations: Observations) {
        for observation in observations {
            if case .recognised(let recognition) = observation.event { recognitions.append(recognition) }
        }
    }
}

@Suite struct ConversationTests {
    private static let library = Library(plugins: ["plugins/core"])

    @Test(arguments: ["10.0.0.1", "2001:db8::1"])
    func packetsAreRecognisedAsTraffic(host: String) throws {
        let index = try SignatureIndex(Self.library.definitions, regexes: Self.library.regexes)
        let sink = Noted()
        let engine = try PacketEngine(index: index, options: LaneOptions(), workers: 1, sink: sink) {
            ScriptHost(sources: Self.library.sources)
        }
        let server = Endpoint(try #require(IPAddress(host)), 2222)
        let client = Endpoint(
            try #require(IPAddress(host == "10.0.0.1" ? "10.0.0.2" : "2001:db8::2")), 50_000)
        var talk = ProbeConversation(
            transport: .tcp, client: client, server: server, start: Timestamp(nanoseconds: 1_000_000_000))
        // More than a segment takes, after lines that are no identification.
        talk.say(
            server, Array(String(repeating: "Authorised use only\r\n", count: 80).utf8),
            at: Timestamp(nanoseconds: 2_000_000_000))
        talk.say(server, Array("SSH-2.0-OpenSSH_9.6\r\n".utf8), at: Timestamp(nanoseconds: 2_500_000_000))
        talk.say(client, Array("SSH-2.0-offport\r\n".utf8), at: Timestamp(nanoseconds: 3_000_000_000))
        let source = MemorySource(linkType: LinkType(number: 101))
        for (time, bytes) in talk.packets() { source.append(bytes, at: time) }
        #expect(try engine.pump(source, isBusy: { false }, time: { _ in nil }))
        engine.finishCapture()
        let recognition = try #require(sink.recognitions.first)
        #expect(sink.recognitions.count == 1)
        #expect(index.protocols[recognition.protocolIndex].name == "ssh")
        #expect(recognition.server == server)
        #expect(recognition.client == client)
        #expect(recognition.confidence == .certain)
    }
}

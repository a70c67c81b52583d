internal import Capture
internal import Net
internal import Wire

/// Facts out of a capture of the datagrams that exporters sent: what `offport collect` writes, or any other one.
struct NetFlowFile {
    private var decoder = FlowDecoder()
    private let pairs: FlowPairs
    private(set) var account = ImportAccount()

    init(names: ProtocolNames) {
        pairs = FlowPairs(names: names)
        account.unit = "records"
    }

    /// Reads one capture.
    static func read(
        path: String, names: ProtocolNames, goesOn: (_ bytes: Int, _ size: Int?, _ items: Int) -> Bool,
        into sink: inout some FactSink
    ) throws(CaptureError) -> ImportAccount {
        var netflow = NetFlowFile(names: names)
        let reader = try CaptureReader(path: path)
        let chunk = Chunk()
        var wire = Decoder()
        while try reader.read(into: chunk) {
            chunk.withBytes { bytes in
                for (place, frame) in chunk.frames.enumerated() {
                    let part = bytes.extracting(frame.offset..<frame.offset + frame.capturedLength)
                    netflow.take(part, frame, chunk.number(ofFrame: place), path, &wire, &sink)
                }
            }
            guard goesOn(reader.fileBytesRead, reader.fileSize, netflow.decoder.records) else { break }
        }
        if let damage = reader.damage { netflow.account.complain(path, nil, "\(damage)") }
        netflow.finish(path, &sink)
        return netflow.account
    }

    private mutating func take(
        _ bytes: RawSpan, _ frame: Frame, _ number: Int, _ file: String, _ wire: inout Decoder,
        _ sink: inout some FactSink
    ) {
        var packet = Packet()
        guard let header = wire.link(bytes, type: frame.linkType) else {
            account.others += 1
            return
        }
        switch wire.packet(bytes, header, into: &packet) {
        case .packet where packet.transport == .udp: break
        case .fragment:
            return account.complain(
                file, "datagram \(number)", "is a fragment; fragments are not put together")
        default:
            account.others += 1
            return
        }
        guard packet.payloadLength == packet.wirePayloadLength else {
            return account.complain(
                file, "datagram \(number)",
                "is cut off by the capture: \(packet.payloadLength) of \(packet.wirePayloadLength) bytes")
        }
        let payload = bytes.extracting(packet.payloadOffset..<packet.payloadOffset + packet.payloadLength)
        self.datagram(payload, from: packet.source, number, file, &sink)
    }

    /// Reads one datagram of an exporter.
    mutating func datagram(
        _ bytes: RawSpan, from exporter: IPAddress, _ number: Int, _ file: String, _ sink: inout some FactSink
    ) {
        let pairs = pairs
        let untimely = decoder.untimely
        var withoutPorts = 0
        do throws(FlowDecoder.Failure) {
            try decoder.read(bytes, from: exporter) { flow in
                guard flow.transport.hasPorts else {
                    withoutPorts += 1
                    return
                }
                pairs.take(flow, from: exporter) { sink.take($0) }
            }
        } catch {
            account.complain(file, "datagram \(number)", error.text)
        }
        account.withoutPorts += withoutPorts
        for _ in untimely..<decoder.untimely {
            account.complain(file, "datagram \(number)", "has a record of a time that cannot be")
        }
    }

    mutating func finish(_ file: String, _ sink: inout some FactSink) {
        pairs.finish { sink.take($0) }
        account.items = decoder.records
        for text in decoder.missing { account.complain(file, nil, text) }
        for (exporter, intervals) in decoder.sampled.sorted(by: { $0.key < $1.key }) {
            let ratios = intervals.sorted().map { "one packet in \($0)" }.joined(separator: " or ")
            account.note("\(exporter) counts \(ratios): packets and bytes are as sampled")
        }
        let versions = decoder.byVersion.sorted { $0.key < $1.key }.map { version, count in
            let name = version == 10 ? "IPFIX" : "NetFlow \(version)"
            return "\(count) \(count == 1 ? "datagram" : "datagrams") of \(name)"
        }
        if !versions.isEmpty { account.note(versions.joined(separator: ", ")) }
        if decoder.optionRecords > 0 {
            account.note("\(decoder.optionRecords) records of the exporters themselves")
        }
    }
}

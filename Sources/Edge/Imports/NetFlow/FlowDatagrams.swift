public import Net

/// Reads datagrams of exporters one by one, for what holds them elsewhere than in a capture.
public struct FlowDatagrams {
    private var file: NetFlowFile
    private let name: String
    private var number = 0

    /// A reader that knows no templates yet; `name` is for messages.
    public init(names: ProtocolNames, name: String) {
        file = NetFlowFile(names: names)
        self.name = name
    }

    /// Takes the next datagram.
    public mutating func take(_ bytes: RawSpan, from exporter: IPAddress, into sink: inout some FactSink) {
        number += 1
        file.datagram(bytes, from: exporter, number, name, &sink)
    }

    /// No more come: gives what waited, and what was read.
    public mutating func finish(into sink: inout some FactSink) -> ImportAccount {
        file.finish(name, &sink)
        return file.account
    }
}

public import Inventory
import Net

extension Finding {
    /// One line that says what was found: `SSH on 8080/tcp, a port of HTTP`.
    public var title: String {
        if let titleAsTold { return titleAsTold }
        let name = spelt(protocolName)
        let place = "\(name) on \(port)"
        let server = "\(Endpoint(host, port.number))/\(port.transport)"
        switch rule {
        case .detected(let detected):
            return detected.title
        case .forbidden:
            return "\(place) is forbidden" + (reason.map { ": \($0)" } ?? "")
        case .offPort(.impersonation):
            return "\(place), a port of \(owner.map(spelt) ?? "another protocol")"
        case .offPort(.alternate):
            return "\(place), a customary alternate" + homes(" of ")
        case .offPort(.unassigned):
            return place + homes(", expected on ")
        case .newHost:
            return "New host: \(name) on \(server)"
        case .newService:
            return "New service: \(name) on \(server)"
        case .newPort:
            return "New port: \(name) on \(server)" + (before.map { ", before on \($0)" } ?? "")
        case .changedProduct:
            return "\(name) on \(server) is \(now ?? "another program")"
                + (before.map { ", before it was \($0)" } ?? "")
        case .protocolChanged:
            return "\(server) speaks \(name)"
                + (before.map { ", before it was \(spelt($0))" } ?? "")
        case .goneQuiet:
            return "Gone quiet: \(name) on \(server)" + (lastSeen.map { ", last seen \($0.date)" } ?? "")
        }
    }

    private func spelt(_ name: String) -> String { label(ofProtocol: name, spelling: spelling(of: name)) }

    /// The expected ports after a few words, nothing when there are none.
    private func homes(_ words: String) -> String {
        guard !expected.isEmpty else { return "" }
        let named = expected.prefix(3).map(\.description).joined(separator: ", ")
        return words + named + (expected.count > 3 ? " and \(expected.count - 3) more" : "")
    }

    /// The Community ID of the flow that gave rise to it.
    public var communityID: String {
        CommunityID.text(port.transport, client, Endpoint(host, port.number))
    }
}

extension Evidence {
    /// The bytes as text: printable ASCII, a dot for any other byte, without the line end at the end.
    public var text: String {
        var line = bytes.prefix(64)
        while line.last == 0x0a || line.last == 0x0d { line.removeLast() }
        return String(
            decoding: line.map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: ".") }, as: UTF8.self)
    }
}

extension Naming {
    /// A protocol's name as people write it.
    public func label(ofProtocol name: String) -> String {
        Records.label(ofProtocol: name, spelling: spelling(name))
    }
}

/// A protocol's name as people write it: as the title of its plugin does, `MySQL`, else in capitals if it is short,
/// `SSH`, else with a capital, `Netconf`.
///
/// (Short names are abbreviations nearly always, long ones words.)
public func label(ofProtocol name: String, spelling: String?) -> String {
    if let spelling { return spelling }
    let parts = name.split(separator: "-").map { part in
        part.count <= 5 ? part.uppercased() : part.prefix(1).uppercased() + part.dropFirst()
    }
    return parts.joined(separator: "-")
}

import Replays
import Testing

/// What a mutation may change after all, and why: the whole list.
///
/// `Comparison` says what must hold of all that is not listed here.
struct Exclusion: Hashable, Sendable, CustomStringConvertible {
    /// What may happen.
    enum Change: Hashable, Sendable {
        /// A flow gets another name.
        case name(from: String, to: String)
        /// A service of a protocol is taken for its client's, or is not seen.
        case service(of: String)
    }

    let change: Change
    /// The beginnings of the mutations' names.
    let mutations: [String]
    /// The captures; empty for all.
    let captures: Set<String>
    let reason: String

    private init(
        _ change: Change, by mutations: [String], in captures: Set<String> = [], because reason: String
    ) {
        self.change = change
        self.mutations = mutations
        self.captures = captures
        self.reason = reason
    }

    static let all: [Exclusion] = [
        Exclusion(
            .name(from: "http-proxy", to: "http"),
            by: ["first segment cut", "server only", "5 % lost"],
            in: ["http-proxy.pcap", "campus.pcap"],
            because:
                "the request alone tells a proxy from a web server: without it the answer is any web server's"
        ),
        Exclusion(
            .name(from: "ftp-data", to: "ssh"), by: ["reordered", "server only"],
            in: ["ftp-on-419-allowed.pcap"],
            because:
                "the file begins with a greeting of SSH, and the line that announces the transfer is late or lost"
        ),
        Exclusion(
            .name(from: "ssh", to: "http"), by: ["client only"], in: ["http-get-to-ssh-server.pcap"],
            because: "the client does speak HTTP: that the server does not can be heard from the server alone"
        ),
        Exclusion(
            .name(from: "ftp", to: "http"), by: ["client only"], in: ["port-scan-by-banner.pcap"],
            because: "as above"),
        Exclusion(
            .name(from: "smtp", to: "http"), by: ["client only"], in: ["port-scan-by-banner.pcap"],
            because: "as above"),
        Exclusion(
            .name(from: "redis", to: "http"), by: ["client only"], in: ["port-scan-by-banner.pcap"],
            because: "as above"),
        Exclusion(
            .service(of: "ssh"), by: ["handshake cut", "reordered"],
            because: "both sides greet alike: without its handshake, who greets first is taken for the client"
        ),
        Exclusion(
            .service(of: "ftp-data"), by: ["reordered"], in: ["ftp-on-21-419-2100.pcap", "campus.pcap"],
            because:
                "the line that announces the transfer is late: who takes the file is taken for its server"),
        Exclusion(
            .service(of: "http"), by: ["handshake cut"], in: ["port-reuse.pcap"],
            because:
                "handshakes part the connections between the same ends: without them there is one, the first"),
    ]

    /// Whether it is about a capture and a mutation.
    func covers(_ capture: String, _ mutation: String) -> Bool {
        (captures.isEmpty || captures.contains(capture)) && mutations.contains { mutation.hasPrefix($0) }
    }

    var description: String { "\(change) by \(mutations)" }
}

extension MutationCase: CustomTestStringConvertible {
    /// What test reports call it.
    public var testDescription: String { name }
}

extension Comparison.Renaming {
    func isExcluded(by exclusion: Exclusion) -> Bool {
        guard case .name(let from, let to) = exclusion.change else { return false }
        return exclusion.covers(capture, mutation) && self.from == [from] && self.to == [to]
    }
}

extension Comparison.Misplacement {
    func isExcluded(by exclusion: Exclusion) -> Bool {
        guard case .service(let name) = exclusion.change else { return false }
        return exclusion.covers(capture, mutation) && place.name == name
    }
}

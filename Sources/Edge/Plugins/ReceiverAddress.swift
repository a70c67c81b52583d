internal import Net

/// Where a receiver is: `tls://host:6514`, `https://host/path`.
struct ReceiverAddress {
    let scheme: String
    /// A name, or an address without brackets.
    let host: String
    /// Nil when none is written.
    let port: UInt16?

    /// What is reached there.
    enum Kind {
        case syslog
        case web
    }

    /// What is wrong with it, and how it is written.
    struct Mistake: Error {
        var text: String
    }

    init(_ text: String, schemes: [String], kind: Kind) throws(Mistake) {
        let example = kind == .syslog ? "udp://192.0.2.1:514" : "https://host/path"
        let server = kind == .syslog ? "a syslog server" : "a web server"
        let wrong = Mistake(text: "'\(text)' is not the address of \(server); write it like \(example)")
        guard let end = text.firstRange(of: "://"), text.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw wrong
        }
        let scheme = String(text[..<end.lowerBound])
        guard schemes.contains(scheme) else {
            let list = schemes.map { "\($0)://" }.joined(separator: ", ")
            let hint = Suggestion.text(for: scheme, among: schemes)
            throw Mistake(text: "'\(text)' begins with none of \(list)\(hint)")
        }
        let rest = text[end.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        // A syslog server has no path.
        guard kind == .web || authority.count == rest.count else { throw wrong }
        var host = authority[...]
        var port: Substring?
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { throw wrong }
            host = authority[authority.index(after: authority.startIndex)..<close]
            let after = authority[authority.index(after: close)...]
            guard after.isEmpty || after.hasPrefix(":"), host.contains(":"), IPAddress(String(host)) != nil
            else {
                throw wrong
            }
            port = after.isEmpty ? nil : after.dropFirst()
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
            guard !(port ?? "").contains(":") else {
                throw Mistake(
                    text: "'\(text)': an IPv6 address stands in brackets, like \(scheme)://[2001:db8::1]")
            }
        }
        guard Self.isHost(host) else { throw wrong }
        if let port {
            guard port.utf8.allSatisfy({ (48...57).contains($0) }), let number = UInt16(port), number > 0
            else {
                throw Mistake(text: "'\(text)': '\(port)' is not a port from 1 to 65535")
            }
            self.port = number
        } else {
            self.port = nil
        }
        self.scheme = scheme
        self.host = String(host)
    }

    /// Whether it can only be this machine.
    var isThisMachine: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    /// A name or an address: letters, digits, and what joins them.
    private static func isHost(_ host: Substring) -> Bool {
        !host.isEmpty && host.utf8.count <= 253
            && host.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122: true
                case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"): true
                default: false
                }
            }
    }
}

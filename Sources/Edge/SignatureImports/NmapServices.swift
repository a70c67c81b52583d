/// Which of nmap's services are which protocols: nmap names many by their IANA port names.
enum NmapServices {
    /// Services that are several protocols, or go by names that nobody else gives them: the others stand with their
    /// protocols (`also`).
    private static let names: [String: [String]] = [
        "nameserver": ["dns"], "socks-proxy": ["socks"], "svrloc": ["slp"], "slp-srvreg": ["slp"],
        "cvspserver": ["cvs"], "donkey": ["edonkey"], "icy": ["shoutcast"],
        "ibm-db2": ["db2"], "drda": ["db2"], "rethinkdb-client": ["rethinkdb"], "iso-tsap": ["s7comm"],
        "h323q931": ["h323"], "bittorrent-utp": ["bittorrent"], "hadoop-ipc": ["hadoop-rpc"],
        "sane-port": ["sane"], "thrift-binary": ["thrift"], "msn": ["msnp"],
        "sybase-adaptive": ["sybase-tds"], "murmur": ["mumble"], "wow": ["worldofwarcraft"],
        "warcraft": ["worldofwarcraft"], "ts3": ["teamspeak"], "teamspeak2": ["teamspeak"],
        "teamspeak-tcpquery": ["teamspeak"], "tor-orport": ["tls"], "apachemq": ["openwire"],
        "valve-steam": ["steam"], "psql": ["postgresql"], "pgbouncer": ["postgresql"],
        "minecraft-pe": ["raknet"], "upnp": ["ssdp", "http"], "http-proxy": ["http-proxy", "http"],
        "ipp": ["ipp", "http"],
    ]

    /// How answers of protocols begin that carry many others.
    private static let carriers = [
        ("HTTP/", "http"), ("RTSP/", "rtsp"), ("SIP/2.0", "sip"), ("SSH-", "ssh"),
    ].map { (beginning: Array($0.utf8), name: $1) }

    /// A service's name without what it is wrapped in: `http` of `ssl/http`.
    static func plain(_ service: String) -> String {
        service.lastIndex(of: "/").map { String(service[service.index(after: $0)...]) } ?? service
    }

    /// The protocols that a line may be about, of those that are declared.
    ///
    /// - Parameter literal: the text that every fit begins with.
    static func protocols(
        _ service: String, beginning literal: [UInt8], _ known: some KnownProtocols
    ) -> [String] {
        let name = plain(service).lowercased()
        var found = names[name] ?? [name]
        // A proxy speaks as what it stands for.
        if name.hasSuffix("-proxy"), names[name] == nil { found.append(String(name.dropLast(6))) }
        if let carrier = carriers.first(where: { literal.starts(with: $0.beginning) }) {
            if !found.contains(carrier.name) { found.append(carrier.name) }
            // What only has the carrier's name for its own is not told apart by its words.
            if known.protocolName(of: found[0]) == nil { found = [carrier.name] }
        }
        var declared: [String] = []
        for name in found.compactMap(known.protocolName) where !declared.contains(name) {
            declared.append(name)
        }
        return declared
    }

    /// The name that a service has as a protocol of its own; nil when nothing is left of it.
    static func name(_ service: String) -> String? {
        var bytes = plain(service).lowercased().utf8.map { byte in
            (97...122).contains(byte) || (48...57).contains(byte) || "-._+".utf8.contains(byte)
                ? byte : UInt8(ascii: "-")
        }
        while let first = bytes.first, "-._+".utf8.contains(first) { bytes.removeFirst() }
        guard !bytes.isEmpty, bytes.count <= 60 else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}

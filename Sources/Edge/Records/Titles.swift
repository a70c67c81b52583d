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

    private func spelt(_ name: String) -> String { label(ofProtocol: name, spelling: spellings[name]) }

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

/// A protocol's name as people write it: `SSH`, `MySQL`, `Telnet`.
///
/// For where the name is all there is, as in the store.
public func label(ofProtocol name: String) -> String { label(ofProtocol: name, spelling: nil) }

extension Naming {
    /// A protocol's name as people write it.
    public func label(ofProtocol name: String) -> String {
        Records.label(ofProtocol: name, spelling: spelling(name))
    }
}

/// The same where it may be known how the title of the protocol's plugin writes it.
public func label(ofProtocol name: String, spelling: String?) -> String {
    if let styled = styledNames[name] ?? spelling { return styled }
    // Short names are abbreviations nearly always, long ones words.
    let parts = name.split(separator: "-").map { part in
        part.count <= 5 ? part.uppercased() : part.prefix(1).uppercased() + part.dropFirst()
    }
    return parts.joined(separator: "-")
}

private let styledNames: [String: String] = [
    "airplay": "AirPlay", "amqp": "AMQP", "ansi-c12-22": "ANSI C12.22", "artnet": "Art-Net",
    "asterix": "ASTERIX", "babel": "Babel", "bacnet": "BACnet", "battlenet": "Battle.net", "beast": "Beast",
    "beats": "Beats", "beckhoff-ads": "Beckhoff ADS", "bittorrent": "BitTorrent", "cassandra": "Cassandra",
    "ceph": "Ceph", "checkmk-agent": "Checkmk agent", "clickhouse": "ClickHouse", "codesys": "CODESYS",
    "collectd": "collectd", "couchdb": "CouchDB", "dahua-dvrip": "Dahua DVRIP", "db2": "Db2",
    "dcerpc": "DCE/RPC", "dhcpv6": "DHCPv6", "directconnect": "Direct Connect", "distcc": "distcc",
    "dlms-cosem": "DLMS/COSEM", "dnp3": "DNP3", "dnscrypt": "DNSCrypt", "dropbox-lan": "Dropbox LAN",
    "dubbo": "Dubbo", "dvrip": "DVR-IP", "edonkey": "eDonkey", "elasticsearch": "Elasticsearch",
    "enip": "EtherNet/IP", "etcd": "etcd", "ethercat": "EtherCAT",
    "ethernetglobaldata": "Ethernet Global Data", "fanuc-focas": "FANUC FOCAS", "fastcgi": "FastCGI",
    "fluentd-forward": "Fluentd forward", "ftp-data": "FTP data", "geneve": "Geneve",
    "gige-vision": "GigE Vision", "git": "Git", "glusterfs": "GlusterFS", "gnutella": "Gnutella",
    "h323": "H.323", "hadoop-rpc": "Hadoop RPC", "hbase": "HBase", "hdfs-data": "HDFS data",
    "http-proxy": "HTTP proxy", "http2": "HTTP/2", "i2p-sam": "I2P SAM", "iec104": "IEC 104",
    "ieee-c37118": "IEEE C37.118", "ike": "IKE", "influxdb": "InfluxDB", "iperf3": "iperf3", "iscsi": "iSCSI",
    "kafka": "Kafka", "kerberos": "Kerberos", "knxnet-ip": "KNXnet/IP", "kodi": "Kodi",
    "kubernetes-api": "Kubernetes API", "managesieve": "ManageSieve", "mdns": "mDNS", "melsec": "MELSEC",
    "memcached": "memcached", "miio": "miIO", "modbus": "Modbus", "monetdb": "MonetDB", "mongodb": "MongoDB",
    "moxa-nport": "Moxa NPort", "mssql": "MS SQL", "munin": "Munin", "mysql": "MySQL", "nano": "Nano",
    "nbdgm": "NetBIOS datagram", "nbns": "NetBIOS names", "netflow": "NetFlow", "niagara-fox": "Niagara Fox",
    "nmea-0183": "NMEA 0183", "opc-ua": "OPC UA", "openflow": "OpenFlow", "openvpn": "OpenVPN",
    "openwire": "OpenWire", "oracle-tns": "Oracle TNS", "plex": "Plex", "postgresql": "PostgreSQL",
    "proxy-protocol": "PROXY protocol", "pulseaudio": "PulseAudio", "radius": "RADIUS", "raknet": "RakNet",
    "redis": "Redis", "redis-cluster": "Redis cluster", "rethinkdb": "RethinkDB", "rexec": "rexec",
    "riak": "Riak", "rlogin": "rlogin", "rndc": "rndc", "rocketmq": "RocketMQ", "rpc": "ONC RPC",
    "rsh": "rsh", "rsync": "rsync", "rustdesk": "RustDesk", "rx": "Rx", "s7comm": "S7comm",
    "sbs-basestation": "SBS BaseStation", "sflow": "sFlow", "shoutcast": "SHOUTcast", "socks": "SOCKS",
    "soupbintcp": "SoupBinTCP", "statsd": "StatsD", "steam": "Steam", "svn": "svn", "syslog": "syslog",
    "teamspeak": "TeamSpeak", "teamviewer": "TeamViewer", "telnet": "Telnet", "teredo": "Teredo",
    "time": "Time", "tinc": "tinc", "tivoconnect": "TiVo Connect", "tor-control": "Tor control",
    "tplink-smarthome": "TP-Link Smart Home", "tuya": "Tuya", "ucp-emi": "UCP/EMI", "vtun": "VTun",
    "vxlan": "VXLAN", "wake-on-lan": "Wake on LAN", "websocket": "WebSocket", "whatsapp": "WhatsApp",
    "wins-replication": "WINS replication", "wireguard": "WireGuard", "wiz": "WiZ",
    "worldofwarcraft": "World of Warcraft", "zabbix": "Zabbix", "zerotier": "ZeroTier",
    "zookeeper": "ZooKeeper",
]

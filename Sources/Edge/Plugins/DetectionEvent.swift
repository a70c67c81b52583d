internal import Inventory
internal import Net

/// One recognition as detections see it: keys of its subjects and of their facts, and their records.
struct DetectionEvent {
    /// Hashes that the detector knows already.
    struct Words {
        var seed: UInt64
        var protocolWord: UInt64
        var serverFields: UInt64
        var clientFields: UInt64
    }

    let recognition: Recognition
    let service: Int
    /// What its server serves and uses, when somebody asks.
    var host = HostFacts()
    private let words: Words
    private let direction: Direction?
    private let standing: UInt64
    /// Whether the site lists the server among those of the protocol; nil without a list.
    private let isListed: Bool?

    init(_ recognition: Recognition, service: Int, _ inventory: Inventory, _ words: Words) {
        self.recognition = recognition
        self.service = service
        self.words = words
        direction = inventory.judge.direction(
            client: recognition.client.address, server: recognition.server.address)
        standing = inventory.standingMark(ofService: service)
        let policy = inventory.judge.policy
        isListed =
            policy.serverLists.isEmpty
            ? nil
            : policy.lists(
                recognition.server.address, of: inventory.judge.protocols[recognition.protocolIndex].name)
    }

    /// What makes two events be about one subject.
    func subjectKey(of subject: Detection.Subject) -> DetectionKey {
        let (client, server) = (recognition.client.address, recognition.server)
        switch subject {
        case .host: return addressKey(server.address, seed: words.seed)
        case .client:
            var key = addressKey(client, seed: words.seed)
            key.add(words.protocolWord)
            return key
        case .service, .finding, .flow:
            var key = addressKey(server.address, seed: words.seed)
            key.add(UInt64(recognition.transport.number) << 16 | UInt64(server.port))
            key.add(words.protocolWord)
            guard subject == .flow else { return key }
            key.add(client.high)
            key.add(client.low)
            return key
        }
    }

    /// The subject's key and everything that a condition may look at.
    func factsKey(of subject: Detection.Subject) -> DetectionKey {
        var key = subjectKey(of: subject)
        key.add(UInt64(subject.number))
        switch subject {
        case .host:
            key.add(UInt64(host.serverCount))
            for place in host.serves { key.add(UInt64(UInt32(bitPattern: place))) }
            key.add(.max)
            for place in host.uses { key.add(UInt64(UInt32(bitPattern: place))) }
        case .client:
            key.add(words.clientFields)
            key.add(plainFacts)
        case .service, .finding, .flow:
            key.add(words.serverFields)
            key.add(standing)
            key.add(plainFacts)
            if subject != .service { key.add(UInt64(recognition.knocks)) }
            if subject == .flow { key.add(words.clientFields) }
        }
        return key
    }

    private var plainFacts: UInt64 {
        let directionWord: UInt64 =
            switch direction {
            case nil: 0
            case .inbound: 1
            case .outbound: 2
            case .internal: 3
            }
        // The day is a fact too, so what expires is asked about once a day.
        let listed: UInt64 = isListed == nil ? 0 : isListed == true ? 2 : 1
        return day << 32 | UInt64(recognition.vlan) << 8 | listed << 4 | (recognition.isWhole ? 8 : 0)
            | directionWord << 1 | (recognition.confidence == .certain ? 1 : 0)
    }

    private var day: UInt64 { UInt64(bitPattern: recognition.time.nanoseconds / 86_400_000_000_000) }

    // MARK: Records

    /// What a condition may look at; the names are those of the records that programs read.
    func record(of subject: Detection.Subject, _ inventory: Inventory) -> DetectionRecord {
        switch subject {
        case .service: return serviceRecord(inventory)
        case .client: return clientRecord(inventory)
        case .host: return hostRecord(inventory)
        case .flow, .finding:
            var record = serviceRecord(inventory)
            var (client, server) = (DetectionRecord(), DetectionRecord())
            client.add(recognition.clientFields)
            client.add("ip", .text(recognition.client.address.description))
            server.add("ip", .text(recognition.server.address.description))
            server.add("port", .integer(Int(recognition.server.port)))
            record.add("knocks", .integer(Int(recognition.knocks)))
            record.add("client", .record(client))
            record.add("server", .record(server))
            return record
        }
    }

    /// A finding with the facts of its flow.
    func record(of finding: Finding, _ inventory: Inventory) -> DetectionRecord {
        var record = record(of: .flow, inventory)
        record.add("rule", .text(finding.rule.name))
        record.add("severity", .text(finding.severity.rawValue))
        record.add("class", finding.rule.offPortClass?.rawValue)
        record.add("owner", finding.owner)
        record.add("reason", finding.reason)
        return record
    }

    private func addPlainFacts(to record: inout DetectionRecord, _ facts: ProtocolFacts) {
        record.add("protocol", .text(facts.name))
        record.add("category", .text(facts.category))
        record.add("transport", .text(recognition.transport.description))
        record.add("direction", direction?.rawValue)
        record.add("date", .text(String(recognition.time.description.prefix(10))))
        record.add("confidence", .text(recognition.confidence.rawValue))
        record.add("whole", .flag(recognition.isWhole))
        if recognition.vlan != 0 { record.add("vlan", .integer(Int(recognition.vlan))) }
    }

    private func serviceRecord(_ inventory: Inventory) -> DetectionRecord {
        let kept = inventory.service(service)
        var record = DetectionRecord()
        record.add(recognition.serverFields)
        addPlainFacts(to: &record, inventory.judge.protocols[recognition.protocolIndex])
        record.addPlace(of: kept)
        record.add("plugin", .text(kept.plugin))
        if let isListed { record.add("listed", .flag(isListed)) }
        if case .offPort(let offPortClass, _) = kept.standing {
            record.add("class", .text(offPortClass.rawValue))
        }
        return record
    }

    private func clientRecord(_ inventory: Inventory) -> DetectionRecord {
        var record = DetectionRecord()
        record.add(recognition.clientFields)
        addPlainFacts(to: &record, inventory.judge.protocols[recognition.protocolIndex])
        record.add("host", .text(recognition.client.address.description))
        record.add("port", .integer(0))
        return record
    }

    private func hostRecord(_ inventory: Inventory) -> DetectionRecord {
        func names(_ places: [Int32]) -> DetectionRecord {
            var record = DetectionRecord()
            for place in places { record.add(inventory.judge.protocols[Int(place)].name, .flag(true)) }
            return record
        }
        var record = DetectionRecord()
        record.add("host", .text(recognition.server.address.description))
        record.add("serves", .record(names(host.serves)))
        record.add("uses", .record(names(host.uses)))
        record.add("servers", .integer(host.serverCount))
        return record
    }
}

/// The key of an address.
func addressKey(_ address: IPAddress, seed: UInt64) -> DetectionKey {
    var key = DetectionKey(seed: seed)
    key.add(address.high)
    key.add(address.low)
    return key
}

/// A word for each set of fields: sets that say the same have the same.
struct FieldWords {
    private static let recentCount = 1024
    private let seed: UInt64
    private var recent: [(fields: FieldSet?, word: UInt64)]

    init(seed: UInt64) {
        self.seed = seed
        recent = Array(repeating: (nil, 0), count: Self.recentCount)
    }

    /// The word of a set; sets are shared between flows, so most were seen lately.
    mutating func word(of fields: FieldSet) -> UInt64 {
        let bits = UInt64(UInt(bitPattern: ObjectIdentifier(fields)))
        let slot = Int(truncatingIfNeeded: (bits &* 0x9e37_79b9_7f4a_7c15) >> 54)
        if recent[slot].fields === fields { return recent[slot].word }
        var key = DetectionKey(seed: seed)
        for (name, value) in fields.values {
            Self.add(name, to: &key)
            Self.add(value, to: &key)
        }
        recent[slot] = (fields, key.word)
        return key.word
    }

    /// The word of a name.
    static func word(of text: String, seed: UInt64) -> UInt64 {
        var key = DetectionKey(seed: seed)
        add(text, to: &key)
        return key.word
    }

    private static func add(_ text: String, to key: inout DetectionKey) {
        var word: UInt64 = 0
        for (place, byte) in text.utf8.enumerated() {
            word = word << 8 | UInt64(byte)
            if place & 7 == 7 {
                key.add(word)
                word = 0
            }
        }
        key.add(word)
        key.add(UInt64(text.utf8.count))
    }
}

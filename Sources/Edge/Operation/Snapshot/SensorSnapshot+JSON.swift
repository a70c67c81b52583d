import FoundationEssentials
public import Net

extension Timestamp: Codable {
    /// From RFC 3339.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let time = Timestamp(rfc3339: text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is no RFC 3339 time"))
        }
        self = time
    }

    /// As RFC 3339 in UTC with microseconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension SensorSnapshot {
    /// The snapshot as one JSON object: names in snake case, times as RFC 3339.
    ///
    /// Every control character is escaped, those of C1 and DEL too, so that it does nothing on a terminal.
    public func json(isPretty: Bool = false) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return Self.escaped(try encoder.encode(self))
    }

    /// Reads what `json` writes; numbers that no sensor counts are an error.
    public init(json: [UInt8]) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        _ = try decoder.decode(Total.self, from: Data(json))
        self = try decoder.decode(SensorSnapshot.self, from: Data(json))
    }

    /// What all numbers of a JSON value add up to: none is below zero, and what a view adds up of them fits.
    private struct Total: Decodable {
        private var value = 0.0
        private static let most = 0x1p62

        private struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            if let members = try? decoder.container(keyedBy: Key.self) {
                for key in members.allKeys { value += try members.decode(Total.self, forKey: key).value }
            } else if var elements = try? decoder.unkeyedContainer() {
                while !elements.isAtEnd { value += try elements.decode(Total.self).value }
            } else if let number = try? decoder.singleValueContainer().decode(Double.self) {
                value = number
            }
            guard (0...Self.most).contains(value) else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "\(value) is no count"))
            }
        }
    }

    /// The encoder leaves DEL and C1 as they are; outside of strings there are none.
    private static func escaped(_ json: some Collection<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(json.count)
        var previous: UInt8 = 0
        for byte in json {
            if byte == 0x7f {
                bytes += "\\u007f".utf8
            } else if previous == 0xc2, (0x80...0x9f).contains(byte) {
                bytes.removeLast()
                bytes += "\\u00\(String(byte, radix: 16))".utf8
            } else {
                bytes.append(byte)
            }
            previous = byte
        }
        return bytes
    }
}

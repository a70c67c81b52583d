internal import Net

/// The first packets of a QUIC client: long header, token, and an encrypted payload with the TLS hello in frames
/// (RFC 9000 section 17.2.2).
enum QUICInitial {
    /// More packets than clients put into their first datagrams.
    private static var mostPackets: Int { 8 }

    /// The handshake messages in the Initial packets of the client's first datagrams, without gaps from the
    /// beginning on; nil when no packet can be read.
    ///
    /// Zeros may lie between packets, and packets of 0-RTT.
    static func handshake(_ bytes: borrowing RawSpan) -> [UInt8]? {
        guard let first = Header(bytes, at: 0), let version = QUICVersion(first.version) else { return nil }
        // Derived from the first destination that the client made up (RFC 9001 section 5.2).
        var protection: QUICProtection?
        var frames = CryptoFrames()
        var offset = 0
        for _ in 0..<mostPackets {
            while offset < bytes.byteCount, bytes.u8(offset) == 0 { offset += 1 }
            guard let header = Header(bytes, at: offset), header.version == first.version else { break }
            if header.type == version.initialType {
                guard let packet = header.packet(bytes) else { break }
                let keys = protection ?? QUICProtection(version, destination: header.destination(bytes))
                protection = keys
                guard let payload = keys.open(bytes, packet) else { break }
                frames.read(payload)
                offset = packet.range.upperBound
            } else {
                guard let end = header.end(bytes) else { break }
                offset = end
            }
        }
        let messages = frames.contiguous()
        return messages.isEmpty ? nil : messages
    }

    /// Whether a client's later datagram belongs to the hello that its first one begins: an Initial packet of the same
    /// version to the same destination.
    static func goesOn(_ first: borrowing RawSpan, in datagram: borrowing RawSpan) -> Bool {
        guard let header = Header(first, at: 0), let next = Header(datagram, at: 0),
            next.version == header.version, next.type == QUICVersion(next.version)?.initialType,
            next.destinationRange == header.destinationRange
        else { return false }
        return next.destinationRange.allSatisfy { datagram.u8($0) == first.u8($0) }
    }
}

extension QUICInitial {
    /// Where a packet and its packet number lie.
    struct Packet {
        var range: Range<Int>
        var numberOffset: Int
    }

    /// What all long headers begin with (RFC 9000 section 17.2).
    private struct Header {
        var start: Int
        var version: UInt32
        var type: UInt8
        var destinationRange: Range<Int>
        /// Behind the connection ids.
        var end: Int

        init?(_ bytes: borrowing RawSpan, at offset: Int) {
            guard offset + 7 <= bytes.byteCount, bytes.u8(offset) & 0x80 != 0 else { return nil }
            start = offset
            version = bytes.u32(offset + 1)
            type = (bytes.u8(offset) & 0x30) >> 4
            let destination = offset + 6
            let length = Int(bytes.u8(offset + 5))
            guard length <= 20, let sourceLength = bytes.u8(destination + length, before: bytes.byteCount),
                sourceLength <= 20
            else { return nil }
            destinationRange = destination..<destination + length
            end = destination + length + 1 + sourceLength
        }

        func destination(_ bytes: borrowing RawSpan) -> [UInt8] {
            bytes.copy(from: destinationRange.lowerBound, atMost: destinationRange.count)
        }

        /// An Initial packet: token, length, packet number, payload; nil when it is cut off.
        func packet(_ bytes: borrowing RawSpan) -> Packet? {
            var at = end
            guard let token = Varint.read(bytes, &at), token <= bytes.byteCount else { return nil }
            return packet(bytes, lengthAt: at + token)
        }

        /// Where a packet ends that has no token, as 0-RTT and Handshake packets (RFC 9000 sections 17.2.3, 17.2.4).
        func end(_ bytes: borrowing RawSpan) -> Int? { packet(bytes, lengthAt: end)?.range.upperBound }

        private func packet(_ bytes: borrowing RawSpan, lengthAt offset: Int) -> Packet? {
            var at = offset
            guard let length = Varint.read(bytes, &at), length <= bytes.byteCount - at else { return nil }
            return Packet(range: start..<at + length, numberOffset: at)
        }
    }
}

/// Integers whose first two bits say how long they are (RFC 9000 section 16).
enum Varint {
    /// The integer at `offset`, which moves behind it; nil when it is cut off.
    static func read(_ bytes: borrowing RawSpan, _ offset: inout Int) -> Int? {
        guard let first = bytes.u8(offset, before: bytes.byteCount) else { return nil }
        let length = 1 << (first >> 6)
        guard offset + length <= bytes.byteCount else { return nil }
        defer { offset += length }
        switch length {
        case 1: return first
        case 2: return Int(bytes.u16(offset) & 0x3FFF)
        case 4: return Int(bytes.u32(offset) & 0x3FFF_FFFF)
        default: return Int(bytes.u64(offset) & 0x3FFF_FFFF_FFFF_FFFF)
        }
    }
}

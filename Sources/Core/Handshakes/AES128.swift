/// Encryption of single blocks with AES-128 (FIPS 197), which is what hides the headers of QUIC (RFC 9001 section
/// 5.4.3) and what Crypto does not offer.
///
/// The keys that it is for are no secrets, so it need not hide how long it takes.
struct AES128 {
    /// Sixteen bytes in the order of FIPS 197 section 3.4: column by column.
    typealias Block = SIMD16<UInt8>

    private static var rounds: Int { 10 }

    /// The key of each round.
    private let schedule: [Block]

    /// FIPS 197 section 5.2: each column is the one before it and the same one of the previous round; the first
    /// takes the last one of the previous round instead, changed.
    init(key: Block) {
        var schedule = [key]
        schedule.reserveCapacity(Self.rounds + 1)
        var last = key
        var constant: UInt8 = 1
        for _ in 1...Self.rounds {
            var next = Block()
            for place in 0..<4 {
                next[place] = last[place] ^ Self.substitutes[Int(last[12 + (place + 1) % 4])]
            }
            next[0] ^= constant
            for place in 4..<16 { next[place] = last[place] ^ next[place - 4] }
            schedule.append(next)
            last = next
            constant = constant << 1 ^ (constant & 0x80 != 0 ? Self.reduction : 0)
        }
        self.schedule = schedule
    }

    /// A block, encrypted (FIPS 197 section 5.1).
    func encrypt(_ block: Block) -> Block {
        var state = block ^ schedule[0]
        for round in 1...Self.rounds {
            // Bytes are replaced, and row r is turned by r columns.
            var turned = Block()
            for place in 0..<16 { turned[place] = Self.substitutes[Int(state[(place + place % 4 * 4) % 16])] }
            state = (round < Self.rounds ? Self.mixColumns(turned) : turned) ^ schedule[round]
        }
        return state
    }

    /// FIPS 197 section 5.1.3: each byte becomes twice itself, three times the next one of its column, and the others.
    private static func mixColumns(_ state: Block) -> Block {
        let pairs = state ^ rotated(state, by: 1)
        return state ^ pairs ^ rotated(pairs, by: 2) ^ doubled(pairs)
    }

    /// Each column turned by some rows.
    private static func rotated(_ state: Block, by rows: Int) -> Block {
        var result = Block()
        for place in 0..<16 { result[place] = state[place / 4 * 4 + (place + rows) % 4] }
        return result
    }

    /// What x to the 8th power is in the field (FIPS 197 section 4.2).
    private static var reduction: UInt8 { 0x1B }

    /// Twice each value in the field of 256 elements.
    private static func doubled(_ state: Block) -> Block {
        let carries = Block(repeating: 0).replacing(with: reduction, where: state .>= 0x80)
        return state &<< 1 ^ carries
    }

    /// What each byte is replaced by (FIPS 197 section 5.1.1): its inverse in the field, its bits mixed.
    ///
    /// 3 generates the field: its powers go through all values but 0, and those of its inverse, in the same order,
    /// through their inverses.
    private static let substitutes: [UInt8] = {
        var table = [UInt8](repeating: 0x63, count: 256)
        var value: UInt8 = 1
        var inverse: UInt8 = 1
        repeat {
            value ^= value << 1 ^ (value & 0x80 != 0 ? reduction : 0)
            // Division by 3.
            inverse ^= inverse << 1
            inverse ^= inverse << 2
            inverse ^= inverse << 4
            if inverse & 0x80 != 0 { inverse ^= 0x09 }
            var mixed = inverse
            for turn: UInt8 in 1...4 { mixed ^= inverse << turn | inverse >> (8 - turn) }
            table[Int(value)] = mixed ^ 0x63
        } while value != 1
        return table
    }()
}

import Capture
import Net
import Testing

@Suite struct DamageTests {
    static var small: [[UInt8]] {
        let frames = (0..<4).map { index in
            Seen(bytes: payload(index * 3, seed: index), originalLength: 60, nanoseconds: 1_000_000)
        }
        var file = Pcapng(isBig: true)
        file.interface()
        file.packet(frames[0])
        file.block(5) { $0.put(UInt64(9)) }
        file.oldPacket(frames[1])
        file.section(isBig: false)
        file.interface(resolution: 9, offset: 3)
        file.packet(frames[2])
        file.simplePacket([1, 2, 3], originalLength: 3)
        return [pcap(frames), pcap(frames, magic: 0xa1b2_3c4d, isBig: true), file.bytes]
    }

    /// A cut capture gives a prefix of the frames, and the damage says where the cut-off record begins.
    @Test(arguments: 0..<3, [false, true])
    func cutAnywhere(index: Int, isPacked: Bool) throws {
        let bytes = Self.small[index]
        let whole = try read(bytes)
        #expect(whole.frames.count == 4 && whole.damage == nil)
        var clean = 0
        for length in 0..<bytes.count {
            let cut = Array(bytes.prefix(length))
            let result = try read(isPacked ? gzipped(cut) : cut, chunkCapacity: 64)
            #expect(result.frames == Array(whole.frames.prefix(result.frames.count)))
            switch length {
            case 0: #expect(result.error == .empty(name: result.error?.name ?? ""))
            case 1..<4: #expect(result.error != nil)
            default:
                #expect(result.error == nil)
                if result.damage == nil { clean += 1 }
                #expect(result.damage.map { $0.kind == .cutOff && $0.offset <= length } ?? true)
                #expect(result.damage?.isUnpackedOffset ?? isPacked == isPacked)
            }
        }
        // Between records, and nowhere else, a capture may end.
        #expect(clean == (index < 2 ? 4 : 8))
    }

    /// Cut gzip data is noticed wherever it is cut.
    @Test func cutGzip() throws {
        let bytes = gzipped(Self.small[0])
        for length in 3..<bytes.count {
            let result = try read(Array(bytes.prefix(length)))
            #expect(result.damage?.kind == .cutOff)
            #expect(result.damage?.isUnpackedOffset == true)
        }
    }

    @Test(arguments: 0..<3)
    func mutations(index: Int) throws {
        let bytes = Self.small[index]
        var dice = Dice(seed: UInt64(index + 1))
        for _ in 0..<1000 {
            var mutated = bytes
            for _ in 0..<Int.random(in: 1...4, using: &dice) {
                let place = Int.random(in: 4..<mutated.count, using: &dice)
                switch Int.random(in: 0..<4, using: &dice) {
                case 0: mutated[place] = UInt8.random(in: 0...255, using: &dice)
                case 1: mutated[place] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
                case 2: mutated[place] = 0xff
                default: mutated.remove(at: place)
                }
            }
            let large = try read(mutated)
            let small = try read(mutated, chunkCapacity: 5)
            #expect(large.frames == small.frames)
            #expect(large.damage == small.damage && large.error?.kind == small.error?.kind)
            #expect(large.damage.map { $0.offset <= mutated.count } ?? true)
        }
    }

    @Test func mutatedGzip() throws {
        let bytes = gzipped(Self.small[0])
        var dice = Dice(seed: 77)
        for _ in 0..<500 {
            var mutated = bytes
            mutated[Int.random(in: 3..<bytes.count, using: &dice)] ^=
                1 << UInt8.random(in: 0..<8, using: &dice)
            let result = try read(mutated, chunkCapacity: 10)
            #expect(result.frames.count <= 4)
        }
    }

    @Test func noise() throws {
        var dice = Dice(seed: 5)
        for _ in 0..<500 {
            let beginning = Array(Self.small[Int.random(in: 0..<3, using: &dice)].prefix(28))
            let noise = (0..<400).map { _ in UInt8.random(in: 0...255, using: &dice) }
            let result = try read(beginning + noise)
            #expect(result.error == nil)
        }
    }
}

extension CaptureError {
    /// The case, without what it carries.
    var kind: String { String(String(describing: Mirror(reflecting: self).children.first?.label)) }

    /// The file it is about.
    var name: String? {
        switch self {
        case .cannotOpen(let name, _), .cannotRead(let name, _), .empty(let name), .interface(let name, _):
            name
        case .notACapture(let name, _): name
        case .filter: nil
        }
    }
}

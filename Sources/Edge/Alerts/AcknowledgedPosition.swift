internal import Crypto
internal import NIOCore

/// The number of the last entry that was delivered, in a file of its own.
///
/// Two places are written in turn, each with a check, so that one is whole whatever happens.
struct AcknowledgedPosition {
    private let file: DiskFile
    private var turn = 0
    private(set) var number: UInt64 = 0

    private static let size = 16

    init(_ path: String, on disk: Disk) throws(DiskError) {
        file = try DiskFile(path, on: disk)
        for place in 0...1 {
            var bytes = ByteBuffer(bytes: try file.read(Self.size, at: place * Self.size))
            guard let number = bytes.readInteger(as: UInt64.self),
                bytes.readBytes(length: 8) == Self.check(number)
            else { continue }
            if number >= self.number {
                self.number = number
                turn = 1 - place
            }
        }
    }

    mutating func set(_ number: UInt64) throws(DiskError) {
        self.number = number
        var bytes = ByteBuffer(integer: number)
        bytes.writeBytes(Self.check(number))
        try file.write(Array(bytes.readableBytesView), at: turn * Self.size)
        turn = 1 - turn
    }

    private static func check(_ number: UInt64) -> [UInt8] {
        Array(SHA256.hash(data: Array(ByteBuffer(integer: number).readableBytesView)).prefix(8))
    }
}

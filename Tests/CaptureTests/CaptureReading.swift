// Reads what the tests have built, by way of a real file or pipe.

import Capture
import Foundation
import Net

/// A folder of its own, gone when the test is.
final class Scratch {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("capture-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    var path: String { url.path }

    @discardableResult
    func write(_ bytes: [UInt8], _ name: String = "capture") throws -> String {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path
    }
}

/// Reads a capture to its end.
func read(_ reader: CaptureReader, chunkCapacity: Int = 256 * 1024) -> Reading {
    var result = Reading()
    let chunk = Chunk(capacity: chunkCapacity)
    do throws(CaptureError) {
        while try reader.read(into: chunk) {
            for (index, frame) in chunk.frames.enumerated() {
                let bytes = chunk.withBytes { span in
                    (0..<frame.capturedLength).map { span.u8(frame.offset + $0) }
                }
                result.frames.append(
                    Seen(
                        bytes: bytes, originalLength: frame.originalLength,
                        nanoseconds: frame.time.nanoseconds, linkType: frame.linkType.number))
                result.numbers.append(chunk.number(ofFrame: index))
            }
        }
    } catch {
        result.error = error
    }
    result.damage = reader.damage
    result.skipped = reader.skippedFrames
    result.ofNoTime = reader.framesOfNoTime
    result.filtered = reader.framesFiltered
    result.unfilterable = reader.framesUnfilterable
    return result
}

/// Writes `bytes` to a file and reads them as a capture.
func read(_ bytes: [UInt8], chunkCapacity: Int = 256 * 1024, filter: String? = nil) throws -> Reading {
    let scratch = try Scratch()
    let path = try scratch.write(bytes)
    return read(try CaptureReader(path: path, filter: filter), chunkCapacity: chunkCapacity)
}

/// The same random numbers every time (xorshift64).
struct Dice: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

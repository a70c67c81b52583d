import Capture
import Net

/// A capture file, read with chunks of two sizes and with a filter.
///
/// Input: the filter's place (1 byte, 0 for none), the small chunk's size (1 byte), the file: pcap, pcapng, gzip.
final class CapturesTarget: FuzzTarget {
    private static let filters: [String?] = [
        nil, "tcp port 80", "udp", "vlan", "ip6 and tcp", "greater 100", "host 10.20.0.1", "not ip",
        "ether[0] & 1 = 1",
        "tcp[tcpflags] & tcp-syn != 0", "mpls", "icmp or portrange 1-1024", "this is no filter",
    ]
    private let file = MemoryFile()

    /// What reading a file gave.
    private struct Reading: Equatable {
        var frames: [FrameSum] = []
        var kept = 0
        var skipped = 0
        var damage: CaptureDamage?
        var error: CaptureError?
    }

    private struct FrameSum: Equatable {
        var length: Int
        var original: Int
        var time: Timestamp
        var link: LinkType
        var bytes: UInt64
    }

    func run(_ input: UnsafeRawBufferPointer) {
        guard input.count > 2 else { return }
        let filter = Self.filters[Int(input[0]) % Self.filters.count]
        let small = 64 + Int(input[1]) * 16
        let descriptor = file.holding(UnsafeRawBufferPointer(rebasing: input.dropFirst(2)))
        let whole = read(descriptor, chunk: 64 * 1024, filter: filter)
        file.rewind()
        let parts = read(descriptor, chunk: small, filter: filter)
        precondition(
            whole == parts, "what a file holds depends on the chunks it is read in: \(whole), \(parts)")
    }

    private func read(_ descriptor: Int32, chunk size: Int, filter: String?) -> Reading {
        var result = Reading()
        let chunk = Chunk(capacity: size)
        let reader = CaptureReader(fileDescriptor: descriptor, name: "fuzz", filter: filter)
        do throws(CaptureError) {
            while try reader.read(into: chunk) {
                let frames = chunk.frames
                chunk.withBytes { bytes in
                    for frame in frames { result.frames.append(sum(frame, bytes)) }
                }
            }
        } catch {
            // A chunk's frames are lost with it.
            return Reading(error: error)
        }
        precondition(reader.framesRead >= result.frames.count)
        result.kept = reader.framesRead
        result.skipped = reader.skippedFrames
        result.damage = reader.damage
        return result
    }

    private func sum(_ frame: Frame, _ chunk: borrowing RawSpan) -> FrameSum {
        precondition(frame.offset >= 0 && frame.capturedLength >= 0 && frame.originalLength >= 0)
        let bytes = chunk.extracting(frame.offset..<frame.offset + frame.capturedLength)
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325
        for place in 0..<bytes.byteCount { sum = (sum ^ UInt64(bytes.u8(place))) &* 0x100_0000_01b3 }
        return FrameSum(
            length: frame.capturedLength, original: frame.originalLength, time: frame.time,
            link: frame.linkType,
            bytes: sum)
    }
}

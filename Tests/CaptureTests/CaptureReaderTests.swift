import Capture
import Foundation
import Net
import Testing

@Suite struct CaptureReaderTests {
    static var mixed: [UInt8] {
        var file = Pcapng()
        file.interface()
        for frame in someFrames(40) { file.packet(frame) }
        return file.bytes
    }

    /// The size of the chunks changes nothing but their number.
    @Test(arguments: [1, 2, 3, 5, 12, 15, 16, 24, 63, 64, 65, 1000, 1530, 4096])
    func smallChunks(capacity: Int) throws {
        for bytes in [pcap(someFrames(40)), Self.mixed, gzipped(Self.mixed)] {
            let result = try read(bytes, chunkCapacity: capacity)
            #expect(result.frames == someFrames(40))
            #expect(result.numbers == Array(1...40))
            #expect(result.damage == nil)
        }
    }

    @Test func recordLargerThanTheChunk() throws {
        let huge = Seen(bytes: payload(1_000_000, seed: 1), originalLength: 1_000_000, nanoseconds: 1000)
        var file = Pcapng()
        file.interface()
        file.packet(someFrames(1)[0])
        file.packet(huge)
        file.packet(someFrames(1)[0])
        #expect(try read(file.bytes).frames == someFrames(1) + [huge] + someFrames(1))
    }

    @Test func chunksAreUsedByTurns() throws {
        let scratch = try Scratch()
        let reader = try CaptureReader(path: try scratch.write(pcap(someFrames(200))))
        let chunks = [Chunk(capacity: 300), Chunk(capacity: 4000), Chunk(capacity: 40)]
        var count = 0
        while try reader.read(into: chunks[count % 3]) {
            #expect(!chunks[count % 3].frames.isEmpty)
            count += 1
        }
        #expect(reader.framesRead == 200 && count > 3)
        #expect(reader.bytesRead == reader.fileSize && reader.fileBytesRead == reader.fileSize)
        #expect(try !reader.read(into: chunks[0]))
        #expect(chunks[0].frames.isEmpty)
    }

    @Test func pipe() async throws {
        let pipe = Pipe()
        let writer = pipe.fileHandleForWriting
        let bytes = pcap(someFrames(3000))
        let writing = Task.detached {
            for start in stride(from: 0, to: bytes.count, by: 777) {
                try writer.write(contentsOf: Data(bytes[start..<min(start + 777, bytes.count)]))
            }
            try writer.close()
        }
        let reader = CaptureReader(
            fileDescriptor: pipe.fileHandleForReading.fileDescriptor, name: "a pipe")
        #expect(reader.fileSize == nil)
        #expect(read(reader).frames == someFrames(3000))
        try await writing.value
    }

    /// Frames of a live pipe come as soon as they are whole, not when a chunk is full.
    @Test func pipeThatPauses() throws {
        let pipe = Pipe()
        let bytes = pcap(someFrames(2))
        let reader = CaptureReader(fileDescriptor: pipe.fileHandleForReading.fileDescriptor, name: "a pipe")
        let chunk = Chunk()
        try pipe.fileHandleForWriting.write(contentsOf: Data(bytes.prefix(24 + 16 + 60 + 5)))
        #expect(try reader.read(into: chunk))
        #expect(chunk.frames.count == 1)
        try pipe.fileHandleForWriting.write(contentsOf: Data(bytes.dropFirst(24 + 16 + 60 + 5)))
        try pipe.fileHandleForWriting.close()
        #expect(try reader.read(into: chunk))
        #expect(chunk.frames.count == 1 && chunk.firstFrameNumber == 2)
        #expect(try !reader.read(into: chunk))
    }

    /// Whoever does not want to wait for ever gets empty chunks, from the first moment on.
    @Test func pipeThatIsSilent() throws {
        let bytes = pcap(someFrames(2))
        for isPacked in [false, true] {
            let pipe = Pipe()
            let all = isPacked ? gzipped(bytes) : bytes
            let reader = CaptureReader(
                fileDescriptor: pipe.fileHandleForReading.fileDescriptor, name: "a pipe")
            reader.waitMilliseconds = 5
            let chunk = Chunk()
            var frames = 0
            for part in [all.prefix(2), all.dropFirst(2).prefix(20), all.dropFirst(22)] {
                #expect(try reader.read(into: chunk) && chunk.frames.isEmpty)
                try pipe.fileHandleForWriting.write(contentsOf: Data(part))
            }
            while frames < 2, try reader.read(into: chunk) { frames += chunk.frames.count }
            #expect(try frames == 2 && reader.read(into: chunk) && chunk.frames.isEmpty)
            try pipe.fileHandleForWriting.close()
            #expect(try !reader.read(into: chunk))
            #expect(reader.damage == nil)
        }
    }

    /// A filter that drops everything keeps nobody waiting.
    @Test func pipeWithNothingForTheFilter() throws {
        let pipe = Pipe()
        let reader = CaptureReader(
            fileDescriptor: pipe.fileHandleForReading.fileDescriptor, name: "a pipe", filter: "tcp port 1")
        reader.waitMilliseconds = 1000
        try pipe.fileHandleForWriting.write(contentsOf: Data(pcap(someFrames(2))))
        let chunk = Chunk()
        while reader.framesFiltered < 2 { #expect(try reader.read(into: chunk) && chunk.frames.isEmpty) }
    }

    /// Opening waits for no writer; reading does, and for no longer than it is told.
    @Test func namedPipeWithoutWriter() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/pipe"
        let made = unsafe mkfifo(path, 0o600)
        try #require(made == 0)
        let reader = try CaptureReader(path: path)
        reader.waitMilliseconds = 5
        let chunk = Chunk()
        #expect(try reader.read(into: chunk) && chunk.frames.isEmpty)
        let writer = try FileHandle(forWritingTo: URL(filePath: path))
        try writer.write(contentsOf: Data(pcap(someFrames(2))))
        try writer.close()
        #expect(read(reader).frames == someFrames(2))
    }

    @Test func concatenatedGzip() throws {
        let bytes = pcap(someFrames(50))
        let middle = bytes.count / 3
        let packed = gzipped(Array(bytes[..<middle])) + gzipped([]) + gzipped(Array(bytes[middle...]))
        #expect(try read(packed).frames == someFrames(50))
        #expect(try read(packed + [0, 0, 0, 0]).damage == nil)
    }

    /// What follows whole gzip data is no reason to doubt the data.
    @Test(
        arguments: [
            ([7], "1 byte that is"), ([7, 8, 9], "3 bytes that are"), ([0x1f, 0x8c], "2 bytes that are"),
            ([0, 0, 7, 0], "2 bytes that are"),
        ] as [([UInt8], String)])
    func bytesBehindGzip(bytes: [UInt8], expected: String) throws {
        let capture = pcap(someFrames(5))
        let result = try read(gzipped(capture) + bytes)
        #expect(result.frames == someFrames(5))
        #expect(result.damage?.kind == .packing)
        let place = "gzip data at byte \(capture.count) (unpacked)"
        #expect(result.damage?.description == "\(place) is followed by \(expected) not gzip: left out")
    }

    @Test func gzipCutOffBehindAMember() throws {
        let bytes = pcap(someFrames(5))
        for begun in [[0x1f], [0x1f, 0x8b]] as [[UInt8]] {
            #expect(try read(gzipped(bytes) + begun).damage?.kind == .cutOff)
        }
    }

    @Test func wrongGzipChecksum() throws {
        let bytes = pcap(someFrames(5))
        var packed = gzipped(bytes)
        packed[packed.count - 6] ^= 1
        let result = try read(packed)
        #expect(result.frames == someFrames(5))
        #expect(
            result.damage?.description
                == "gzip data at byte \(bytes.count) (unpacked) is damaged: incorrect data check")
    }

    /// What compresses well unpacks to far more than one chunk holds.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gzip")))
    func realGzip() throws {
        let frames = (0..<400).map { index in
            Seen(
                bytes: [UInt8](repeating: 0, count: 1500), originalLength: 1500,
                nanoseconds: Int64(index) * 1000)
        }
        let scratch = try Scratch()
        let path = try scratch.write(pcap(frames))
        let gzip = Process()
        gzip.executableURL = URL(fileURLWithPath: "/usr/bin/gzip")
        gzip.arguments = ["-9", path]
        try gzip.run()
        gzip.waitUntilExit()
        for capacity in [1, 1516, 256 * 1024] {
            let reader = try CaptureReader(path: path + ".gz")
            let result = read(reader, chunkCapacity: capacity)
            #expect(result.frames == frames)
            #expect(result.damage == nil && reader.isGzipped)
            #expect(reader.fileBytesRead == reader.fileSize && reader.bytesRead == 24 + 400 * 1516)
        }
    }
}

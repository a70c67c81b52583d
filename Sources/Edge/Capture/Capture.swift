// Capture: bytes of capture files -> chunks of frames.
//
// What comes in: a path, a folder or an open file descriptor that yields pcap or pcapng, plain or gzipped.
// What goes out: `Chunk`s, stretches of the (unpacked) bytes with the place, time and link type of every
// frame that lies wholly in them. Frames of every link type go out; what can be decoded is not decided here.
//
// The way through the folder: `CaptureFiles` finds the files, `CaptureReader` reads one. It fills a chunk
// from a `ByteSource` (`OpenFile`, and `GzipStream` where the bytes are packed), and a `CaptureFormat`
// (`PcapFormat`, `PcapngFormat`) finds the frames in it. A `FrameFilter` may drop some of them. `ByteBuffer`
// owns the memory; no other file here reads or writes through a pointer of its own, but for the three that
// call C (`OpenFile`, `GzipStream`, `FrameFilter`).
//
// May import: Net, Glibc, CPcap (filter expressions only), CZlib. Must never: look into a frame, read a
// clock, or trust a length of the file: a capture is written by whoever could send packets. Damage is data
// (`CaptureDamage`, after all that was readable); only what the user can mend is a `CaptureError`.

/// The bounds of what is accepted from a file.
enum CaptureLimits {
    /// The largest pcapng block that is held in memory, and the largest frame of a pcap file whose header
    /// announces such frames.
    ///
    /// Blocks that nobody needs are skipped, and may be larger.
    static let maximumRecord = 16 << 20
    /// The largest frame of a pcap file whose header announces no larger one: what libpcap and Wireshark take
    /// (MAXIMUM_SNAPLEN, WTAP_MAX_PACKET_SIZE_STANDARD).
    ///
    /// A pcap record has no second length to check
    /// the first by, so a narrow bound finds damage sooner.
    static let maximumCustomaryFrame = 1 << 18
    /// Interfaces of one pcapng section; each costs memory for as long as the section lasts.
    static let maximumInterfaces = 1 << 16
}

import CFuzzer
import Net
import Wire

@main
enum Fuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        var d = Decoder()
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            var d = Decoder()
            let span = UnsafeRawBufferPointer(start: data, count: size).bytes
            guard size > 0 else { return 0 }
            let type = LinkType.supported[Int(span.u8(0)) % LinkType.supported.count]
            let frame = span.extracting(1..<size)
            if let h = d.link(frame, type: type) {
                var p = Packet()
                _ = d.packet(frame, h, into: &p)
            }
            return 0
        }
        _ = d.counters
        d = Decoder()
    }
}

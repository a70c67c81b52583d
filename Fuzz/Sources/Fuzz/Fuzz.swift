// fuzz: libFuzzer's loop around one of the targets below.
//
//   fuzz TARGET [-flags of libFuzzer] [corpus folders, or inputs to try again]
//
// A target takes any bytes and must neither trap nor break a promise of what it calls; a broken promise is a trap
// too (`precondition`). Limits of time and memory are libFuzzer's. May import: all of Offport but its command.

import CFuzzer
import Glibc

/// Something that is tried with bytes that nobody vouches for.
protocol FuzzTarget: AnyObject, SendableMetatype {
    init()
    func run(_ input: UnsafeRawBufferPointer)
}

@main
enum Fuzz {
    private static let targets: [(name: String, type: any FuzzTarget.Type)] = [
        ("frames", FramesTarget.self), ("captures", CapturesTarget.self), ("pipeline", PipelineTarget.self),
        ("streams", StreamsTarget.self), ("plugins", PluginsTarget.self),
        ("handshakes", HandshakesTarget.self), ("nmap", ImportsTarget.self),
        ("nessus", NessusTarget.self), ("zeek", ZeekTarget.self), ("eve", EVETarget.self),
        ("syslog", SyslogTarget.self), ("netflow", NetFlowTarget.self),
    ]

    // Set once, before libFuzzer's loop, which has one thread.
    nonisolated(unsafe) private static var target: (any FuzzTarget)?

    static func main() {
        let name = CommandLine.arguments.dropFirst().first
        guard let type = targets.first(where: { $0.name == name })?.type else {
            print("usage: fuzz \(targets.map(\.name).joined(separator: "|")) [libFuzzer flags] [corpus]")
            exit(2)
        }
        target = type.init()
        // libFuzzer does not need to know the target's name.
        var rest = CommandLine.unsafeArgv + 1
        rest[0] = CommandLine.unsafeArgv[0]
        var count = CommandLine.argc - 1
        withUnsafeMutablePointer(to: &rest) { pointer in
            pointer.withMemoryRebound(
                to: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?.self, capacity: 1
            ) {
                exit(
                    LLVMFuzzerRunDriver(&count, $0) { data, size in
                        Fuzz.target?.run(UnsafeRawBufferPointer(start: data, count: size))
                        return 0
                    })
            }
        }
    }
}

/// Numbers that an input chooses, the same every time (SplitMix64).
struct Generator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}

import Foundation
import Glibc
import Testing

@testable import Operation

@Suite struct NotifierTests {
    /// What systemd would be: a datagram socket, at a path or in the abstract.
    private final class Listener {
        let descriptor: Int32

        init(_ name: String) throws {
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            var bytes = Array(name.utf8)
            if name.hasPrefix("@") { bytes[0] = 0 }
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
            let length = socklen_t(2 + bytes.count)
            let bound = unsafe withUnsafeBytes(of: &address) { raw in
                unsafe bind(descriptor, raw.assumingMemoryBound(to: sockaddr.self).baseAddress, length)
            }
            try #require(bound == 0)
        }

        deinit { close(descriptor) }

        func next() -> [String] {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = unsafe recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return [] }
            return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    @Test(arguments: ["/path", "@offport-test-"])
    func messagesReachTheSocket(name: String) throws {
        let unique = UUID().uuidString
        let path =
            name.hasPrefix("@")
            ? name + unique
            : FileManager.default.temporaryDirectory.appending(path: "offport-\(unique)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let listener = try Listener(path)
        let notifier = Notifier(socket: path, watchdogMicroseconds: "30000000")
        #expect(notifier.isOn && notifier.watchdog == .seconds(30))
        notifier.ready("running on eth0\nREADY=0")
        #expect(listener.next() == ["READY=1", "STATUS=running on eth0 READY=0"])
        notifier.alive()
        #expect(listener.next() == ["WATCHDOG=1"])
        notifier.reloading()
        let reloading = listener.next()
        #expect(reloading.first == "RELOADING=1")
        #expect(reloading.dropFirst().first.map { $0.hasPrefix("MONOTONIC_USEC=") && $0.count > 15 } == true)
        notifier.status("123 packets/s")
        #expect(listener.next() == ["STATUS=123 packets/s"])
        notifier.stopping()
        #expect(listener.next().first == "STOPPING=1")
        #expect(listener.next().isEmpty)
    }

    @Test func withoutASocketNothingHappens() {
        for socket in [nil, "", "relative", "vsock:2:1234"] {
            let notifier = Notifier(socket: socket)
            #expect(!notifier.isOn && notifier.watchdog == nil)
            notifier.ready("")
            notifier.alive()
        }
        let gone = Notifier(socket: "/nonexistent/socket")
        gone.ready("")
        // A socket that nobody reads does not hold up the loop, however full it is.
        let long = Notifier(socket: "/" + String(repeating: "x", count: 200))
        long.ready("")
    }

    @Test func aFullSocketDoesNotHoldUp() throws {
        let name = "@offport-test-\(UUID().uuidString)"
        let listener = try Listener(name)
        let notifier = Notifier(socket: name)
        for _ in 0..<5000 { notifier.status("again") }
        #expect(listener.next() == ["STATUS=again"])
    }

    @Test func theWatchdogOfAnotherProcessIsNotOurs() {
        #expect(Notifier(socket: "/x", watchdogMicroseconds: "5", watchdogProcess: "1").watchdog == nil)
        #expect(
            Notifier(socket: "/x", watchdogMicroseconds: "5", watchdogProcess: "\(getpid())").watchdog
                == .microseconds(5))
        for text in ["", "0", "-5", "soon"] {
            #expect(Notifier(socket: "/x", watchdogMicroseconds: text).watchdog == nil)
        }
    }
}

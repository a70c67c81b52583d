import Foundation

/// A server on the loopback that says one line to everybody.
final class Greeter {
    let port: Int
    private let process = Process()

    init(_ line: String) throws {
        let text = """
            import socket, sys
            server = socket.create_server(("127.0.0.1", 0))
            print(server.getsockname()[1], flush=True)
            while True:
                peer, _ = server.accept()
                peer.sendall(sys.argv[1].encode() + b"\\r\\n")
                peer.close()
            """
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", text, line]
        process.standardOutput = pipe
        // It must not hold open what the tests write to.
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let said = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(said.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            process.terminate()
            throw CocoaError(.executableRuntimeMismatch)
        }
        self.port = port
    }

    // The signals that the tests' threads block are blocked in it too, but for this one.
    deinit { kill(process.processIdentifier, SIGKILL) }
}

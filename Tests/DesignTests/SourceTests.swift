import Testing

@Suite struct SourceTests {
    /// The files that may say `unsafe`, each with what it must reach that the language cannot check.
    static let fenced = [
        // The slab and the slots are raw memory, for flows without reference counts.
        "Core/Flows/FlowTable.swift",
        // Candidates of every look: an array would ask at each append whether it is shared.
        "Core/Matching/CandidateList.swift",
        // The processor's hint takes an address.
        "Core/Net/Array+Fetch.swift",
        // Integers at unaligned offsets.
        "Core/Net/RawSpan+Integers.swift",
        // The shards cannot be copied, and arrays hold only what can.
        "Core/Pipeline/Lane.swift",
        // The buffers are raw memory, touched only as far as they are used.
        "Core/Reassembly/CellPool.swift", "Core/Reassembly/HeadSlab.swift",
        // PCRE2's compiled patterns.
        "Core/Regexes/Regex.swift",
        // PCRE2's memory for matches.
        "Core/Regexes/RegexMatcher.swift",
        // The thread of the couriers as their executor.
        "Edge/Alerts/Courier+Executor.swift",
        // read(2), write(2), readdir(3), clock_gettime(2) and their like.
        "Edge/Alerts/SystemCalls.swift",
        // A buffer that the kernel reads into.
        "Edge/Capture/ByteBuffer.swift",
        // Lends that buffer to the threads of the workers.
        "Edge/Capture/Chunk.swift",
        // libpcap's filter programs.
        "Edge/Capture/FrameFilter.swift",
        // zlib's stream.
        "Edge/Capture/GzipStream.swift",
        // libpcap's handles of interfaces.
        "Edge/Capture/LiveInterface.swift",
        // read(2), open(2), stat(2).
        "Edge/Capture/OpenFile.swift",
        // recvfrom(2), and a socket's address is raw memory.
        "Edge/Imports/Collecting/DatagramSocket.swift",
        // expat's parser and what it calls back.
        "Edge/Imports/XML/XMLReader.swift",
        // A socket's address is raw memory.
        "Edge/Operation/Process/Notifier.swift",
        // The entry of a user is filled in behind a pointer.
        "Edge/Operation/Process/Privileges.swift",
        // openat(2), fsync(2), rename(2) and the like, which follow no link and leave nothing half written.
        "Edge/Packs/Files/Disk.swift",
        // zlib's streams.
        "Edge/Packs/Files/Gzip.swift",
        // The key that scrypt derives comes out behind a pointer.
        "Edge/Packs/Minisign/SecretKey.swift",
        // posix_spawn(3) and waitpid(2).
        "Edge/Packs/Sources/Programs.swift",
        // read(2) and readdir(3).
        "Edge/Plugins/FileReading.swift",
        // Lua's C interface, behind the shim.
        "Edge/Plugins/LuaState.swift",
        // getaddrinfo(3): its list is behind pointers.
        "Edge/Probes/HostNames.swift",
        // connect(2), recvfrom(2), poll(2): a socket's address is raw memory.
        "Edge/Probes/Sockets.swift",
        // Numbers go to SQLite's statement and come from it as they are, millions of them.
        "Edge/Stores/Statement+Step.swift",
        // flock(2), open(2), clock_gettime(2).
        "Edge/Stores/StoreFiles.swift",
        // POSIX mutexes, conditions and threads.
        "Edge/Threads/Gate.swift", "Edge/Threads/Thread.swift",
        // The terminal's streams.
        "offport/Console.swift",
        // termios(3) and poll(2).
        "offport/Operation/RawTerminal.swift",
    ]

    @Test func onlyTheFencedFilesSayUnsafe() throws {
        let found = try SourceTree.files().filter { try SourceTree.words($0).contains("unsafe") }
        #expect(found == Self.fenced, "a file more needs a reason here; a file less must leave the list")
    }

    @Test func theCoreImportsNoFoundation() throws {
        let core = SourceTree.files("Core")
        #expect(core.count > 50, "the sources were not found at \(SourceTree.root)")
        let importing = try core.filter { path in
            try SourceTree.lines(path).contains { line in
                let words = line.split(separator: " ")
                return !line.hasPrefix("//") && words.contains("import")
                    && words.contains { $0.hasPrefix("Foundation") }
            }
        }
        #expect(importing.isEmpty)
    }

    /// What talks to the network stays behind its targets: the packet lane and the questions to files know nothing of it.
    @Test func onlyAlertsAndOperationTalkToTheNetwork() throws {
        let libraries = [
            "NIO", "AsyncHTTPClient", "Subprocess", "SystemPackage", "Hummingbird", "HTTPTypes",
            "ServiceLifecycle",
        ]
        let importing = try SourceTree.files().filter { path in
            try SourceTree.lines(path).contains { line in
                let words = line.split(separator: " ")
                return !line.hasPrefix("//") && words.contains("import")
                    && words.contains { word in libraries.contains { word.hasPrefix($0) } }
            }
        }
        #expect(!importing.isEmpty)
        #expect(
            importing.allSatisfy { $0.hasPrefix("Edge/Operation/") || $0.hasPrefix("Edge/Alerts/") },
            "\(importing)")
    }

    @Test func noFileIsLongerThan500Lines() throws {
        let long = try SourceTree.files(endings: [".swift", ".c", ".h"])
            .filter { try SourceTree.lines($0).count > 501 }
        #expect(long.isEmpty)
    }

    @Test func theCoreReadsNoClockAndNoFile() throws {
        let outside: Set<Substring> = [
            "Date", "clock_gettime", "gettimeofday", "ContinuousClock", "SuspendingClock", "fopen", "print",
            "getenv", "SystemRandomNumberGenerator",
        ]
        let offending = try SourceTree.files("Core").filter { path in
            try !SourceTree.words(path).isDisjoint(with: outside)
        }
        #expect(offending.isEmpty)
    }
}

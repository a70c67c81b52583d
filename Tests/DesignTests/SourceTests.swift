import Testing

@Suite struct SourceTests {
    /// The files that may say `unsafe`, each with what it must reach that the language cannot check.
    static let fenced = [
        "Core/Flows/FlowTable.swift",  // The slab and the slots are raw memory, for flows without reference counts.
        "Core/Net/RawSpan+Integers.swift",  // Loads of integers at unaligned offsets.
        "Core/Pipeline/Lane.swift",  // The shards cannot be copied, and arrays hold only what can.
        "Core/Reassembly/HeadSlab.swift",  // The buffers are raw memory, touched only as far as they are used.
        "Core/Regexes/Regex.swift",  // PCRE2's compiled patterns.
        "Core/Regexes/RegexMatcher.swift",  // PCRE2's memory for matches.
        "Edge/Capture/ByteBuffer.swift",  // A buffer that the kernel reads into.
        "Edge/Capture/Chunk.swift",  // Lends that buffer to the threads of the workers.
        "Edge/Capture/FrameFilter.swift",  // libpcap's filter programs.
        "Edge/Capture/GzipStream.swift",  // zlib's stream.
        "Edge/Capture/OpenFile.swift",  // read(2), open(2), stat(2).
        "Edge/Engine/Gate.swift",  // POSIX mutexes, conditions and threads.
        "Edge/Plugins/FileReading.swift",  // read(2) and readdir(3).
        "Edge/Plugins/LuaState.swift",  // Lua's C interface, behind the shim.
        "offport/Console.swift",  // The terminal's streams.
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
                return words.contains("import") && words.contains { $0.hasPrefix("Foundation") }
            }
        }
        #expect(importing.isEmpty)
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

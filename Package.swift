// swift-tools-version: 6.2
// The targets form a graph without cycles; the compiler holds the walls (see docs/architecture.md).

import PackageDescription

/// A release is told how often its code runs: `packaging/release` names the profile, `packaging/profile` has one written.
let profile = Context.environment["OFFPORT_PROFILE"]

/// Objects are made anew even where only the profile has changed.
let profiling: [SwiftSetting] =
    profile.map { path in
        let use = path == "generate" ? "-ir-profile-generate" : "-ir-profile-use=\(path)"
        return [.unsafeFlags(["-Xfrontend", use, "-Xfrontend", "-disable-incremental-llvm-codegen"])]
    } ?? []

/// What writes the profile when the command ends.
let profileWriter: [LinkerSetting] =
    profile == "generate" ? [.unsafeFlags(["-Xclang-linker", "-fprofile-generate"])] : []

let walls: [SwiftSetting] =
    [
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("ExistentialAny"),
        .strictMemorySafety(),
    ] + profiling

/// A target of the packet lane or of the judging that follows it: no Foundation, no files, no clocks.
func core(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/Core/\(name)", swiftSettings: walls)
}

/// A target that touches one outside thing: capture files, Lua, the JSON records, the terminal.
func edge(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/Edge/\(name)", swiftSettings: walls)
}

func system(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, swiftSettings: walls)
}

let package = Package(
    name: "offport",
    products: [
        .executable(name: "offport", targets: ["offport"]),
        .library(
            name: "OffportCore",
            targets: [
                "Net", "Wire", "Reassembly", "Flows", "Regexes", "Handshakes", "Matching", "Inventory",
                "Pipeline",
            ]),
        // What the fuzz targets feed; nothing that they would have to build and never call.
        .library(name: "OffportEdge", targets: ["Capture", "Plugins", "Records", "Engine", "Imports"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        // SQLite, for the store; no target but Stores imports it.
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // What delivers alerts and serves operators; no target but Alerts and Operation imports these.
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        // Certificates for tests.
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        system("CPcap", pkgConfig: "libpcap", apt: "libpcap-dev"),
        system("CLua", pkgConfig: "lua5.4", apt: "liblua5.4-dev"),
        system("CPCRE2", pkgConfig: "libpcre2-8", apt: "libpcre2-dev"),
        system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
        system("CExpat", pkgConfig: "expat", apt: "libexpat1-dev"),
        .target(name: "CLuaShim", dependencies: ["CLua", "CPCRE2"], path: "Sources/C/CLuaShim"),
        .target(name: "CPrivileges", path: "Sources/C/CPrivileges"),
        // Two inline functions: nothing to link.
        .systemLibrary(name: "CPrefetch", path: "Sources/C/CPrefetch"),

        core("Net", ["CPrefetch"]),
        core("Wire", ["Net"]),
        core("Reassembly", ["Net"]),
        core("Flows", ["Net", "Wire", "Reassembly", "CPrefetch"]),
        core("Regexes", ["CPCRE2"]),
        core("Handshakes", ["Net", .product(name: "Crypto", package: "swift-crypto")]),
        core("Matching", ["Net", "Regexes", "Handshakes"]),
        core("Inventory", ["Net"]),
        core("Pipeline", ["Net", "Wire", "Reassembly", "Flows", "Matching", "Inventory"]),

        edge("Capture", ["Net", "CPcap", "CZlib"]),
        edge("Imports", ["Net", "Wire", "Matching", "Capture", "Plugins", "Records", "CExpat"]),
        edge("Threads", []),
        edge(
            "Plugins",
            [
                "Net", "Handshakes", "Matching", "Inventory", "Regexes", "Threads", "CLuaShim",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        edge(
            "Packs",
            [
                "Plugins", "CZlib",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]),
        edge("Records", ["Net", "Inventory"]),
        edge("Reports", ["Net", "Inventory", "Records"]),
        edge("Mutations", ["Net"]),
        edge("Probes", ["Net", "Regexes", "Matching", "Capture"]),
        edge(
            "Alerts",
            [
                "Net", "Inventory", "Records",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        edge(
            "Stores",
            [
                "Net", "Inventory", "Records", "Threads", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        edge(
            "Replays",
            [
                "Net", "Wire", "Flows", "Matching", "Inventory", "Pipeline", "Capture", "Plugins",
                "Mutations",
            ]),
        edge("SignatureImports", ["Net", "Regexes", "Matching"]),
        edge("Authoring", ["Net", "Regexes", "Matching", "Plugins", "Mutations", "Records"]),
        edge("Engine", ["Net", "Wire", "Reassembly", "Matching", "Pipeline", "Capture", "Threads"]),
        edge(
            "Operation",
            [
                "Net", "Inventory", "Records", "Threads", "CPrivileges",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),

        .executableTarget(
            name: "offport",
            dependencies: [
                "Net", "Wire", "Reassembly", "Flows", "Regexes", "Matching", "Inventory", "Pipeline",
                "Capture", "Plugins", "Records", "Reports", "Stores", "Alerts", "Engine", "Threads",
                "Operation", "Authoring", "Replays", "Mutations", "Packs", "SignatureImports", "Imports",
                "Probes",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Sources/offport", swiftSettings: walls, linkerSettings: profileWriter),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: walls),
        tests("ReportsTests", ["Net", "Inventory", "Records", "Reports"]),
        tests("NetTests", ["Net"]),
        tests("WireTests", ["Net", "Wire"]),
        tests("ReassemblyTests", ["Net", "Reassembly", "TestSupport"]),
        tests("FragmentTests", ["Net", "Reassembly"]),
        tests("FlowsTests", ["Net", "Wire", "Flows", "TestSupport"]),
        tests("RegexesTests", ["Regexes"]),
        tests("HandshakesTests", ["Net", "Handshakes", .product(name: "Crypto", package: "swift-crypto")]),
        tests("MatchingTests", ["Net", "Regexes", "Matching", "TestSupport"]),
        tests("InventoryTests", ["Net", "Inventory", "TestSupport"]),
        tests(
            "PipelineTests",
            [
                "Net", "Wire", "Reassembly", "Flows", "Handshakes", "Matching", "Inventory", "Pipeline",
                "Capture", "Engine", "TestSupport",
            ]),
        tests("CaptureTests", ["Net", "Capture"]),
        tests("PluginsTests", ["Net", "Matching", "Inventory", "Regexes", "Plugins"]),
        tests("PacksTests", ["Plugins", "Packs", .product(name: "Crypto", package: "swift-crypto")]),
        tests("LibraryTests", ["Net", "Matching", "Plugins", "TestSupport"]),
        tests("RecordsTests", ["Net", "Inventory", "Records"], exclude: ["Golden"]),
        tests(
            "AlertsTests",
            [
                "Net", "Inventory", "Alerts",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ]),
        tests(
            "StoresTests",
            ["Net", "Inventory", "Records", "Stores", .product(name: "GRDB", package: "GRDB.swift")]),
        tests("DesignTests", ["Net", "Wire", "Flows", "Matching", "Inventory", "Pipeline", "TestSupport"]),
        tests(
            "OperationTests",
            [
                "Net", "Operation", "offport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], exclude: ["Golden"]),
        tests("GoldenTests", ["offport"]),
        tests(
            "MutationTests",
            [
                "Net", "Flows", "Matching", "Inventory", "Pipeline", "Capture", "Plugins", "Mutations",
                "Replays",
            ]),
        tests(
            "ProbesTests",
            [
                "Net", "Matching", "Inventory", "Pipeline", "Capture", "Plugins", "Engine", "Probes",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        tests("SignatureImportsTests", ["Net", "Matching", "Regexes", "Plugins", "SignatureImports"]),
        tests("ImportsTests", ["Net", "Records", "Capture", "Plugins", "Imports"], exclude: ["Samples"]),
        tests("AuthoringTests", ["Net", "Matching", "Regexes", "Plugins", "Authoring"]),
    ],
    swiftLanguageModes: [.v6]
)

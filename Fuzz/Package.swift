// swift-tools-version: 6.2
// Fuzz targets, apart from the product so that it needs no sanitizer; built by `Fuzz/run`, which gives the flags.

import PackageDescription

let package = Package(
    name: "offport-fuzz",
    dependencies: [.package(name: "offport", path: "..")],
    targets: [
        .systemLibrary(name: "CFuzzer", path: "Sources/CFuzzer"),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "CFuzzer",
                .product(name: "OffportCore", package: "offport"),
                .product(name: "OffportEdge", package: "offport"),
            ],
            path: "Sources/Fuzz"),
    ],
    swiftLanguageModes: [.v6]
)

// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A room of the house. Imports point downwards only: see ARCHITECTURE.md.
func room(
    _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil,
    settings: [SwiftSetting] = settings
) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "huiyin",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "huiyin", targets: ["HuiyinCommand"]),
        .executable(name: "huiyin-simulate", targets: ["HuiyinSimulate"]),
    ],
    dependencies: [
        // The reason for each stands in ARCHITECTURE.md, "Libraries".
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"]), .brew(["zeromq"])]),
        room("ZeroMQ", ["CZeroMQ"]),
        room("Records", [protobuf, crypto]),
        room("Replication", ["Records", protobuf]),
        // Its loops over hundreds of thousands of terms take ten times as long without: tests and debugging would crawl.
        room(
            "Recurrence", ["Records"],
            settings: settings + [.unsafeFlags(["-O"], .when(configuration: .debug))]),
        room("Search", ["Recurrence"]),
        room(
            "Embeddings",
            [
                "Records", "Recurrence", "Storage", "Platform", grdb, crypto, logging,
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        room("StrictYAML", [yams]),
        room(
            "Handbooks", ["Records", "StrictYAML", crypto],
            resources: [
                .embedInCode("Bundled/property-management.yaml"), .embedInCode("Bundled/vehicle-service.yaml"),
                .embedInCode("Bundled/software-call-centre.yaml"), .embedInCode("Bundled/shared.yaml"),
            ]),
        room("Rules", ["Records", "Handbooks", crypto]),
        room("Identity", ["Records"]),
        room("Digests", ["Records", crypto]),
        room("Spreadsheets", ["Records", protobuf]),
        room("Storage", ["Records", "Replication", protobuf, crypto, grdb, sqlite]),
        room("Platform", ["Records", "Replication"]),
        room(
            "Agent",
            [
                "Records", "Handbooks", "Rules", "StrictYAML", "Spreadsheets", "Replication", "Storage", "Platform",
                "ZeroMQ",
                crypto, protobuf, logging, lifecycle, hummingbird,
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ]),
        room(
            "Aggregator",
            [
                "Records", "Handbooks", "Rules", "Recurrence", "Digests", "StrictYAML", "Replication", "Storage", grdb,
                "Embeddings", "Identity", "Search",
                crypto, protobuf, "Platform", "ZeroMQ", logging, lifecycle, hummingbird,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        .executableTarget(
            name: "HuiyinCommand",
            dependencies: [
                "Records", "Handbooks", "Rules", "StrictYAML", "Replication", "Storage", "Platform", "ZeroMQ", "Agent",
                "Aggregator", "Identity", "Recurrence", "Embeddings", "Spreadsheets", "Digests",
                arguments, logging, lifecycle,
                signals,
                crypto, protobuf,
            ],
            swiftSettings: settings),
        // A fleet in one process: for tests, and a program of its own for long runs.
        .target(
            name: "Simulation", dependencies: ["Records", "Replication"], path: "Tests/Simulation",
            swiftSettings: settings),
        .executableTarget(
            name: "HuiyinSimulate", dependencies: ["Simulation", arguments], path: "Tests/HuiyinSimulate",
            swiftSettings: settings),
        tests("SimulationTests", ["Simulation", "Replication", "Records"]),
        tests("ZeroMQTests", ["ZeroMQ", "CZeroMQ"]),
        tests("RecordsTests", ["Records", crypto, protobuf]),
        tests("StrictYAMLTests", ["StrictYAML"]),
        tests("PlatformTests", ["Platform"]),
        tests("HandbooksTests", ["Handbooks", "Records", "StrictYAML"]),
        tests("ReplicationTests", ["Replication", "Records", "Simulation", crypto, protobuf]),
        tests("RulesTests", ["Rules", "Handbooks", "Records", protobuf]),
        tests("IdentityTests", ["Identity", "Records"]),
        tests("RecurrenceTests", ["Recurrence", "Records"]),
        tests("SearchTests", ["Search"]),
        tests(
            "EmbeddingsTests",
            [
                "Embeddings", "Recurrence", "Records", "Storage", grdb, logging,
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        tests("DigestsTests", ["Digests", "Records"]),
        tests("SpreadsheetsTests", ["Spreadsheets", "Records", protobuf]),
        tests("StorageTests", ["Storage", "Replication", "Records", "Simulation", grdb, sqlite, crypto, protobuf]),
        tests(
            "AgentTests",
            [
                "Agent", "Records", "Replication", "Rules", "Storage", "Platform", "ZeroMQ", "Handbooks",
                "Spreadsheets",
                "StrictYAML", logging, lifecycle, hummingbird, yams, crypto, protobuf,
            ]),
        tests(
            "AggregatorTests",
            [
                "Aggregator", grdb, "Storage", "Replication", "Rules", "Recurrence", "Digests", "Handbooks", "Records",
                "Embeddings", "StrictYAML", "Search",
                logging, protobuf,
            ]),
        .testTarget(
            name: "VectorTests", dependencies: ["Records", "Replication", protobuf], path: "Tests/Vectors",
            swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests", dependencies: ["HuiyinCommand", "ZeroMQ", sqlite], path: "Tests/EndToEnd",
            exclude: ["FaultyDisk"],
            swiftSettings: settings),
    ]
)

// Only these tests and what they need: Tests/Mutations/run.
if let tested = Context.environment["HUIYIN_TESTED"] {
    var wanted = Set(tested.split(separator: ",").map(String.init))
    for _ in package.targets {
        for target in package.targets where wanted.contains(target.name) {
            for case .byNameItem(let name, _) in target.dependencies { wanted.insert(name) }
        }
    }
    // The program itself stays where tests run it: an older one beside them would be tried instead.
    package.products = package.products.filter {
        ($0 as? Product.Executable)?.targets.allSatisfy(wanted.contains) ?? false
    }
    package.targets = package.targets.filter { wanted.contains($0.name) }
}

// Measured only when asked for: HUIYIN_BENCHMARKS=1 Tests/Benchmarks/run.
if Context.environment["HUIYIN_BENCHMARKS"] == "1" {
    package.products.append(.executable(name: "huiyin-benchmarks", targets: ["HuiyinBenchmarks"]))
    package.targets.append(
        .executableTarget(
            name: "HuiyinBenchmarks", dependencies: ["Recurrence", "Replication", "Records"],
            path: "Tests/Benchmarks/HuiyinBenchmarks", swiftSettings: settings))
    package.products.append(.executable(name: "huiyin-fleet", targets: ["HuiyinFleet"]))
    package.targets.append(
        .executableTarget(
            name: "HuiyinFleet", dependencies: ["ZeroMQ", "Replication", "Records", "Storage", "Platform", protobuf],
            path: "Tests/Benchmarks/HuiyinFleet", swiftSettings: settings))
}

// Fuzzed only when asked for: Tests/Fuzzing/run. Only what reads input, and all of it instrumented.
if Context.environment["HUIYIN_FUZZING"] == "1" {
    let fuzzed = [
        "CZeroMQ", "ZeroMQ", "Records", "Replication", "StrictYAML", "Handbooks", "Spreadsheets", "Platform",
        "Simulation",
    ]
    package.products = [.executable(name: "huiyin-fuzzing", targets: ["HuiyinFuzzing"])]
    package.targets = package.targets.filter { fuzzed.contains($0.name) }
    package.targets += [
        .target(
            name: "Bodies", dependencies: ["Records"], path: "Sources/Agent/Intake", sources: ["RowSplitter.swift"],
            swiftSettings: settings),
        .target(
            name: "AgentSettings",
            dependencies: ["Records", "StrictYAML", "Handbooks", "Platform", "ZeroMQ", logging, crypto],
            path: "Sources/Agent/Configuration", swiftSettings: settings),
        .target(
            name: "Embeddings", dependencies: [crypto], path: "Sources/Embeddings",
            sources: ["EmbeddingEndpoint.swift"],
            swiftSettings: settings),
        .target(
            name: "AggregatorSettings", dependencies: ["Records", "StrictYAML", "Handbooks", "Embeddings", logging],
            path: "Sources/Aggregator",
            sources: [
                "AggregatorConfiguration.swift", "TCPEndpoint.swift", "FeedFilter.swift",
                "Delivery/DeliveryTarget.swift", "Delivery/DeliveryTarget+Reading.swift",
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "HuiyinFuzzing",
            dependencies: [
                "Records", "Replication", "Simulation", "StrictYAML", "Handbooks", "Spreadsheets", "Bodies",
                "AgentSettings", "AggregatorSettings", protobuf, crypto,
            ],
            path: "Tests/Fuzzing/HuiyinFuzzing", swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]),
    ]
}

import Glibc
import Testing

extension EndToEnd {
    /// Connections of nobody, in thousands.
    struct Crowds {
        @Test func tenThousandIdleConnectionsDoNotStopTheWork() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters)
                let ledger = Ledger()
                try await writing(to: [branch], ledger) {
                    try await ledger.more(20)
                    let crowd = try Crowd(of: 10_000, at: headquarters.port)
                    defer { crowd.leave() }
                    #expect(crowd.count >= 9_000)
                    try await ledger.more(20)
                    _ = try await headquarters.notes(ledger.saved)
                }
                try await ledger.judge([branch], headquarters)
            }
        }

        @Test func headquartersOutOfDescriptorsComesBackToItself() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house, surroundings: .openFiles(atMost: 160))
                let branch = try await Branch.start("north", at: headquarters)
                let ledger = Ledger()
                try await writing(to: [branch], ledger) {
                    try await ledger.more(20)
                    let crowd = try Crowd(of: 400, at: headquarters.port)
                    try await ledger.more(20)
                    crowd.leave()
                    #expect(headquarters.daemon.isRunning)
                    try await ledger.more(20)
                }
                try await ledger.judge([branch], headquarters, within: .seconds(60))
            }
        }
    }
}

/// Connections that say nothing.
private final class Crowd {
    private var descriptors: [Int32] = []

    init(of count: Int, at port: Int) throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(limit.rlim_max, rlim_t(count + 4000))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let address = InternetAddress(port: port)
        for _ in 0..<count {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { break }
            // Not waited for: the listener's queue may be full.
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            _ = address.withPointer { connect(descriptor, $0, $1) }
            descriptors.append(descriptor)
        }
    }

    var count: Int { descriptors.count }

    func leave() {
        for descriptor in descriptors { close(descriptor) }
        descriptors = []
    }
}

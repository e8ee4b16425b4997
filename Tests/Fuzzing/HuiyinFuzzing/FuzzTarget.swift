import Foundation

/// What is fuzzed: each takes any bytes, and must neither crash nor break what it promises of them.
enum FuzzTarget: String, CaseIterable {
    case frame, record, sheet, handbook, configuration, body

    func run(_ bytes: [UInt8]) {
        switch self {
        case .frame: fuzzFrames(bytes)
        case .record: fuzzRecord(bytes)
        case .sheet: fuzzSheet(bytes)
        case .handbook: fuzzHandbook(bytes)
        case .configuration: fuzzConfiguration(bytes)
        case .body: fuzzBody(bytes)
        }
    }

    /// `$HUIYIN_FUZZ_TARGET`.
    static let chosen: FuzzTarget = {
        let name = ProcessInfo.processInfo.environment["HUIYIN_FUZZ_TARGET"] ?? ""
        guard let target = FuzzTarget(rawValue: name) else {
            let names = allCases.map(\.rawValue).joined(separator: ", ")
            preconditionFailure("$HUIYIN_FUZZ_TARGET must be one of \(names)")
        }
        return target
    }()
}

/// libFuzzer's way in.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzTarget.chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// Ends the run with a finding, unless what is promised holds. Says why in an optimized program, too.
func insist(_ holds: Bool, _ finding: @autoclosure () -> String = "a promise does not hold") {
    if holds { return }
    FileHandle.standardError.write(Data("finding: \(finding())\n".utf8))
    abort()
}

/// The input in pieces whose sizes its first bytes say; what comes in pieces must be read as what comes whole.
func pieces(_ bytes: ArraySlice<UInt8>, size: UInt8) -> [ArraySlice<UInt8>] {
    let size = Int(size) + 1
    return stride(from: bytes.startIndex, to: bytes.endIndex, by: size).map {
        bytes[$0..<min($0 + size, bytes.endIndex)]
    }
}

import Foundation
import Records
import Replication

/// What is the same in every run, as in the vectors.
enum Fixed {
    static let site = value(try? SiteID("lakeview"))  // it has letters only
    static let headquartersEpoch = value(Epoch(bytes: bytes("6a0ecfc905cf0270bdb2bde426e78bfe")))
    /// The number of the first session.
    static let session: UInt64 = 7
    /// Of the site of the vectors, whose other half is not told.
    static let siteKey = value(
        LogVerifyingKey(bytes: bytes("9c356df42aa6336544bdd1d071280d1ca94ce2fb69f07e0e08230b69e347fa8c")))
    /// Signs for the site what the fuzzer changed.
    static let signingKey = value(LogSigningKey(bytes: [UInt8](repeating: 3, count: 32)))
    static let receiptKey = value(
        LogSigningKey(bytes: bytes("a8d2deda232f74c2356bcb3aa6c0175ee3857dc0449b5493d99f2f23bf23bc99")))
    static let wall = Timestamp(milliseconds: 1_790_827_200_000)

    private static func value<Value>(_ value: Value?) -> Value {
        guard let value else { preconditionFailure("a fixed value that is none") }
        return value
    }

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal.utf8)
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }
}

/// One frame of a conversation and what goes with it.
struct FuzzedFrame {
    var bytes: [UInt8]
    /// The other side's disk does not answer before the next frame.
    var isDiskSlow: Bool
    /// Signatures and sessions are made good before it is handed over: no fuzzer guesses them.
    var isMended: Bool

    /// Each stands behind two bytes: two flags, and its length.
    static func read(_ bytes: [UInt8]) -> [FuzzedFrame] {
        var frames: [FuzzedFrame] = []
        var rest = bytes[...]
        while rest.count > 2 {
            let head = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
            rest = rest.dropFirst(2)
            let frame = rest.prefix(head & 0x3FFF)
            rest = rest.dropFirst(frame.count)
            frames.append(
                FuzzedFrame(bytes: Array(frame), isDiskSlow: head & 0x8000 != 0, isMended: head & 0x4000 != 0))
        }
        return frames
    }
}

/// Frames of one connection: read, written, and handed to both sides of the exchange.
func fuzzFrames(_ bytes: [UInt8]) {
    let headquarters = FuzzedHeadquarters()
    let site = FuzzedSite()
    for frame in FuzzedFrame.read(bytes) {
        // Refused, as it may be.
        guard let message = try? frame.bytes.withUnsafeBytes({ try Exchange(frame: $0) }) else { continue }
        let written = [UInt8](message.frame())
        let again = try? written.withUnsafeBytes { try Exchange(frame: $0) }
        insist(again.map { [UInt8]($0.frame()) } == written, "a message changed when it was written again")
        headquarters.take(message, frame)
        site.take(message, frame)
    }
    headquarters.judge()
    site.judge()
}

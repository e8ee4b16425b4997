import Testing

@testable import ZeroMQ

struct ZAPRequestTests {
    private let key = [UInt8](repeating: 7, count: 32)

    private func request(_ change: (inout [Message]) -> Void = { _ in }) -> Multipart {
        var frames: [Message] = ["peer", "", "1.0", "42", "site", "192.0.2.7", "", "CURVE", Message(key)]
        change(&frames)
        return Multipart(frames)
    }

    @Test func readsAWholeRequest() throws {
        let request = try ZAPRequest(request())
        #expect(request.key.bytes == key)
        #expect(request.domain == "site")
        #expect(request.address == "192.0.2.7")
        #expect(request.sender.requestID.text == "42")
    }

    @Test func withoutARequestIDThereIsNoAnswer() {
        for message in [Multipart([]), ["x"], ["x", "", "1.0"], request { $0[1] = "?" }] {
            let fault = #expect(throws: ZAPRequest.Malformed.self) { try ZAPRequest(message) }
            #expect(fault?.sender == nil)
        }
        let long = request { $0[3] = Message([UInt8](repeating: 1, count: 256)) }
        #expect(throws: ZAPRequest.Malformed.self) { try ZAPRequest(long) }
    }

    @Test func everyFaultIsRefused() {
        let faults: [(Multipart, ZAPReply.Status)] = [
            (request { $0[2] = "2.0" }, .internalError),
            (request { $0.removeLast(2) }, .internalError),
            (request { $0[7] = "NULL" }, .denied),
            (request { $0.removeLast() }, .denied),
            (request { $0.append("more") }, .denied),
            (request { $0[8] = "short" }, .denied),
            (request { $0[8] = Message([UInt8](repeating: 1, count: 33)) }, .denied),
            (request { $0[4] = "" }, .denied),
            (request { $0[4] = Message([0xFF]) }, .denied),
            (request { $0[4] = Message([UInt8](repeating: 65, count: 256)) }, .denied),
            (request { $0[5] = Message([0xC0]) }, .denied),
        ]
        for (message, status) in faults {
            let fault = #expect(throws: ZAPRequest.Malformed.self) { try ZAPRequest(message) }
            #expect(fault?.status == status)
            #expect(fault?.sender != nil)
        }
    }

    @Test func randomFramesAreNeverLetIn() throws {
        let zap = try Authenticator(try Context()) { _, _, _ in .deny }
        defer { zap.close() }
        var random = SeededGenerator(state: 20_260_722)
        for _ in 0..<5000 {
            let message = request { frames in
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let place = Int.random(in: 0..<9, using: &random)
                    let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                        UInt8.random(in: 0...255, using: &random)
                    }
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: frames[min(place, frames.count - 1)] = Message(bytes)
                    case 1: frames.insert(Message(bytes), at: min(place, frames.count))
                    default: if frames.count > 1 { frames.remove(at: min(place, frames.count - 1)) }
                    }
                }
            }
            guard let answer = zap.answer(message) else { continue }
            #expect(answer.count == 8)
            #expect(answer[4].text != "200")
            #expect(answer[6].isEmpty)
        }
    }
}

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

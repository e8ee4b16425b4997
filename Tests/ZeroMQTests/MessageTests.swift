import Synchronization
import Testing
import ZeroMQ

struct MessageTests {
    @Test(arguments: [0, 1, 29, 33, 34, 100_000])
    func bytesComeBack(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let message = Message(bytes)
        #expect(message.count == count)
        #expect(message.isEmpty == (count == 0))
        #expect(message.bytes == bytes)
        #expect(message == Message(bytes))
    }

    @Test func writesStraightIntoTheFrame() {
        let message = Message(count: 3) { $0.copyBytes(from: [1, 2, 3]) }
        #expect(message.bytes == [1, 2, 3])
    }

    @Test func invalidTextIsNoText() {
        #expect(Message([0xFF]).text == nil)
        #expect(Message("回音").text == "回音")
    }

    @Test func madeHereItHasNoSender() {
        #expect(Message("x").userID == nil)
        #expect(Message("x").peerAddress == nil)
        #expect(Message("x").property(named: "") == nil)
    }

    @Test func describesItsSizeOnly() {
        #expect("\(Message("13800138000"))" == "Message(11 bytes)")
    }

    @Test func lentBytesAreReleasedOnceAfterTheLastUse() throws {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1000, alignment: 1)
        bytes.initializeMemory(as: UInt8.self, repeating: 7)
        let released = Released()
        let context = try Context()
        let (left, right) = try pair(context)
        do {
            nonisolated(unsafe) let lent = bytes
            let message = Message(lending: UnsafeRawBufferPointer(bytes)) {
                lent.deallocate()
                released.count.add(1, ordering: .relaxed)
            }
            // Twice: the bytes are shared, and the frame can be sent again.
            #expect(try left.send(message) == .sent)
            #expect(try left.send(message) == .sent)
        }
        #expect(released.count.load(ordering: .relaxed) == 0)
        #expect(try right.receive(timeout: bound)?[0].bytes == [UInt8](repeating: 7, count: 1000))
        #expect(released.count.load(ordering: .relaxed) == 0)
        _ = try right.receive(timeout: bound)
        #expect(released.count.load(ordering: .relaxed) == 1)
        left.close()
        right.close()
    }

    @Test func emptyLoanIsReleasedAtOnce() {
        let released = Released()
        let message = Message(lending: UnsafeRawBufferPointer(start: nil, count: 0)) {
            released.count.add(1, ordering: .relaxed)
        }
        #expect(message.isEmpty)
        #expect(released.count.load(ordering: .relaxed) == 1)
    }

    private final class Released: Sendable {
        let count = Atomic<Int>(0)
    }

    private func pair(_ context: Context) throws -> (Socket, Socket) {
        let left = try Socket(context, .pair)
        try left.bind(to: "inproc://pair")
        let right = try Socket(context, .pair)
        try right.connect(to: "inproc://pair")
        return (left, right)
    }
}

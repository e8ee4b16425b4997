import Testing
import ZeroMQ

struct SocketReceiveTests {
    @Test func nothingThereIsNil() throws {
        let socket = try Socket(try Context(), .pull)
        try socket.bind(to: "tcp://127.0.0.1:*")
        #expect(try socket.receive() == nil)
        #expect(try socket.receive(timeout: .zero) == nil)
        let time = try ContinuousClock().measure {
            let message = try socket.receive(timeout: .milliseconds(20))
            #expect(message == nil)
        }
        #expect(time >= .milliseconds(20))
    }

    @Test func oversizeFrameDropsItsConnectionOnly() throws {
        let context = try Context()
        var options = Socket.Options()
        options.maxMessageSize = 1000
        let pull = try Socket(context, .pull, options: options)
        let endpoint = try pull.bind(to: "tcp://127.0.0.1:*")
        let honest = try Client(context, .push, options: .init(), endpoint: endpoint)
        let greedy = try Client(context, .push, options: .init(), endpoint: endpoint)
        #expect(try greedy.outcome() == .handshakeSucceeded)
        #expect(try greedy.socket.send(Message(count: 1001) { _ in }) == .sent)
        #expect(try greedy.monitor.event { $0 == .disconnected } == .disconnected)
        #expect(try honest.socket.send([Message(count: 1000) { _ in }], timeout: bound) == .sent)
        #expect(try pull.receive(timeout: bound)?[0].count == 1000)
        #expect(try pull.receive() == nil)
        honest.close()
        greedy.close()
    }

    @Test func tooManyFramesAreDiscardedAndCounted() throws {
        let context = try Context()
        var options = Socket.Options()
        options.maxFrames = 3
        let pull = try Socket(context, .pull, options: options)
        try pull.bind(to: "inproc://frames")
        let push = try Socket(context, .push)
        try push.connect(to: "inproc://frames")
        #expect(try push.send("1", "2", "3", "4") == .sent)
        #expect(try push.send("1", "2", "3") == .sent)
        #expect(try pull.receive() == nil)
        #expect(pull.discardedMultiparts == 1)
        #expect(try pull.receive()?.count == 3)
    }

    @Test func receivesAtMostTheLimit() throws {
        let context = try Context()
        let pull = try Socket(context, .pull)
        try pull.bind(to: "inproc://many")
        let push = try Socket(context, .push)
        try push.connect(to: "inproc://many")
        for number in 0..<100 { #expect(try push.send(Message("\(number)")) == .sent) }
        var seen: [String] = []
        #expect(try pull.receiveAll { seen.append($0[0].text ?? "") } == 64)
        #expect(try pull.receiveAll(limit: 1000) { seen.append($0[0].text ?? "") } == 36)
        #expect(seen == (0..<100).map { "\($0)" })
    }

    @Test func stopsWhenTheBodyClosesTheSocket() throws {
        let context = try Context()
        let pull = try Socket(context, .pull)
        try pull.bind(to: "inproc://closing")
        let push = try Socket(context, .push)
        try push.connect(to: "inproc://closing")
        for _ in 0..<3 { #expect(try push.send("x") == .sent) }
        #expect(try pull.receiveAll { _ in pull.close() } == 1)
    }
}

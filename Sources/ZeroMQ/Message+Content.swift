internal import CZeroMQ

extension Message {
    /// A copy of the bytes.
    public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// The bytes as text, or `nil` if they are not valid UTF-8.
    public var text: String? { withUnsafeBytes { String(validating: $0, as: UTF8.self) } }

    /// Who sent this frame, as the ZAP handler named it (`User-Id`).
    ///
    /// On every frame received from an authenticated peer, except that a router's routing id frame may lack it: see
    /// `Multipart.userID`. Trust it only on a socket that serves CURVE with an enforced domain: on an open one the peer
    /// can send any such property itself.
    public var userID: String? { property(named: "User-Id") }

    /// The sender's address without its port, such as "192.0.2.7"; `nil` for `inproc` and for frames made here.
    public var peerAddress: String? { property(named: "Peer-Address") }

    /// A property of the connection that brought this frame; `nil` if it is absent or not UTF-8.
    public func property(named name: String) -> String? {
        withRaw { raw in zmq_msg_gets(raw, name).flatMap { String(validatingCString: $0) } }
    }

    /// Whether another frame of the same multipart follows.
    var hasMore: Bool { withRaw { zmq_msg_more($0) == 1 } }
}

extension Message: Equatable {
    /// Compares the bytes, not where they came from.
    public static func == (left: Message, right: Message) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { left.elementsEqual($0) } }
    }
}

extension Message: ExpressibleByStringLiteral {
    /// The UTF-8 of `text`.
    public convenience init(stringLiteral text: String) {
        self.init(text)
    }
}

extension Message: CustomStringConvertible {
    /// The size only: contents belong in no log.
    public var description: String { "Message(\(count) bytes)" }
}

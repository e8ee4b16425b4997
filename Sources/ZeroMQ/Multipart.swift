/// One message of one or more frames, delivered whole or not at all.
///
/// On a `router` the first frame is the peer's routing id: made by libzmq at connection, valid until it is lost.
public struct Multipart: Sendable, Equatable {
    /// The frames in order. A received multipart has at least one.
    public var frames: [Message]

    /// A message of these frames.
    public init(_ frames: [Message]) {
        self.frames = frames
    }
}

extension Multipart {
    /// Who sent the message, as the ZAP handler named it. Trust it under the conditions of `Message.userID`.
    ///
    /// Read from the last frame: a router's first one, the routing id, has no properties when libzmq 4.3.4 made it
    /// while polling.
    public var userID: String? { frames.last?.userID }
}

extension Multipart: RandomAccessCollection {
    /// Always 0.
    public var startIndex: Int { frames.startIndex }

    /// The number of frames.
    public var endIndex: Int { frames.endIndex }

    /// The frame at `position`.
    public subscript(position: Int) -> Message { frames[position] }
}

extension Multipart: ExpressibleByArrayLiteral {
    /// A message of these frames.
    public init(arrayLiteral frames: Message...) {
        self.init(frames)
    }
}

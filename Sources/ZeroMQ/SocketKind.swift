internal import CZeroMQ

extension Socket {
    /// The messaging pattern of a socket. See zmq_socket(3).
    public enum Kind: Sendable, CaseIterable {
        /// Many peers, each addressed by the first frame.
        case router
        /// Asynchronous peer of a router; queues in order.
        case dealer
        /// Sends, then receives, in turn.
        case request
        /// Receives, then sends, in turn.
        case reply
        /// Exactly one peer.
        case pair
        /// Sends to every subscriber; drops what a slow one cannot take.
        case publisher
        /// Receives what it subscribed to.
        case subscriber
        /// Sends to one of its pullers at a time.
        case push
        /// Receives from all its pushers.
        case pull

        var number: CInt {
            switch self {
            case .router: ZMQ_ROUTER
            case .dealer: ZMQ_DEALER
            case .request: ZMQ_REQ
            case .reply: ZMQ_REP
            case .pair: ZMQ_PAIR
            case .publisher: ZMQ_PUB
            case .subscriber: ZMQ_SUB
            case .push: ZMQ_PUSH
            case .pull: ZMQ_PULL
            }
        }
    }
}

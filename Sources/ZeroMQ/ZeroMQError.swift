internal import CZeroMQ
internal import Glibc

/// What failed, on which endpoint, and what to do about it where that is known.
///
/// No case carries a key, a message or a credential.
public enum ZeroMQError: Error, Sendable, Equatable {
    /// A libzmq or system call failed. `endpoint` is the address it was given, if it was given one.
    case call(function: String, endpoint: String?, errno: CInt)
    /// The libzmq found at run time is older than 4.3.3 (CVE-2020-15166: unauthenticated memory exhaustion).
    case libraryTooOld(found: String)
    /// The libzmq found at run time was built without CURVE.
    case curveMissing
    /// `ZMQ_ZAP_ENFORCE_DOMAIN` did not read back as set: an absent ZAP handler would let everybody in.
    case domainNotEnforced(domain: String)
    /// A context was asked to close while this many of its sockets were open; waiting would last for ever.
    case socketsOpen(count: Int)

    /// The symbol of the error number, such as `EADDRINUSE`; `nil` for a case without one.
    public var name: String? {
        guard case .call(_, _, let errno) = self else { return nil }
        return Self.name(of: errno)
    }

    /// Reads the error number of the libzmq call that has just failed on this thread.
    static func last(_ function: String, endpoint: String? = nil) -> ZeroMQError {
        .call(function: function, endpoint: endpoint, errno: zmq_errno())
    }

    private static func name(of errno: CInt) -> String {
        czmq_error_name(errno).map { String(cString: $0) } ?? "errno \(errno)"
    }
}

extension ZeroMQError: CustomStringConvertible {
    /// What failed and what to do about it, for people.
    public var description: String {
        switch self {
        case .call(let function, let endpoint, let errno):
            let place = endpoint.map { " on \($0)" } ?? ""
            let text = zmq_strerror(errno).map { String(cString: $0) } ?? "unknown error"
            let advice = Self.advice(for: errno).map { "; \($0)" } ?? ""
            return "\(function)\(place) failed: \(Self.name(of: errno)) (\(text))\(advice)"
        case .libraryTooOld(let found):
            return "libzmq \(found) is installed, 4.3.3 or newer is needed (CVE-2020-15166): install libzmq5"
        case .curveMissing:
            return "this libzmq was built without CURVE; install libzmq5 of Debian 12"
        case .domainNotEnforced(let domain):
            return "libzmq does not enforce the ZAP domain \"\(domain)\" (option 93); refusing to serve without it"
        case .socketsOpen(let count):
            return "\(count) socket(s) of this context are still open; close each of them (and its monitor) first"
        }
    }

    private static func advice(for errno: CInt) -> String? {
        switch errno {
        case EADDRINUSE: "another process, or another socket of this one, listens there: stop it or choose another port"
        case EACCES: "not permitted: ports below 1024 need CAP_NET_BIND_SERVICE, an ipc path needs write access"
        case EADDRNOTAVAIL: "that address does not belong to this machine: bind to one of its own, or to *"
        case ENODEV: "no network interface has that name or address"
        case EINVAL: "check the endpoint or the value: tcp://HOST:PORT, ipc:///PATH or inproc://NAME"
        case EPROTONOSUPPORT: "use tcp://, ipc:// or inproc://"
        case CZMQ_ENOCOMPATPROTO: "this kind of socket does not speak that transport"
        case EMFILE: "raise RLIMIT_NOFILE (two per peer) or the context's maxSockets"
        case ENOENT: "nothing is bound or connected there"
        case ENOTSOCK: "the socket is closed"
        case CZMQ_ETERM: "the context is closed"
        case CZMQ_EFSM: "a request socket must send and receive in turn"
        case CZMQ_EMTHREAD: "the context has no I/O threads"
        case ENAMETOOLONG: "the endpoint is too long"
        default: nil
        }
    }
}

import Glibc
import Synchronization

/// Ports of this machine that nobody uses.
enum Ports {
    /// Below the ports that the kernel gives to outgoing connections; begins somewhere, as other tests may run beside.
    private static let next = Mutex(Int.random(in: 20_000..<31_000))

    static func free() throws -> Int {
        for _ in 0..<1000 {
            let port = next.withLock { next in
                next = next < 31_999 ? next + 1 : 20_000
                return next
            }
            if isFree(port) { return port }
        }
        throw Fault("none of 1000 ports is free")
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        return InternetAddress(port: port).withPointer { bind(descriptor, $0, $1) } == 0
    }
}

/// A port on the loopback interface, as the system calls want it.
struct InternetAddress {
    private var address = sockaddr_in()

    init(port: Int) {
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    }

    func withPointer<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
        withUnsafeBytes(of: address) { bytes in
            body(bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!, socklen_t(bytes.count))  // never empty
        }
    }
}

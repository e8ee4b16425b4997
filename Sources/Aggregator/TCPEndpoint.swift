/// `tcp://HOST:PORT`, taken apart.
package struct TCPEndpoint: Sendable, Equatable {
    package var host: String
    /// 0: any that is free, written `*`.
    package var port: Int

    /// Nil for anything else.
    package init?(_ text: String) {
        let scheme = "tcp://"
        guard text.hasPrefix(scheme) else { return nil }
        let address = text.dropFirst(scheme.count)
        guard let colon = address.lastIndex(of: ":") else { return nil }
        let (host, port) = (address[..<colon], address[address.index(after: colon)...])
        guard !host.isEmpty, !host.contains("/"), let port = port == "*" ? 0 : Int(port), (0...65_535).contains(port)
        else { return nil }
        (self.host, self.port) = (String(host), port)
    }

    package var text: String { "tcp://\(host):\(port == 0 ? "*" : String(port))" }

    /// Whether it is every address of the machine, which nobody can connect to by this name.
    package var isWildcard: Bool { ["*", "0.0.0.0", "[::]"].contains(host) }

    /// The same address with the port after it.
    package var nextPort: TCPEndpoint { with(port: port == 0 ? 0 : min(port + 1, 65_535)) }

    package func with(port: Int) -> TCPEndpoint {
        var other = self
        other.port = port
        return other
    }
}

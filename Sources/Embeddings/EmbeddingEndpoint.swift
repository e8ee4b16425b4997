import Crypto

/// Where a model of language answers, by the interface that OpenAI's embeddings made common: `POST URL/embeddings`.
package struct EmbeddingEndpoint: Sendable, Hashable, CustomStringConvertible {
    package let host: String
    package let port: Int
    /// What requests ask for, with `/embeddings` at its end.
    package let path: String
    /// What servers of several models tell them apart by.
    package let model: String
    /// Sent as `Authorization: Bearer`; nil where none is asked for.
    package private(set) var token: String?

    /// What is sent where nobody names a model: servers of one model take any name.
    package static let anyModel = "default"

    /// Nil unless the text is like `http://127.0.0.1:8000/v1`. Customers' words go there, so it is a machine of one's own;
    /// TLS is not spoken, a proxy beside it can.
    package init?(_ url: String, model: String = Self.anyModel, token: String? = nil) {
        guard url.lowercased().hasPrefix("http://"), !url.contains(where: { $0.isWhitespace || $0 == "?" || $0 == "#" })
        else { return nil }
        let rest = url.dropFirst(7)
        let authority = rest.prefix { $0 != "/" }
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        var host = String(authority)
        var port = 80
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65535).contains(number) else {
                return nil
            }
            (host, port) = (String(authority[..<colon]), number)
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty else { return nil }
        var path = String(rest.dropFirst(authority.count))
        while path.hasSuffix("/") { path.removeLast() }
        self.host = host
        self.port = port
        self.path = path.hasSuffix("/embeddings") ? path : path + "/embeddings"
        self.model = model
        self.token = token
    }

    package func with(token: String?) -> EmbeddingEndpoint {
        var endpoint = self
        endpoint.token = token
        return endpoint
    }

    package var description: String { "http://\(authority)\(path)" }

    /// As the Host field wants it.
    var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// What a text's vector is kept under: 16 bytes of SHA-256 over endpoint, model and text.
    func key(_ gist: String) -> [UInt8] {
        var hash = SHA256()
        for part in [description, model, gist] {
            hash.update(data: Array(part.utf8))
            hash.update(data: [0])
        }
        return Array(hash.finalize().prefix(16))
    }
}

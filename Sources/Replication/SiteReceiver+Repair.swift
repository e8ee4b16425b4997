package import Records

/// Entries that one side lost and the other has.
extension SiteReceiver {
    /// FETCH: the site's copy is damaged.
    func receive(_ fetch: Exchange.Fetch) -> [Effect] {
        LogRead(fetch) == nil ? [.misbehaved("a malformed FETCH")] : [.fetch(fetch)]
    }

    /// FETCHED: what the site has of what is damaged here.
    func receive(_ fetched: Exchange.Fetched) -> [Effect] {
        LogSlice(fetched).map { [.fetched($0)] } ?? [.misbehaved("a malformed FETCHED")]
    }

    /// The store's answer to `fetch`.
    /// - Parameter slice: what is whole of it, from its first entry on; nil when nothing is.
    package func found(_ slice: LogSlice?, for fetch: Exchange.Fetch) -> [Effect] {
        say(.fetched(Exchange.Fetched(slice, for: fetch)))
    }

    /// A message of the open session; nothing without one.
    package func say(_ body: Exchange.OneOf_Body) -> [Effect] {
        guard case .open = state else { return [] }
        return [send { $0.body = body }]
    }
}

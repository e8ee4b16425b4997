package import Records

/// What the site's own log answers, and what the sender of it asks for.
extension SiteSession {
    mutating func branched(_ epochs: [EpochExtent], _ moment: Moment) -> [Effect] {
        sender.branched(epochs)
        return isFenced ? [] : greetAnew("the log goes on in a new epoch", moment)
    }

    mutating func read(_ slice: LogSlice, _ moment: Moment) -> [Effect] {
        let (send, effects) = sender.read(slice)
        guard let send, case .live(let live) = state else { return perform(effects) }
        do {
            let batch = try Exchange.Batch(
                send, site: site, key: signing.key(for: send.end, among: sender.extents.map(\.head.epoch)))
            return [.send(envelope(live.token) { $0.data = batch })] + perform(effects)
        } catch {
            return fail("signing failed: \(error)", moment)
        }
    }

    func perform(_ effects: [LogSender.Effect]) -> [Effect] {
        effects.map { effect in
            guard case .locate(let epoch, let places) = effect, case .live(let live) = state else {
                return .log(effect)
            }
            return .send(
                envelope(live.token) { message in
                    message.locate.epoch = epoch.data
                    message.locate.sequences = places.map(\.value)
                })
        }
    }
}

extension Exchange.Batch {
    /// A slice for the wire, signed over its last hash.
    /// - Parameter kind: `outbox` on the way down.
    package init(_ slice: LogSlice, site: SiteID, key: LogSigningKey, kind: SignedKind = .batch) throws {
        self.init()
        epoch = slice.epoch.data
        firstSequence = slice.first.value
        previousHash = slice.previous.data
        entries = slice.entries
        signature = try key.sign(kind, site: site, position: slice.end)
    }
}

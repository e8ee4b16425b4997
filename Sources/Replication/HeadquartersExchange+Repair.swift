package import Records

/// Entries that one side lost and the other has.
extension HeadquartersExchange {
    func answer(_ fetch: Exchange.Fetch, _ site: SiteID, _ route: Route, _ shell: Shell) {
        guard let receiver = receivers[site], let request = LogRead(fetch) else { return }
        do {
            perform(receiver.found(try store.slice(of: site, request), for: fetch), site, route, shell)
        } catch {
            // Not answered: the site must not take for lost what could not be looked up.
            shell(.failed(site, doing: "reading the store", error))
        }
    }

    /// Says something within a site's session, if there is one.
    package func say(_ body: Exchange.OneOf_Body, to site: SiteID, _ shell: Shell) {
        guard let receiver = receivers[site], let route = routes[site] else { return }
        perform(receiver.say(body), site, route, shell)
    }
}

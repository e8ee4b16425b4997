package import Records
package import Replication

/// A machine of the fleet.
package enum Machine: Hashable, CustomStringConvertible {
    case site(SiteID)
    case headquarters

    package var description: String {
        switch self {
        case .site(let site): site.text
        case .headquarters: "headquarters"
        }
    }
}

/// One thing that goes wrong, for a while or at once.
package enum Fault {
    /// The process ends; with the power, so does the machine. Another one starts a little later.
    case crash(Machine, power: Bool)
    case weather(SiteID, Storm, for: Duration)
    case wall(SiteID, SimulatedNetwork.Wall, for: Duration)
    /// Nobody reaches headquarters.
    case isolation(SimulatedNetwork.Wall, for: Duration)
    case disk(Machine, DiskCondition, for: Duration)
    /// Everything on this disk takes longer by so much.
    case stall(Machine, by: Duration, for: Duration)
    case clock(Machine, by: Duration)
    /// The site's key is taken away for a while.
    case revocation(SiteID, for: Duration)
    /// So many records at once.
    case burst(SiteID, records: Int)
    case intruder(Intrusion)
    /// The site's data folder becomes what it was so long ago.
    case rollback(SiteID, age: Duration)
    /// The site gets a new disk with nothing on it.
    case newDisk(SiteID)
    /// Headquarters' data folder becomes what it was so long ago, and nobody tells the program.
    case headquartersRestored(age: Duration)
    /// Bits of some saved entries change on the disk.
    case rot(Machine, entries: Int)

    /// A kind of bad weather.
    package enum Storm: String, CaseIterable {
        case lossy, slow, repeating, breaking, replaying, refusing, slowConsumer

        func hit(_ weather: inout SimulatedNetwork.Weather) {
            switch self {
            case .lossy: (weather.loss, weather.delay) = (0.1, 1...700)
            case .slow: weather.delay = 50...1500
            case .repeating: weather.repetition = 0.3
            case .breaking: weather.cut = 0.1
            case .replaying: weather.replay = 0.3
            case .refusing: weather.refusal = 0.7
            case .slowConsumer: weather.service = 150
            }
        }
    }
}

extension Fault {
    /// How long before a disk was as it becomes again.
    var age: Duration? {
        switch self {
        case .rollback(_, let age), .headquartersRestored(let age): age
        default: nil
        }
    }
}

extension Fault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .crash(let machine, let power): "\(machine) \(power ? "loses power" : "is killed")"
        case .weather(let site, let storm, let time): "\(storm.rawValue) weather for \(site), \(time)"
        case .wall(let site, let wall, let time): "wall \(wall.rawValue) for \(site), \(time)"
        case .isolation(let wall, let time): "wall \(wall.rawValue) for all, \(time)"
        case .disk(let machine, let condition, let time): "\(machine)'s disk is \(condition.rawValue), \(time)"
        case .stall(let machine, let delay, let time): "\(machine)'s disk stalls by \(delay), \(time)"
        case .clock(let machine, let amount): "\(machine)'s clock is set by \(amount)"
        case .revocation(let site, let time): "\(site)'s key is revoked, \(time)"
        case .burst(let site, let records): "\(site) gets \(records) records at once"
        case .intruder(let intrusion): "intruder: \(intrusion)"
        case .rollback(let site, let age): "\(site) is rolled back by \(age)"
        case .newDisk(let site): "\(site) gets a new disk"
        case .headquartersRestored(let age): "headquarters is rolled back by \(age)"
        case .rot(let machine, let entries): "\(entries) entries rot at \(machine)"
        }
    }
}

/// What goes wrong in one run, and when: drawn from the run's seed.
package struct FaultPlan {
    package var faults: [(at: Duration, fault: Fault)] = []
    /// Of each visit of any crash point: the process ends there.
    package var crash = 0.0
    /// The point that this run looks at most, and the chance that a visit of it ends the process.
    package var focus: (point: CrashPoint, chance: Double)?
    /// Crashes by `crash` and `focus` that there may be in all.
    package var crashes = 0

    /// Nothing.
    package static let none = FaultPlan()

    private init() {}

    /// - Parameters:
    ///   - sites: of the fleet; at least one.
    ///   - length: of the time in which things go wrong.
    package init(seed: UInt64, sites: [SiteID], length: Duration, using random: inout SplitMix64) {
        // Every point in turn, so that a run of so many seeds looks at each of them.
        let points = CrashPoint.allCases
        focus = (points[Int(seed % UInt64(points.count))], Double.random(in: 0.05...0.5, using: &random))
        crash = Bool.random(using: &random) ? 0.002 : 0
        crashes = Int.random(in: 1...6, using: &random) + sites.count / 4
        for _ in 0..<Int.random(in: 2...7, using: &random) + sites.count / 3 {
            let time = Duration.milliseconds(Int64.random(in: 0...length.wholeMilliseconds, using: &random))
            faults.append((time, Fault.any(sites, length - time, &random)))
        }
        // Points that few runs pass get what leads to them.
        let half = length / 2
        switch focus?.point {
        case .storeCompare: for site in sites { faults.append((.zero, .weather(site, .repeating, for: length))) }
        case .logBranch, .logBranched, .siteLocate:
            for site in sites {
                faults.append((half, .rollback(site, age: .seconds(Int.random(in: 1...10, using: &random)))))
            }
        case .storeBegin, .storeBegun:
            faults.append((half, .headquartersRestored(age: .seconds(Int.random(in: 1...10, using: &random)))))
        default: break
        }
        // Where headquarters forgot what it had, a twin with both keys cannot be told from the site.
        if faults.contains(where: { if case .headquartersRestored = $0.fault { true } else { false } }) {
            faults.removeAll { if case .intruder(let intrusion) = $0.fault { intrusion.kind == .twin } else { false } }
        }
        faults.sort { $0.at < $1.at }
    }
}

extension Fault {
    /// Any fault that ends within `rest`.
    fileprivate static func any(_ sites: [SiteID], _ rest: Duration, _ random: inout SplitMix64) -> Fault {
        let site = sites[Int.random(in: 0..<sites.count, using: &random)]
        let other = sites[Int.random(in: 0..<sites.count, using: &random)]
        let machine = Int.random(in: 0..<3, using: &random) == 0 ? Machine.headquarters : .site(site)
        let time = Duration.milliseconds(
            Int64.random(in: 0...min(rest.wholeMilliseconds, 12_000), using: &random))
        func one<Element>(_ elements: [Element]) -> Element {
            elements[Int.random(in: 0..<elements.count, using: &random)]
        }
        switch Int.random(in: 0..<25, using: &random) {
        case 0...2: return .crash(machine, power: Bool.random(using: &random))
        case 3...6: return .weather(site, one(Storm.allCases), for: time)
        case 7...8: return .wall(site, one([.full, .toHeadquarters, .toSite, .halfOpen]), for: time)
        case 9: return .isolation(one([.full, .toHeadquarters, .toSite, .halfOpen]), for: time)
        case 10...12: return .disk(machine, one([.full, .readOnly, .failing]), for: time)
        case 13: return .stall(machine, by: one([.milliseconds(300), .seconds(10)]), for: time)
        case 14...15:
            let year = Duration.seconds(31_536_000)
            return .clock(
                machine, by: one([year, .zero - year, .seconds(3600), .seconds(-3600), .seconds(90), .seconds(-90)]))
        case 16: return .revocation(site, for: time)
        case 17: return .burst(site, records: one([30, 100]))
        case 18: return .rollback(site, age: time)
        case 19: return one([.newDisk(site), .rollback(site, age: time)])
        case 20: return .headquartersRestored(age: time)
        case 21...22: return .rot(machine, entries: Int.random(in: 1...5, using: &random))
        default:
            return .intruder(Intrusion(kind: one(Intrusion.Kind.allCases), of: site, against: other))
        }
    }
}

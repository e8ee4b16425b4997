package import Records

/// Where messages about the feed go, and which.
package struct DeliveryTarget: Sendable {
    /// How a receiver wants its messages.
    package enum Form: String, Sendable, CaseIterable {
        /// 企业微信 group robot.
        case wecom
        /// 钉钉 group robot; signed when it has a secret.
        case dingtalk
        /// 飞书 group robot; signed when it has a secret.
        case feishu
        /// An incoming webhook of Slack, or of what speaks like it.
        case slack
        /// The entries as they are; signed when it has a secret.
        case json
        /// A message by the system's sendmail.
        case mail

        /// Whether the answer's body says if it was taken; of any other only the status does, and the body is not read.
        var answersWithCode: Bool {
            switch self {
            case .wecom, .dingtalk, .feishu: true
            case .slack, .json, .mail: false
            }
        }
    }

    /// Unique among the targets; what its state is kept under.
    package var name: String
    package var form: Form
    /// A file that holds the address of the webhook, which is a secret in itself; mode 0600. Nil for mail.
    package var addressFile: String?
    /// A file that holds the secret for signatures; mode 0600.
    package var secretFile: String?
    /// The receivers of mail.
    package var receivers: [String] = []
    package var language = Language.chinese
    var filter = FeedFilter()
    package var quietHours: QuietHours?

    package init(name: String, form: Form) {
        self.name = name
        self.form = form
    }
}

/// Hours of the day in which nothing is sent, but for what is critical; they may run over midnight.
package struct QuietHours: Sendable, Equatable {
    /// Minutes of the day.
    package var from: Int
    package var until: Int

    /// Reads `22:00-07:00`; nil for anything else, and for hours that are none or the whole day.
    package init?(_ text: String) {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(Self.minute)
        guard ends.count == 2, let from = ends[0], let until = ends[1], from != until else { return nil }
        self.from = from
        self.until = until
    }

    /// Whether a moment lies in them.
    package func contains(_ moment: Timestamp, in zone: TimeZoneRules) -> Bool {
        let minute = zone.civil(moment).millisecondOfDay / 60_000
        return from < until ? (from..<until).contains(minute) : minute >= from || minute < until
    }

    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) }), let hour = Int(parts[0]),
            let minute = Int(parts[1]), (0..<24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        return hour * 60 + minute
    }
}

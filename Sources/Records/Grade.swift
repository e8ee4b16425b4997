/// How grave a complaint is, 投诉等级, from the lightest to the gravest.
package enum Grade: Int, Comparable, Sendable, CaseIterable, Codable, Worded {
    case ordinary = 1
    case important = 2
    case hot = 3
    case critical = 4

    package static func < (left: Grade, right: Grade) -> Bool { left.rawValue < right.rawValue }

    package static let vocabulary: [Word<Self>] = [
        Word(.critical, "critical", "重大"), Word(.hot, "hot", "热点"), Word(.important, "important", "重要"),
        Word(.ordinary, "ordinary", "一般"),
    ]
}

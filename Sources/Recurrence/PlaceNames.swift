/// Finds the names of places, products and organisations by the closed list of words that such names end with.
enum PlaceNames {
    /// How a name counts when two texts are compared.
    enum Rank {
        /// One place: an estate, a street, a school, a company, an article.
        case particular
        /// A district: it can tell two texts apart, but says too little to bring them together.
        case district
    }

    /// The longest name in ideographs; what stands before it belongs to the sentence.
    private static let longest = 4

    /// Calls `body` with the range of each name in a normalised text, its ending left out of a particular one.
    static func forEach(_ text: [UInt32], _ body: (Range<Int>, Rank) -> Void) {
        var position = 0
        var free = 0  // Where the name that is being looked for may begin at the earliest.
        while position < text.count {
            let scalar = text[position]
            if scalar == TextNormalisation.separator {
                position += 1
                free = position
            } else if !Terms.isIdeograph(scalar) {
                position = word(text, position, &free, body)
            } else if let ending = ending(text, position) {
                var start = position
                while start > free, position - start < longest, Terms.isIdeograph(text[start - 1]),
                    !fillers.contains(text[start - 1])
                {
                    start -= 1
                }
                if ending == 1, districts.contains(scalar), position > start, !isPartOfWord(text, position) {
                    body(start..<position + 1, .district)
                } else if position - start >= 2 {
                    body(start..<position, .particular)
                }
                position += ending
                free = position
            } else {
                position += 1
            }
        }
    }

    /// A word of letters or digits: a code ("K9"), a number with its road, or what stands before "Street".
    private static func word(
        _ text: [UInt32], _ start: Int, _ free: inout Int, _ body: (Range<Int>, Rank) -> Void
    ) -> Int {
        let end = Terms.endOfWord(text, from: start)
        let word = text[start..<end]
        if end < text.count, Terms.isIdeograph(text[end]) {
            if districts.contains(text[end]) {
                body(start..<end + 1, .district)
                free = end + 1
                return end + 1
            }
            if Terms.isNumber(word), text[end] == 0x8DEF { body(start..<end + 1, .particular) }
        }
        let digits = word.contains { (0x30...0x39).contains($0) }
        if digits, !Terms.isNumber(word), word.count <= 12 { body(start..<end, .particular) }
        if !digits, start > 1, text[start - 1] == TextNormalisation.separator, wordEndings.contains(Array(word)) {
            var before = start - 1
            while before > 0, text[before - 1] != TextNormalisation.separator { before -= 1 }
            if !CommonWords.keys.contains(TermKey(.word, text[before..<start - 1])) {
                body(before..<start - 1, .particular)
            }
        }
        free = end
        return end
    }

    /// How many ideographs of a name's ending stand at a position, the longest first.
    private static func ending(_ text: [UInt32], _ position: Int) -> Int? {
        var key: UInt64 = 0
        var found: Int?
        for length in 1...3 where position + length <= text.count {
            key = key << 21 | UInt64(text[position + length - 1])
            if endings.contains(key) { found = length }
        }
        return found
    }

    /// 小区, 社区, 校区 … are no districts.
    private static func isPartOfWord(_ text: [UInt32], _ position: Int) -> Bool {
        position > 0 && beforeDistrict.contains(text[position - 1])
    }

    private static let endings: Set<UInt64> = {
        let words = """
            小区 家园 花园 花苑 嘉园 佳园 公寓 大厦 大楼 广场 公园 大道 街道 社区 学校 小学 中学 大学 学院 幼儿园 医院 公司 集团 \
            银行 酒店 宾馆 饭店 餐厅 市场 超市 商场 商店 工地 项目 楼盘 车站 驾校 工业园 产业园 物流园 中心 平台 国际 新城 隧道 大桥 \
            号线 工厂 派出所 分局 机场 水库 农场 学府 名邸 名都 名城 国际城 门店 分店 支行 分行 营业厅 校区 景区 开发区 高新区 经开区 客运站 地铁站 \
            路 街 巷 村 组 镇 乡 区 县 市 站 桥 湖 湾 苑 府 城 园 庭 郡 墅 里 坊 轩 阁 厂 店 馆 院 校 岸 岛 寺 山 洲 塘 冲 坪 岭
            """
        return Set(words.split(separator: " ").map { $0.unicodeScalars.reduce(0) { $0 << 21 | UInt64($1.value) } })
    }()

    private static let wordEndings: Set<[UInt32]> = {
        let words = """
            street road avenue lane drive square park garden gardens court tower plaza mall station school college university \
            hospital clinic hotel branch store shop building apartments estate village bridge airport library company ltd inc
            """
        return Set(words.split(separator: " ").map { $0.unicodeScalars.map(\.value) })
    }()

    private static let districts = scalars("区县")
    private static let beforeDistrict = scalars("小社校园景城辖片厂矿库街住新开发")
    /// What does not belong to a name, and so stands before it.
    private static let fillers = scalars("的了在和与对向到从被把将是有没不未请问求于为怎么能否可以及附近旁内外前后这那该我你他您要让给由就都也还很太最每各某")

    private static func scalars(_ text: String) -> Set<UInt32> {
        Set(text.unicodeScalars.map(\.value))
    }
}

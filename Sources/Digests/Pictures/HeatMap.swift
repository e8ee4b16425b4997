import Records

/// Counts over two dimensions: the darker, the more, with the number in each cell, so that no colour is needed to read it.
struct HeatMap {
    struct Name: Hashable {
        var code: String?
        var title: String
    }

    var rows: [Name]
    var columns: [Name]
    /// By row, then by column.
    var counts: [[Int]]

    /// Those with most come first; what is beyond is left out, and said.
    static let mostRows = 12
    static let mostColumns = 14

    func picture(title: String, rowTitle: String, _ words: Wording) -> Picture? {
        guard !rows.isEmpty, !columns.isEmpty, let greatest = counts.joined().max(), greatest > 0 else { return nil }
        let rowOrder = rows.indices.sorted { (sum($1), $0) < (sum($0), $1) }
        let columnOrder = columns.indices.sorted { (columnSum($1), $0) < (columnSum($0), $1) }
        let shownRows = rowOrder.prefix(Self.mostRows)
        let shownColumns = columnOrder.prefix(Self.mostColumns)
        let left = min(
            190,
            16 + 7.2 * Double(shownRows.map { DisplayWidth.of(DisplayWidth.cut(rows[$0].title, to: 24)) }.max() ?? 0))
        let cell = (width: 62.0, height: 28.0)
        let top = 34.0
        let width = max(left + cell.width * Double(shownColumns.count) + 8, 440)
        let rest = (rows.count - shownRows.count, columns.count - shownColumns.count)
        let more =
            rest.0 + rest.1 == 0
            ? ""
            : words.say(
                "另有 \(rest.0) 行、\(rest.1) 列未画出，见各表。",
                " \(rest.0) more rows and \(rest.1) more columns are not drawn; see the tables.")
        var picture = Picture(
            title: title,
            description: words.say(
                "颜色越深越多，格中为件数；件数受网点规模影响，不是优劣的排名。\(more)",
                "The darker, the more; each cell has its count. Counts follow the size of a site: this is no ranking.\(more)"
            ),
            width: width, height: top + cell.height * Double(shownRows.count) + 8)
        picture.isWide = width > 440
        for (place, column) in shownColumns.enumerated() {
            picture.text(
                DisplayWidth.cut(columns[column].title, to: 9),
                at: (left + cell.width * (Double(place) + 0.5), top - 10),
                anchor: .middle)
        }
        for (line, row) in shownRows.enumerated() {
            let y = top + cell.height * Double(line)
            picture.text(DisplayWidth.cut(rows[row].title, to: 24), at: (left - 10, y + 18.5), anchor: .end)
            for (place, column) in shownColumns.enumerated() {
                let count = counts[row][column]
                let strength = count == 0 ? 0.04 : 0.16 + 0.84 * (Double(count) / Double(greatest)).squareRoot()
                let x = left + cell.width * Double(place)
                picture.rectangle(
                    x: x + 1, y: y + 1, width: cell.width - 2, height: cell.height - 2, "heat", opacity: strength,
                    tip: "\(rows[row].title) · \(columns[column].title): \(count)")
                picture.text(
                    count == 0 ? "·" : words.number(count), at: (x + cell.width / 2, y + 18.5),
                    strength > 0.7 ? "cell strong" : "cell", anchor: .middle)
            }
        }
        picture.table =
            [[rowTitle] + columnOrder.map { columns[$0].title }]
            + rowOrder.map { row in [rows[row].title] + columnOrder.map { words.number(counts[row][$0]) } }
        return picture
    }

    private func sum(_ row: Int) -> Int { counts[row].reduce(0, +) }
    private func columnSum(_ column: Int) -> Int { counts.reduce(0) { $0 + $1[column] } }
}

extension Digest {
    /// The MOT heat map 关键时刻: complaints and problems by touchpoint and site; by category where no touchpoint was named.
    func heatPicture(_ words: Wording) -> Picture? {
        touchpointPicture(words) ?? categoryPicture(words)
    }

    private func touchpointPicture(_ words: Wording) -> Picture? {
        let cells = figures.lazy.filter { $0.name.text.hasPrefix("touchpoints.site.") }.map {
            (names: $0.name.segments, count: $0.value.observations)
        }
        var counts: [String: [String: Int]] = [:]
        for cell in cells where cell.names.count == 6 {
            guard let site = cell.names[2], let touchpoint = cell.names[4] else { continue }
            counts[touchpoint, default: [:]][site, default: 0] += cell.count
        }
        return map(counts, title: { names.touchpoints.term($0, words) }, words).picture(
            title: words.say("关键时刻（MOT）热图：投诉与回访中的问题", "Touchpoints (MOT): complaints and problems from visits"),
            rowTitle: words.say("触点", "Touchpoint"), words)
    }

    private func categoryPicture(_ words: Wording) -> Picture? {
        let start = "complaints.site."
        var counts: [String: [String: Int]] = [:]
        for figure in figures where figure.name.text.hasPrefix(start) && figure.name.text.hasSuffix(".received") {
            let names = figure.name.segments
            guard names.count == 6, names[3] == "category", let site = names[2] else { continue }
            counts[names[4] ?? "", default: [:]][site, default: 0] += figure.value.observations
        }
        guard counts.keys.contains(where: { !$0.isEmpty }) else { return nil }
        let title = { (code: String) in
            code.isEmpty
                ? words.say("未分类", "no category")
                : (self.names.categories.first { $0.code == code }?.term[words.language] ?? code)
        }
        return map(counts, title: title, words).picture(
            title: words.say("类别 × 网点热图：投诉", "Complaints by category and site"),
            rowTitle: words.say("类别", "Category"), words)
    }

    private func map(_ counts: [String: [String: Int]], title: (String) -> String, _ words: Wording) -> HeatMap {
        let rows = counts.keys.sorted()
        let columns = Set(counts.values.flatMap(\.keys)).sorted()
        return HeatMap(
            rows: rows.map { HeatMap.Name(code: $0, title: title($0)) },
            columns: columns.map { HeatMap.Name(code: $0, title: siteName($0, words)) },
            counts: rows.map { row in columns.map { counts[row]?[$0] ?? 0 } })
    }
}

import Records

extension Digest {
    /// Complaints of each day with the limits between which they are expected: a control chart. Nil when no day is known.
    func dayPicture(_ words: Wording) -> Picture? {
        let days = self.days
        guard days.contains(where: { $0 > 0 }) else { return nil }
        let above = dayLimits.map { limits in days.filter { Double($0) > limits.upper }.count } ?? 0
        let source = dayLimits.flatMap { Month($0.month) }.map { month in
            month == period.month ? words.say("本月自身", "this month itself") : words.month(month)
        }
        let limitText = dayLimits.map { limits in
            words.say(
                "虚线为按\(source ?? "")算出的上下限 \(words.decimal(limits.lower, places: 1))–\(words.decimal(limits.upper, places: 1)) 件，"
                    + "中心 \(words.decimal(limits.centre, places: 1)) 件；\(above) 天高于上限。",
                "Dashed: the limits that \(source ?? "") sets, \(words.decimal(limits.lower, places: 1)) to "
                    + "\(words.decimal(limits.upper, places: 1)), centre \(words.decimal(limits.centre, places: 1)); "
                    + "\(words.amount(above, "", "day")) above.")
        }
        var picture = Picture(
            title: words.say("每日投诉与控制限", "Complaints by day, with control limits"),
            description: limitText
                ?? words.say("已知的天数太少，算不出控制限。", "Too few days are known for limits."), height: 200)
        let (left, right, top, bottom) = (34.0, 432.0, 14.0, 172.0)
        let greatest = max(Double(days.max() ?? 0), dayLimits?.upper ?? 0)
        let scale = AxisScale(greatest: greatest)
        let y = { (value: Double) in bottom - (bottom - top) * value / scale.top }
        let x = { (day: Int) in left + (right - left) * (Double(day) + 0.5) / Double(days.count) }
        for mark in scale.marks {
            picture.line((left, y(mark)), (right, y(mark)), "grid")
            picture.text(words.number(Int(mark)), at: (left - 6, y(mark) + 4), anchor: .end)
        }
        if let limits = dayLimits {
            picture.rectangle(
                x: left, y: y(limits.upper), width: right - left, height: y(limits.lower) - y(limits.upper), "band")
            for value in [limits.upper, limits.lower] { picture.line((left, y(value)), (right, y(value)), "limit") }
            picture.line((left, y(limits.centre)), (right, y(limits.centre)), "centre")
        }
        picture.path(days.enumerated().map { (x($0.offset), y(Double($0.element))) }, "curve")
        for (day, count) in days.enumerated() {
            let isAbove = dayLimits.map { Double(count) > $0.upper } ?? false
            let tip = words.say("\(day + 1)日：\(count) 件", "day \(day + 1): \(count)")
            picture.dot((x(day), y(Double(count))), radius: isAbove ? 4.5 : 2.2, isAbove ? "mark" : "point", tip: tip)
            if (day + 1) % 5 == 0 || day == 0 {
                picture.text(String(day + 1), at: (x(day), bottom + 16), anchor: .middle)
            }
        }
        picture.table =
            [[words.say("日", "Day"), words.say("收到", "Received")]]
            + days.enumerated().map { [String($0.offset + 1), words.number($0.element)] }
        return picture
    }

    /// Complaints of the months before and this one. Nil when no earlier month is known.
    func monthPicture(_ words: Wording) -> Picture? {
        guard let trend, !trend.isEmpty else { return nil }
        let complete = sites.count { $0.state == .complete }
        let expected = sites.count { $0.state != .notExpected }
        var points = trend.map {
            (month: $0.month, received: $0.received, distinct: $0.distinct, whole: $0.complete == $0.sites)
        }
        points.append(
            (period.month.description, count("complaints.received"), count("complaints.distinct"), complete == expected)
        )
        var picture = Picture(
            title: words.say("投诉的月度走势", "Complaints by month"),
            description: words.say(
                "实线为收到，虚线为去重；空心点的月份数据不完整，实际可能更多。",
                "Solid: received; dashed: distinct. A hollow point is a month that is not complete: there may be more."),
            height: 200)
        let (left, right, top, bottom) = (40.0, 432.0, 14.0, 166.0)
        let scale = AxisScale(greatest: Double(points.map(\.received).max() ?? 0))
        let y = { (value: Int) in bottom - (bottom - top) * Double(value) / scale.top }
        let x = { (place: Int) in
            left + 14 + (right - left - 28) * (points.count == 1 ? 0.5 : Double(place) / Double(points.count - 1))
        }
        for mark in scale.marks {
            picture.line((left, y(Int(mark))), (right, y(Int(mark))), "grid")
            picture.text(words.number(Int(mark)), at: (left - 6, y(Int(mark)) + 4), anchor: .end)
        }
        picture.path(points.enumerated().map { (x($0.offset), y($0.element.distinct)) }, "curve second")
        picture.path(points.enumerated().map { (x($0.offset), y($0.element.received)) }, "curve")
        let every = max(1, (points.count + 6) / 7)
        for (place, point) in points.enumerated() {
            let tip = "\(point.month): \(point.received) / \(point.distinct)"
            picture.dot((x(place), y(point.received)), radius: 3.4, point.whole ? "point" : "hollow", tip: tip)
            if (points.count - 1 - place) % every == 0 {
                picture.text(String(point.month.dropFirst(2)), at: (x(place), bottom + 18), anchor: .middle)
            }
        }
        picture.table =
            [
                [
                    words.say("月份", "Month"), words.say("收到", "Received"), words.say("去重", "Distinct"),
                    words.say("完整", "Complete"),
                ]
            ]
            + points.map {
                [
                    $0.month, words.number($0.received), words.number($0.distinct),
                    $0.whole ? words.say("是", "yes") : words.say("否", "no"),
                ]
            }
        return picture
    }
}

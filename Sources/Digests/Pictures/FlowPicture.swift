import Records

extension Digest {
    /// How customers moved on the waterfall 客户服务瀑布: states at the month's beginning at the left, at its end at the right. Nil
    /// where nothing was measured.
    func flowPicture(_ words: Wording) -> Picture? {
        guard let waterfall else { return nil }
        let flows = flows
        let total = flows.reduce(0) { $0 + $1.count }
        guard total > 0 else { return nil }
        let layout = FlowLayout(flows, states: waterfall.states.map(\.code), total: total)
        var picture = Picture(
            title: words.say("客户服务瀑布：月初 → 月末", "Waterfall: month's beginning → month's end"),
            description: words.say(
                "带子的宽度是客户数：绿色上升，红色下降，灰色未动，蓝绿色首次测得。右侧空心部分是无人联系而自然下滑的。",
                "The ribbons are as wide as customers are many: green rose, red fell, grey stayed, teal were first measured. What is "
                    + "hollow at the right fell because nobody was in touch."),
            width: FlowLayout.width, height: layout.height)
        picture.isWide = true
        for ribbon in layout.ribbons {
            let (from, to) = (waterfall.depth(ribbon.flow.from), waterfall.depth(ribbon.flow.to) ?? 0)
            let kind = from.map { $0 == to ? "flow-same" : to < $0 ? "flow-up" : "flow-down" } ?? "flow-new"
            let start = ribbon.flow.from.map { waterfall.states.term($0, words) } ?? words.say("首次测得", "first measured")
            picture.ribbon(
                from: (FlowLayout.left, ribbon.left), to: (FlowLayout.right, ribbon.right), height: ribbon.height, kind,
                tip: "\(start) → \(waterfall.states.term(ribbon.flow.to, words)): \(words.number(ribbon.flow.count))")
        }
        for node in layout.nodes { draw(node, waterfall, words, &picture) }
        picture.table =
            [[words.say("从", "From"), words.say("到", "To"), words.say("客户", "Customers")]]
            + flows.map { flow in
                [
                    flow.from.map { waterfall.states.term($0, words) } ?? words.say("首次测得", "first measured"),
                    waterfall.states.term(flow.to, words), words.number(flow.count),
                ]
            }
        return picture
    }

    private func draw(
        _ node: FlowLayout.Node, _ waterfall: WaterfallSummary, _ words: Wording, _ picture: inout Picture
    ) {
        let name = node.state.map { waterfall.states.term($0, words) } ?? words.say("首次测得", "first measured")
        let middle = node.top + node.height / 2 + 4
        guard node.isAtEnd, let state = node.state else {
            picture.rectangle(
                x: FlowLayout.left - FlowLayout.bar, y: node.top, width: FlowLayout.bar, height: node.height,
                node.state == nil ? "outline" : "heat")
            picture.text(
                "\(name) \(words.number(node.count))", at: (FlowLayout.left - FlowLayout.bar - 8, middle), anchor: .end)
            return
        }
        let decayed = count(FigureName("waterfall.state").adding(state, "decayed"))
        let hollow = node.height * Double(decayed) / Double(max(node.count, 1))
        picture.rectangle(
            x: FlowLayout.right, y: node.top, width: FlowLayout.bar, height: node.height - hollow, "heat")
        picture.rectangle(
            x: FlowLayout.right, y: node.top + node.height - hollow, width: FlowLayout.bar, height: hollow, "outline")
        let fallen = decayed == 0 ? "" : words.bracketed(words.say("自然下滑 \(decayed)", "\(decayed) without contact"))
        picture.text(
            "\(name) \(words.number(node.count))\(fallen)", at: (FlowLayout.right + FlowLayout.bar + 8, middle))
    }
}

/// Where the bars and ribbons of a flow picture lie.
private struct FlowLayout {
    static let (width, left, right, bar) = (760.0, 190.0, 520.0, 12.0)
    private static let (top, gap, leastNode, space) = (10.0, 9.0, 15.0, 260.0)

    struct Node {
        var state: String?
        var isAtEnd: Bool
        var count: Int
        var top: Double
        var height: Double
    }

    struct Ribbon {
        var flow: Digest.Flow
        var left: Double
        var right: Double
        var height: Double
    }

    private(set) var nodes: [Node] = []
    private(set) var ribbons: [Ribbon] = []
    private(set) var height: Double

    init(_ flows: [Digest.Flow], states: [String], total: Int) {
        let scale = Self.space / Double(total)
        let thickness = { (flow: Digest.Flow) in max(1, Double(flow.count) * scale) }
        height = 0
        var starts: [String?: Double] = [:]
        var ends: [String?: Double] = [:]
        for isAtEnd in [false, true] {
            var y = Self.top
            let ordered = states.map(Optional.init) + (isAtEnd ? [] : [nil])
            for state in ordered {
                let here = flows.filter { (isAtEnd ? $0.to : $0.from) == state }
                guard !here.isEmpty else { continue }
                // A small bar gives its label room, and no more.
                let size = here.reduce(0) { $0 + thickness($1) }
                nodes.append(
                    Node(
                        state: state, isAtEnd: isAtEnd, count: here.reduce(0) { $0 + $1.count }, top: y, height: size))
                if isAtEnd { ends[state] = y } else { starts[state] = y }
                y += max(size, Self.leastNode) + Self.gap
            }
            height = max(height, y)
        }
        for flow in flows {
            let size = thickness(flow)
            ribbons.append(
                Ribbon(flow: flow, left: starts[flow.from] ?? 0, right: ends[flow.to] ?? 0, height: size))
            starts[flow.from, default: 0] += size
            ends[flow.to, default: 0] += size
        }
    }
}

extension Picture {
    /// A band of even height that swings from one place to another; each place is the band's upper corner there.
    fileprivate mutating func ribbon(
        from: (Double, Double), to: (Double, Double), height: Double, _ kind: String, tip: String
    ) {
        let middle = Self.number((from.0 + to.0) / 2)
        let (x0, x1) = (Self.number(from.0), Self.number(to.0))
        let (y0, y1) = (Self.number(from.1), Self.number(to.1))
        let (z0, z1) = (Self.number(from.1 + height), Self.number(to.1 + height))
        shapes.append(
            "<path class=\"\(kind)\" d=\"M\(x0) \(y0)C\(middle) \(y0) \(middle) \(y1) \(x1) \(y1)V\(z1)"
                + "C\(middle) \(z1) \(middle) \(z0) \(x0) \(z0)Z\"><title>\(HTMLText.escaped(tip))</title></path>")
    }
}

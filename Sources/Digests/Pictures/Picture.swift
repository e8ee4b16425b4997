import Records

/// One inline SVG picture with what a reader without eyes or colours needs: a title, a description and its figures as a table.
struct Picture {
    var title: String
    /// One or two sentences that say what is to be seen.
    var description: String
    var width: Double
    var height: Double
    /// Lines of SVG.
    var shapes: [String] = []
    /// Titles of the columns, then the rows; empty where the text beside has the same figures.
    var table: [[String]] = []
    /// Wider than half a page.
    var isWide = false

    init(title: String, description: String, width: Double = 440, height: Double) {
        self.title = title
        self.description = description
        self.width = width
        self.height = height
    }

    // MARK: Shapes; classes give colours, so that a dark page and a printed one have their own

    mutating func line(_ from: (Double, Double), _ to: (Double, Double), _ kind: String) {
        shapes.append(
            "<line class=\"\(kind)\" x1=\"\(Self.number(from.0))\" y1=\"\(Self.number(from.1))\" "
                + "x2=\"\(Self.number(to.0))\" y2=\"\(Self.number(to.1))\"/>")
    }

    mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, _ kind: String, opacity: Double? = nil, tip: String? = nil
    ) {
        let strength = opacity.map { " fill-opacity=\"\(Self.number($0))\"" } ?? ""
        shapes.append(
            "<rect class=\"\(kind)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" "
                + "width=\"\(Self.number(max(0, width)))\" height=\"\(Self.number(max(0, height)))\"\(strength)"
                + (tip.map { "><title>\(HTMLText.escaped($0))</title></rect>" } ?? "/>"))
    }

    mutating func dot(_ centre: (Double, Double), radius: Double, _ kind: String, tip: String? = nil) {
        shapes.append(
            "<circle class=\"\(kind)\" cx=\"\(Self.number(centre.0))\" cy=\"\(Self.number(centre.1))\" "
                + "r=\"\(Self.number(radius))\""
                + (tip.map { "><title>\(HTMLText.escaped($0))</title></circle>" } ?? "/>"))
    }

    mutating func path(_ points: [(Double, Double)], _ kind: String) {
        guard !points.isEmpty else { return }
        let text = points.map { "\(Self.number($0.0)),\(Self.number($0.1))" }.joined(separator: " ")
        shapes.append("<polyline class=\"\(kind)\" points=\"\(text)\"/>")
    }

    enum Anchor: String { case start, middle, end }

    mutating func text(_ text: String, at place: (Double, Double), _ kind: String = "label", anchor: Anchor = .start) {
        let side = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
        shapes.append(
            "<text class=\"\(kind)\" x=\"\(Self.number(place.0))\" y=\"\(Self.number(place.1))\"\(side)>"
                + HTMLText.escaped(text) + "</text>")
    }

    // MARK: The element

    /// - Parameter id: one of its own on the page.
    func html(id: String, _ words: Wording) -> String {
        let inside = shapes.joined(separator: "\n")
        // A picture that is wider than a phone keeps its size and scrolls.
        let least = isWide ? " style=\"min-width:\(Self.number(width))px\"" : ""
        var html =
            "<figure class=\"picture\(isWide ? " wide" : "")\"><figcaption>\(HTMLText.escaped(title))</figcaption>\n"
            + "<div class=\"scroll\"\(isWide ? " role=\"region\" tabindex=\"0\" aria-label=\"\(HTMLText.escaped(title))\"" : "")>"
            + "<svg viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\"\(least) role=\"img\" "
            + "aria-labelledby=\"\(id)-title \(id)-text\">\n"
            + "<title id=\"\(id)-title\">\(HTMLText.escaped(title))</title>"
            + "<desc id=\"\(id)-text\">\(HTMLText.escaped(description))</desc>\n\(inside)\n</svg></div>\n"
            + "<p class=\"note\">\(HTMLText.escaped(description))</p>\n"
        if let header = table.first, table.count > 1 {
            html += "<details><summary>\(words.say("数据表", "As a table"))</summary><div class=\"scroll\"><table>"
            html += "<thead><tr>" + header.map { "<th scope=\"col\">\(HTMLText.escaped($0))</th>" }.joined()
            html += "</tr></thead><tbody>\n"
            for row in table.dropFirst() {
                html +=
                    "<tr>"
                    + row.enumerated().map { column, cell in
                        column == 0
                            ? "<th scope=\"row\">\(HTMLText.escaped(cell))</th>"
                            : "<td class=\"n\">\(HTMLText.escaped(cell))</td>"
                    }.joined() + "</tr>\n"
            }
            html += "</tbody></table></div></details>\n"
        }
        return html + "</figure>\n"
    }

    /// With at most two decimals and no exponent.
    static func number(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
        let sign = hundredths < 0 ? "-" : ""
        guard rest > 0 else { return sign + String(whole) }
        return sign + String(whole) + "." + (rest < 10 ? "0" : "") + (rest % 10 == 0 ? String(rest / 10) : String(rest))
    }
}

/// The marks of an axis: round numbers from 0 to at least the greatest value.
struct AxisScale {
    let top: Double
    let step: Double

    init(greatest: Double, marks: Int = 4) {
        let least = max(greatest, 1) / Double(marks)
        var magnitude = 1.0
        while magnitude * 10 <= least { magnitude *= 10 }
        // A half complaint is none.
        step = max(1, [1, 2, 5, 10].map { $0 * magnitude }.first { $0 >= least } ?? magnitude * 10)
        top = step * (max(greatest, 1) / step).rounded(.up)
    }

    var marks: [Double] { Array(stride(from: 0, through: top, by: step)) }
}

package import Records

/// Tables as one Office Open XML workbook (ECMA-376), a sheet each. Texts are text, never formulas.
package enum Workbook {
    /// The bytes of an .xlsx file.
    ///
    /// - Precondition: there is a table.
    package static func xlsx(_ tables: [DigestTable], _ language: Language) -> [UInt8] {
        precondition(!tables.isEmpty, "a workbook has a sheet")
        let names = sheetNames(tables.map { $0.title[language] })
        var archive = ZipArchive()
        archive.add("[Content_Types].xml", contentTypes(tables.count))
        archive.add(
            "_rels/.rels",
            relationships([("officeDocument", "xl/workbook.xml")]))
        archive.add("xl/workbook.xml", workbook(names))
        archive.add(
            "xl/_rels/workbook.xml.rels",
            relationships(
                tables.indices.map { ("worksheet", "worksheets/sheet\($0 + 1).xml") } + [("styles", "styles.xml")]))
        archive.add("xl/styles.xml", styles)
        for (place, table) in tables.enumerated() {
            archive.add("xl/worksheets/sheet\(place + 1).xml", sheet(table, language))
        }
        return archive.finished
    }

    private static let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    private static let package = "http://schemas.openxmlformats.org/package/2006"
    /// Of more rows a program opens nothing.
    private static let mostRows = 1_048_576
    /// A cell holds no more characters than this.
    private static let mostCharacters = 32_767

    private static func contentTypes(_ sheets: Int) -> String {
        let type = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        let parts = (1...sheets).map {
            "<Override PartName=\"/xl/worksheets/sheet\($0).xml\" ContentType=\"\(type).worksheet+xml\"/>"
        }
        return head + "<Types xmlns=\"\(package)/content-types\">"
            + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
            + "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
            + "<Override PartName=\"/xl/workbook.xml\" ContentType=\"\(type).sheet.main+xml\"/>"
            + "<Override PartName=\"/xl/styles.xml\" ContentType=\"\(type).styles+xml\"/>" + parts.joined() + "</Types>"
    }

    private static func relationships(_ targets: [(kind: String, target: String)]) -> String {
        let list = targets.enumerated().map { place, item in
            "<Relationship Id=\"rId\(place + 1)\" Type=\"\(office)/\(item.kind)\" Target=\"\(item.target)\"/>"
        }
        return head + "<Relationships xmlns=\"\(package)/relationships\">\(list.joined())</Relationships>"
    }

    private static func workbook(_ names: [String]) -> String {
        let sheets = names.enumerated().map { place, name in
            "<sheet name=\"\(HTMLText.entities(name))\" sheetId=\"\(place + 1)\" r:id=\"rId\(place + 1)\"/>"
        }
        return head + "<workbook xmlns=\"\(main)\" xmlns:r=\"\(office)\"><sheets>\(sheets.joined())</sheets></workbook>"
    }

    /// Plain, and bold for the header.
    private static let styles =
        head
        + "<styleSheet xmlns=\"\(main)\"><fonts count=\"2\"><font><sz val=\"11\"/></font><font><b/><sz val=\"11\"/></font></fonts>"
        + "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>"
        + "<borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs>"
        + "<cellXfs count=\"2\"><xf fontId=\"0\"/><xf fontId=\"1\" applyFont=\"1\"/></cellXfs></styleSheet>"

    private static func sheet(_ table: DigestTable, _ language: Language) -> String {
        var rows = [row(1, table.columns.map { .text($0.title) }, language, style: " s=\"1\"")]
        for (place, cells) in table.rows.prefix(mostRows - 1).enumerated() {
            rows.append(row(place + 2, cells, language, style: ""))
        }
        let widths = table.columns.indices.map { column in
            let shown = table.rows.prefix(200).map { width(of: $0[column], language) }
            return min(60, max(DisplayWidth.of(table.columns[column].title[language]), shown.max() ?? 0) + 2)
        }
        let columns = widths.enumerated().map {
            "<col min=\"\($0.offset + 1)\" max=\"\($0.offset + 1)\" width=\"\($0.element)\" customWidth=\"1\"/>"
        }
        return head + "<worksheet xmlns=\"\(main)\"><sheetViews><sheetView workbookViewId=\"0\">"
            + "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>"
            + "<cols>\(columns.joined())</cols><sheetData>\(rows.joined())</sheetData></worksheet>"
    }

    private static func row(_ number: Int, _ cells: [DigestTable.Cell], _ language: Language, style: String) -> String {
        let text = cells.enumerated().map { column, cell in
            let place = "\(letters(column))\(number)"
            switch cell {
            case .empty: return ""
            case .text(let term):
                let text = CustomerText.presentableLine(term[language]).prefix(mostCharacters)
                return
                    "<c r=\"\(place)\" t=\"inlineStr\"\(style)><is><t xml:space=\"preserve\">\(HTMLText.entities(text))</t></is></c>"
            case .whole(let value): return "<c r=\"\(place)\"\(style)><v>\(value)</v></c>"
            case .decimal(let value): return "<c r=\"\(place)\"\(style)><v>\(DigestTable.decimal(value))</v></c>"
            }
        }
        return "<row r=\"\(number)\">\(text.joined())</row>"
    }

    private static func width(of cell: DigestTable.Cell, _ language: Language) -> Int {
        switch cell {
        case .empty: 0
        case .text(let term): DisplayWidth.of(String(term[language].prefix(80)))
        case .whole(let value): String(value).count
        case .decimal(let value): DigestTable.decimal(value).count
        }
    }

    /// A, B … Z, AA …
    static func letters(_ column: Int) -> String {
        let letter = String(UnicodeScalar(UInt8(65 + column % 26)))
        return column < 26 ? letter : letters(column / 26 - 1) + letter
    }

    /// At most 31 characters, none of `[]:*?/\`, no two alike.
    static func sheetNames(_ titles: [String]) -> [String] {
        var taken: Set<String> = []
        return titles.map { title in
            let plain = String(title.map { "[]:*?/\\'".contains($0) ? "_" : $0 }.prefix(28))
            var name = plain
            var number = 2
            while !taken.insert(name.lowercased()).inserted {
                name = "\(plain) \(number)"
                number += 1
            }
            return name
        }
    }
}

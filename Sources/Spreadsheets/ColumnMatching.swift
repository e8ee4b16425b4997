import Records

/// Finds out which columns mean which fields, and everything that is wrong with what was asked.
struct ColumnMatching {
    let header: CSVHeader
    let kind: RecordKind
    /// Columns up to here are the file's own; after them come those of a rejects file.
    let own: Int
    private(set) var assignments: [ColumnMapping.Assignment] = []
    private(set) var constants: [String: String] = [:]
    private(set) var faults: [MappingFault] = []

    private let names: [String]
    private let fields: [FormField]

    init(header: CSVHeader, kind: RecordKind) {
        self.header = header
        self.kind = kind
        own = header.names.count - (RejectsWriter.isRejectsHeader(header.names) ? RejectsWriter.columns.count : 0)
        names = Array(header.names[..<own])
        fields = FormFields.of(kind)
    }

    /// Columns with a name that fill no field.
    var ignored: [String] {
        let used = Set(assignments.flatMap(\.columns))
        return names.indices.filter { !used.contains($0) && !names[$0].isEmpty }.map { names[$0] }
    }

    mutating func match(_ options: ColumnMapping.Options) {
        for option in options.constants {
            guard let (field, value) = split(option) else { continue }
            if constants.updateValue(value, forKey: field) != nil { faults.append(.fieldTwice(field)) }
        }
        for option in options.maps {
            guard let (field, wanted) = split(option) else { continue }
            if constants[field] != nil || assignments.contains(where: { $0.field == field }) {
                faults.append(.fieldTwice(field))
            } else if let found = columns(wanted) {
                assignments.append(.init(field: field, columns: found))
            }
        }
        if let likely = likelyDelimiter() { return faults = [.wrongDelimiter(header.delimiter, likely: likely)] }
        guard faults.isEmpty else { return }
        matchNames()
        if assignments.isEmpty, faults.isEmpty { faults.append(.nothingKnown(columns: names, kind: kind)) }
    }

    /// The columns that were not asked for, by their names.
    private mutating func matchNames() {
        let taken = Set(assignments.flatMap(\.columns))
        let given = Set(assignments.map(\.field)).union(constants.keys)
        var found: [String: [Int]] = [:]
        for (column, name) in names.enumerated() where !name.isEmpty && !taken.contains(column) {
            if let field = field(meantBy: name), !given.contains(field) { found[field, default: []].append(column) }
        }
        for (field, columns) in found.sorted(by: { $0.key < $1.key }) {
            let called = columns.map { names[$0] }
            if columns.count == 1 {
                assignments.append(.init(field: field, columns: columns))
            } else if Set(called).count == 1 {
                faults.append(.duplicateColumn(called[0], positions: columns))
            } else {
                faults.append(.ambiguous(field: field, columns: called))
            }
        }
    }

    /// The field whose name or word it is.
    private func field(meantBy name: String) -> String? {
        if let field = fieldName(name) ?? fieldName(name.lowercased()) { return field }
        let folded = FormFields.folded(name)
        return fields.first { field in field.words.contains(folded) || FormFields.folded(field.name) == folded }?.name
    }

    /// A field's exact name, if the kind has it.
    private func fieldName(_ text: String) -> String? {
        // The customer's number may be given as the customer.
        if text == "customer" { return "customer.number" }
        if fields.contains(where: { $0.name == text }) { return text }
        return FormFields.families(of: kind).contains { text.hasPrefix($0) && text.count > $0.count } ? text : nil
    }

    /// `field=rest`; notes a fault when it is not, or when the kind has no such field.
    private mutating func split(_ option: String) -> (field: String, rest: String)? {
        let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            faults.append(.malformed(option: option))
            return nil
        }
        let name = CellText.trimmed(parts[0])
        guard let field = fieldName(name) ?? field(meantBy: name) else {
            faults.append(.unknownField(name, kind: kind, near: fields.map(\.name).nearest(to: name)))
            return nil
        }
        return (field, parts[1])
    }

    /// The columns that `wanted` names: one, or several with `+` between them.
    private mutating func columns(_ wanted: String) -> [Int]? {
        if let column = column(wanted, isPart: wanted.contains("+")) { return [column] }
        guard wanted.contains("+") else { return nil }
        let parts = wanted.split(separator: "+").map { CellText.trimmed(String($0)) }
        let found = parts.compactMap { column($0, isPart: false) }
        return found.count == parts.count && !found.isEmpty ? found : nil
    }

    private mutating func column(_ wanted: String, isPart: Bool) -> Int? {
        let trimmed = CellText.trimmed(wanted)
        var matches = names.indices.filter { names[$0] == trimmed }
        if matches.isEmpty { matches = names.indices.filter { names[$0].lowercased() == trimmed.lowercased() } }
        if matches.count == 1 { return matches[0] }
        if matches.count > 1 {
            faults.append(.duplicateColumn(trimmed, positions: matches))
        } else if !isPart {
            faults.append(.unknownColumn(trimmed, near: names.nearest(to: trimmed), columns: names))
        }
        return nil
    }

    /// What seems to separate columns in the name of a single one.
    private func likelyDelimiter() -> Character? {
        guard names.count == 1, let name = names.first else { return nil }
        let candidates: [Character] = [";", "，", "\t", "|", ",", "；"]
        let counts = candidates.map { candidate in (candidate, name.count { $0 == candidate }) }
        guard let most = counts.max(by: { $0.1 < $1.1 }), most.1 >= 2 else { return nil }
        return most.0
    }
}

/// One thing that is wrong with a YAML file: where it stands, what it is about, and what would be right.
package struct YAMLFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name as the caller gave it.
    package var file: String
    /// 1 is the first line; 0 when the file as a whole is meant.
    package var line: Int
    /// 1 is the first Unicode scalar of the line; 0 when the line or the file as a whole is meant.
    package var column: Int
    /// The key, for example `limits[2].within`; empty when the file as a whole is meant.
    package var path: String
    /// What is wrong and what would be right. Never quotes a value: it could be a secret.
    package var reason: String

    package init(file: String, line: Int, column: Int, path: String, reason: String) {
        self.file = file
        self.line = line
        self.column = column
        self.path = path
        self.reason = reason
    }

    /// `agent.yaml:12:3: site.nmae: there is no such key; is name meant?`
    package var description: String {
        var place = file
        if line > 0 { place += ":\(line)" }
        if line > 0, column > 0 { place += ":\(column)" }
        return place + ": " + (path.isEmpty ? "" : path + ": ") + reason
    }
}

/// Everything that is wrong with a YAML file, in the order of its lines.
package struct YAMLFaults: Error, Hashable, Sendable, CustomStringConvertible {
    /// How many faults the description lists; the rest it counts.
    package static let listedLimit = 100

    /// At least one.
    package var faults: [YAMLFault]

    package init(_ faults: [YAMLFault]) {
        // A stable sort: faults of one place keep the order in which they were found.
        self.faults = faults.enumerated()
            .sorted {
                ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
            }
            .map(\.element)
    }

    /// One line for each fault.
    package var description: String {
        var lines = faults.prefix(Self.listedLimit).map(\.description)
        if faults.count > Self.listedLimit { lines.append("… and \(faults.count - Self.listedLimit) more") }
        return lines.joined(separator: "\n")
    }
}

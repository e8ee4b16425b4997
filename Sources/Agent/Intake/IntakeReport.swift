package import Records
package import Storage

/// What became of all rows of one body or file.
package struct IntakeReport: Sendable {
    /// Which rows are told one by one.
    package enum Detail: String, Sendable, CaseIterable {
        case all
        /// Only those that were not taken.
        case refused
    }

    /// Greatest number of rows that are told one by one; beyond it they are only counted.
    package static let resultLimit = 100_000

    package private(set) var saved = 0
    package private(set) var known = 0
    package private(set) var conflicts = 0
    package private(set) var refused = 0
    package private(set) var valid = 0
    /// Rows that would have been told but for the limit.
    package private(set) var leftOut = 0
    package private(set) var rows: [RowResult] = []
    /// Why intake stopped before the end; what is counted as saved is saved.
    package var failure: IntakeFailure?
    let detail: Detail
    let isDryRun: Bool
    private var malformed = 0
    private var tooLarge = 0

    package init(detail: Detail, isDryRun: Bool) {
        self.detail = detail
        self.isDryRun = isDryRun
    }

    package mutating func add(_ results: [RowResult]) {
        for result in results {
            var wasTaken = true
            switch result.outcome {
            case .saved: saved += 1
            case .known: known += 1
            case .valid: valid += 1
            case .conflict:
                conflicts += 1
                wasTaken = false
            case .refused(_, let kind):
                refused += 1
                wasTaken = false
                if kind == .malformed { malformed += 1 }
                if kind == .tooLarge { tooLarge += 1 }
            }
            if detail == .refused && wasTaken { continue }
            if rows.count < Self.resultLimit { rows.append(result) } else { leftOut += 1 }
        }
    }

    package var total: Int { saved + known + valid + conflicts + refused }

    /// The HTTP status that says it in short. What was not taken decides only where nothing was taken at all:
    /// a mixture is 200, and the rows tell.
    package var status: Int {
        if let failure { return failure.status }
        let taken = saved + known + valid
        switch (taken, conflicts, refused) {
        case (0, 0, 0): return 400
        case (_, 0, 0): return saved > 0 ? 201 : 200
        case (0, _, 0): return 409
        case (0, 0, malformed): return 400
        case (0, 0, tooLarge): return 413
        case (0, _, _): return 422
        default: return 200
        }
    }

    package func write(to json: inout JSONText) {
        json.object { json in
            json.field("saved", saved)
            json.field("known", known)
            json.field("conflict", conflicts)
            json.field("refused", refused)
            if isDryRun {
                json.field("valid", valid)
                json.field("dry_run", true)
            }
            json.array("results") { json in for row in rows { row.write(to: &json) } }
            if leftOut > 0 { json.field("results_left_out", leftOut) }
            if let failure {
                failure.write(to: &json)
            } else if total == 0 {
                Refusal.write(code: "empty", "the body holds no record", to: &json)
            }
        }
    }
}

/// Why intake stopped before the end of what was handed in.
package enum IntakeFailure: Error, Sendable {
    case storage(StorageError)
    /// The body has more bytes than are taken at once.
    case tooLarge(limit: Int)

    var status: Int {
        switch self {
        case .storage(let error): error.isDiskFull ? 507 : 503
        case .tooLarge: 413
        }
    }

    package var description: String {
        switch self {
        case .storage(let error):
            "\(error). Nothing is claimed saved that is not counted as saved; send the rest again when this is mended: "
                + "what carries an id is taken once"
        case .tooLarge(let limit):
            "the body has more than \(limit >> 20) MiB; what is counted as saved is saved, send the rest in smaller parts"
        }
    }

    func write(to json: inout JSONText) {
        let code =
            switch self {
            case .storage(let error): error.isDiskFull ? "disk_full" : "storage"
            case .tooLarge: "too_large"
            }
        Refusal.write(code: code, description, to: &json)
    }
}

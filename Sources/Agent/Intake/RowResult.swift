package import Records
import Storage

/// What became of one row that somebody handed in.
package struct RowResult: Sendable, Equatable {
    package enum Outcome: Sendable, Equatable {
        /// It is on the disk.
        case saved(RecordID, SequenceNumber)
        /// The same record was saved before; nothing was written.
        case known(RecordID)
        /// Another record was saved under this client identifier; nothing was written.
        case conflict(RecordID)
        /// It would be saved (dry run only).
        case valid
        /// Nothing was written, for these reasons.
        case refused([FieldFault], RefusedAs)
    }

    /// How bad a refused row is, for the answer's status.
    package enum RefusedAs: Sendable, Equatable {
        /// A record with faults.
        case faulty
        /// No JSON object at all.
        case malformed
        /// Larger than a record may be.
        case tooLarge
    }

    /// The row's first line in the body or file; 1 is the first.
    package var line: Int
    package var outcome: Outcome
    /// What the handbook says of a complaint that was taken.
    package var advice: IntakeAdvice?

    package init(line: Int, outcome: Outcome) {
        self.line = line
        self.outcome = outcome
    }

    init(line: Int, _ outcome: SiteLog.Outcome) {
        self.line = line
        self.outcome =
            switch outcome {
            case .saved(let id, let sequence): .saved(id, sequence)
            case .known(let id): .known(id)
            case .conflict(let id): .conflict(id)
            }
    }

    func write(to json: inout JSONText) {
        json.object { json in
            json.field("line", line)
            switch outcome {
            case .saved(let id, let sequence):
                json.field("status", "saved")
                json.field("id", id.description)
                json.field("sequence", sequence.value)
            case .known(let id):
                json.field("status", "known")
                json.field("id", id.description)
            case .conflict(let id):
                json.field("status", "conflict")
                json.field("id", id.description)
                json.array("faults") { RowResult.conflictFault.write(to: &$0) }
            case .valid: json.field("status", "valid")
            case .refused(let faults, _):
                json.field("status", "refused")
                json.array("faults") { json in for fault in faults { fault.write(to: &json) } }
            }
            advice?.write(to: &json)
        }
    }

    /// What is wrong with the row; empty when it was taken.
    package var faults: [FieldFault] {
        switch outcome {
        case .refused(let faults, _): faults
        case .conflict: [Self.conflictFault]
        default: []
        }
    }

    private static let conflictFault = FieldFault(
        field: "id",
        Term(
            "这个编号下已经保存过另一条记录，请给这一条自己的编号",
            "another record was saved under this id before; give this one an id of its own"))
}

extension FieldFault {
    func write(to json: inout JSONText) {
        json.object { json in
            json.field("field", field)
            json.field("reason", reason)
            json.field("reason_zh", chinese)
        }
    }
}

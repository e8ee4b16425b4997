import Crypto
import Foundation
import SwiftProtobuf

extension RecordForm {
    /// Fields that say where a record stands and not what it says.
    private static let standing: Set<String> = [
        "id", "site", "sequence", "client_id", "author", "recorded_at", "handbook", "erased", "reason", "occurred_at",
        "customer",
    ]

    /// A correction of a record: its fields as they stand, with the changes laid over them, read as if somebody filled in
    /// the form anew. A field that is null among the changes is taken away.
    /// - Parameters:
    ///   - original: as it stands, earlier corrections included.
    ///   - source: how the values of the changes are to be read.
    /// - Throws: every fault of the result at once.
    package init(
        correcting original: Record, changes: FormObject, reason: String, source: FormSource = .json,
        context: FormContext
    ) throws(FormFaults) {
        guard original.personal != nil else {
            throw FormFaults([FieldFault(field: "record", Term("已删除，不能更正", "was erased and cannot be corrected"))])
        }
        var json = JSONText()
        RecordText(original, zone: context.zone, showsPersonal: true).write(to: &json)
        var fields = try FormFaults.object(json: Data(json.bytes))
        let kind = fields["kind"]
        guard let text = kind?.stringValue, let recordKind = RecordKind(rawValue: text), recordKind.isCorrectable else {
            throw FormFaults([
                FieldFault(field: "record", Term("这类记录不能更正，只能撤销", "is of a kind that is not corrected but retracted"))
            ])
        }
        guard changes["kind"] == nil || changes["kind"] == kind, changes["id"] == nil else {
            throw FormFaults([FieldFault(field: "kind", Term("和 id 不能改", "and id of a record stay what they are"))])
        }
        fields = fields.filter { !Self.standing.contains($0.key) }.merging(changes) { $1 }
        var context = context
        context.customer = (original.personal?.customer ?? Customer(), original.facts.customerTokens)
        var read = try RecordForm(fields, kind: recordKind, source: source, context: context)
        if changes["occurred_at"] == nil { read.facts.occurredAt = original.facts.occurredAt }
        try self.init(original, read, reason: reason, context)
    }

    private init(
        _ original: Record, _ read: RecordForm, reason: String, _ context: FormContext
    ) throws(FormFaults) {
        var content = Facts()
        content.occurredAt = read.facts.occurredAt
        content.customerTokens = read.facts.customerTokens
        content.tags = read.facts.tags
        content.attachments = read.facts.attachments
        content.body = read.facts.body
        var before = content
        before.occurredAt = original.facts.occurredAt
        before.customerTokens = original.facts.customerTokens
        before.tags = original.facts.tags
        before.attachments = original.facts.attachments
        before.body = original.facts.body
        var words = original.personal ?? Personal()
        words.reason = ""
        guard before != content || words != read.personal else {
            throw FormFaults([FieldFault(field: "changes", Term("没有改动任何内容", "change nothing"))])
        }
        guard !reason.allSatisfy(\.isWhitespace), reason.utf8.count <= FormReader.textLimit else {
            throw FormFaults([
                FieldFault(field: "reason", Term("缺少或太长：为什么更正", "is missing or too long: why it is corrected"))
            ])
        }
        facts = Facts()
        facts.occurredAt = context.now.milliseconds
        facts.recordedAt = context.now.milliseconds
        facts.author = context.author
        facts.authorRole = context.role
        facts.handbook = context.policy.handbook
        facts.correction.recordID = original.id.data
        facts.correction.corrected = content
        personal = read.personal
        personal.reason = reason
        clientID = nil
        // Neither message has required fields that could fail to serialize.
        let bytes =
            ((try? facts.correction.serializedData() as Data) ?? Data())
            + ((try? personal.serializedData() as Data) ?? Data())
        facts.contentDigest = Data(SHA256.hash(data: bytes))
    }
}

extension RecordKind {
    /// Whether a correction may tell it anew; what is said about other records is retracted instead.
    var isCorrectable: Bool {
        switch self {
        case .visit, .complaint, .step, .survey, .customer, .load: true
        case .retraction, .erasure, .action, .lesson, .progress: false
        }
    }
}

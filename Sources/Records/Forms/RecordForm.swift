import Crypto
import Foundation
import SwiftProtobuf

/// A form that was read and found right: the two parts of a record, without its identity and clock.
package struct RecordForm: Sendable {
    package var facts: Facts
    package var personal: Personal
    /// What the client calls the record; nil when it does not say.
    package var clientID: String?

    /// Reads a form.
    /// - Parameter kind: what the form is when it does not say so itself.
    /// - Throws: every fault of the form at once.
    package init(
        _ object: FormObject, kind: RecordKind? = nil, source: FormSource = .json, context: FormContext
    ) throws(FormFaults) {
        var reader = FormReader(object, source: source, zone: context.zone)
        var parts = FormParts(context: context)
        let stated = reader.word("kind", of: RecordKind.self)
        if let kind = stated ?? kind {
            parts.readCommon(&reader)
            parts.readBody(kind, &reader)
            reader.finish()
        } else if reader.faults.isEmpty {
            reader.refuse("kind", Term("缺少，应为以下之一：\(RecordKind.codes)", "is missing: one of \(RecordKind.codes)"))
        }
        guard reader.faults.isEmpty else { throw FormFaults(reader.faults) }
        parts.facts.contentDigest = Self.digest(parts)
        facts = parts.facts
        personal = parts.personal
        clientID = parts.facts.clientID.isEmpty ? nil : parts.facts.clientID
    }

    /// SHA-256 over what the client gave, so that the same identifier with other content is seen.
    private static func digest(_ parts: FormParts) -> Data {
        var content = parts.facts
        content.recordedAt = 0
        // The moment of writing down stands in for one that was not given: sent again, it would be another.
        if !parts.statesOccurredAt { content.occurredAt = 0 }
        content.author = ""
        content.authorRole = .unspecified
        content.handbook = ""
        var hash = SHA256()
        // Neither message has required fields or unset enums that could fail to serialize; an empty part is hashed as such.
        hash.update(data: (try? content.serializedData() as Data) ?? Data())
        hash.update(data: [0])
        hash.update(data: (try? parts.personal.serializedData() as Data) ?? Data())
        return Data(hash.finalize())
    }
}

/// The kinds of record that a form can be.
package enum RecordKind: String, Sendable, CaseIterable, Codable, Worded {
    case visit, complaint, step, survey, customer, load
    case retraction, erasure, action, lesson, progress

    package static let vocabulary: [Word<Self>] = [
        Word(.visit, "visit", "回访", "return visit"), Word(.complaint, "complaint", "投诉"),
        Word(.step, "step", "处理", "case step"), Word(.survey, "survey", "满意度", "survey answer"),
        Word(.customer, "customer", "客户", "customer profile"), Word(.retraction, "retraction", "撤销"),
        Word(.erasure, "erasure", "删除令", "erasure"), Word(.action, "action", "行动项", "action item"),
        Word(.lesson, "lesson", "经验教训"), Word(.load, "load", "客流", "load note"),
        Word(.progress, "progress", "进展"),
    ]
}

/// The two parts while they are filled.
struct FormParts {
    let context: FormContext
    var facts = Facts()
    var personal = Personal()
    /// Whether the form says when it happened.
    var statesOccurredAt = false

    mutating func readCommon(_ reader: inout FormReader) {
        if let id = reader.string("id", limit: 128) {
            if id.isEmpty { reader.refuse("id", Term("为空", "is empty")) }
            facts.clientID = id
        }
        facts.author = context.author
        facts.authorRole = context.role
        facts.handbook = context.policy.handbook
        facts.recordedAt = context.now.milliseconds
        readOccurredAt(&reader)
        readCustomer(&reader)
        if let text = reader.string("text", limit: FormReader.textLimit) { personal.text = text }
        facts.tags = reader.strings("tags", limit: 128)
        for var attachment in reader.objects("attachments") {
            var value = Attachment()
            value.reference = attachment.required("reference") ?? ""
            let digits = attachment.required("sha256") ?? ""
            let digest = FixedBytes.bytes(hexadecimal: Array(digits.utf8)) ?? []
            if !digits.isEmpty, digest.count != 32 {
                attachment.refuse("sha256", Term("必须是 64 位十六进制数字", "must be 64 hexadecimal digits"))
            }
            value.digest = Data(digest)
            attachment.finish()
            reader.include(attachment)
            facts.attachments.append(value)
        }
    }

    private mutating func readOccurredAt(_ reader: inout FormReader) {
        let stated = reader.time("occurred_at")
        statesOccurredAt = stated != nil
        let occurred = stated ?? context.now
        facts.occurredAt = occurred.milliseconds
        if occurred < context.policy.earliest {
            let earliest = context.policy.earliest.text(in: context.zone)
            reader.refuse("occurred_at", Term("早于 \(earliest)，年份对吗？", "lies before \(earliest); is the year right?"))
        }
        if occurred > context.now + context.policy.greatestLead {
            reader.refuse(
                "occurred_at",
                Term("在将来，日期和本机时钟对吗？", "lies in the future; are the date and this computer's clock right?"))
        }
    }

    private mutating func readCustomer(_ reader: inout FormReader) {
        if let value = reader.fields["customer"], case .stringValue = value.kind {
            personal.customer.number = reader.string("customer", limit: 128) ?? ""
        } else if var nested = reader.object("customer") {
            personal.customer.number = nested.string("number", limit: 128) ?? ""
            personal.customer.name = nested.string("name") ?? ""
            personal.customer.address = nested.string("address") ?? ""
            personal.customer.birthday = nested.string("birthday", limit: 32) ?? ""
            if let phone = nested.string("phone", limit: 64) {
                if CustomerKey.phone(phone) == nil {
                    nested.refuse("phone", Term("不是电话号码", "is not a telephone number"))
                }
                if case .international(let number) = CustomerKey.phone(phone) {
                    personal.customer.phone = number
                } else {
                    personal.customer.phone = phone
                }
            }
            if let email = nested.string("email", limit: 320) {
                if CustomerKey.email(email) == nil {
                    nested.refuse("email", Term("不是电子邮箱地址", "is not an e-mail address"))
                }
                personal.customer.email = email
            }
            nested.finish()
            reader.include(nested)
        }
        if personal.customer == Customer(), let kept = context.customer {
            (personal.customer, facts.customerTokens) = kept
        } else if let pseudonyms = context.pseudonyms {
            facts.customerTokens = pseudonyms.tokens(for: personal.customer, at: context.site)
        } else if personal.customer != Customer() {
            reader.refuse(
                "customer", Term("这里不能写客户，请写这位客户的一条记录", "cannot be named here; name a record of the customer instead"))
        }
    }

    /// A category's code from any of its words.
    func category(_ field: String, _ reader: inout FormReader) -> String {
        known(field, in: context.policy.categories, Term("类别", "category"), &reader)
    }

    func touchpoint(_ field: String, _ reader: inout FormReader) -> String {
        known(field, in: context.policy.touchpoints, Term("接触点", "touchpoint"), &reader)
    }

    private func known(_ field: String, in words: [String: String], _ what: Term, _ reader: inout FormReader)
        -> String
    {
        guard let text = reader.string(field), !text.isEmpty else { return "" }
        if let code = words[text.lowercased()] { return code }
        let known = Set(words.values).sorted().prefix(12).joined(separator: ", ")
        let handbook = context.policy.handbook
        reader.refuse(
            field,
            Term(
                "服务手册（\(handbook)）没有这个\(what.chinese)，有：\(known) …",
                "the handbook (\(handbook)) has no such \(what.english); it has \(known) …"))
        return ""
    }

    /// The complaint that a step or a follow-up is about: its record id, or what this site's client called it.
    func caseID(_ text: String) -> Data {
        (RecordID(text) ?? RecordID(site: context.site, clientID: text)).data
    }
}

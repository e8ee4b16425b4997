package import Records
import StrictYAML

/// How to talk to somebody who complains, 应对指南: a card for what they seek, and the eight principles. (domain: service
/// blueprint, "Guidance cards".)
package struct Guidance: Hashable, Sendable {
    /// One for each thing that customers seek, in the handbook's order.
    package var cards: [GuidanceCard]
    /// 自尊, 认可, 从众, 行动, 焦点, 重要, 期望, 威望.
    package var principles: [Principle]

    /// What stands when a handbook gives none.
    package static let none = Guidance(cards: [], principles: [])

    /// A principle of how people are won.
    package struct Principle: Hashable, Sendable {
        package var code: String
        package var term: Term
        package var advice: Term
    }

    /// The card for what a customer seeks.
    package func card(for seeks: Complaint.Seeks) -> GuidanceCard? { cards.first { $0.seeks == seeks } }
}

/// What to do when a customer seeks respect 求尊重, compensation 求补偿 or to vent 求发泄.
package struct GuidanceCard: Hashable, Sendable {
    package var seeks: Complaint.Seeks
    /// How the conversation goes, in this order.
    package var parts: [(name: Part, advice: Term)] {
        [
            (.opening, opening), (.listening, listening), (.objections, objections), (.coreMessage, coreMessage),
            (.commonGround, commonGround), (.calming, calming),
        ]
    }
    package var opening: Term
    package var listening: Term
    package var objections: Term
    package var coreMessage: Term
    package var commonGround: Term
    package var calming: Term
    /// Codes of the principles that help most here.
    package var principles: [String]

    /// A part of the conversation.
    package enum Part: String, Hashable, Sendable, CaseIterable {
        case opening, listening, objections
        case coreMessage = "core_message"
        case commonGround = "common_ground"
        case calming

        /// The word for people.
        package var term: Term {
            switch self {
            case .opening: Term("开场", "opening")
            case .listening: Term("倾听", "listening")
            case .objections: Term("异议", "objections")
            case .coreMessage: Term("核心信息", "core message")
            case .commonGround: Term("共同点", "common ground")
            case .calming: Term("安抚", "calming")
            }
        }
    }
}

extension Guidance {
    init(_ reader: inout YAMLReader) {
        reader.require("cards", "principles")
        cards = reader.objects("cards") { GuidanceCard(&$0) } ?? []
        principles = reader.objects("principles") { Principle(&$0) } ?? []
        Handbook.checkUnique(cards.map(\.seeks.code), "cards", &reader)
        Handbook.checkUnique(principles.map(\.code), "principles", &reader)
        for seeks in Complaint.Seeks.vocabulary.map(\.value) where card(for: seeks) == nil {
            reader.warn("cards", "there is no card for a customer who seeks \(seeks.code)")
        }
        for (index, card) in cards.enumerated() {
            for principle in card.principles where !principles.contains(where: { $0.code == principle }) {
                reader.refuse("cards", at: index, "there is no principle \(principle)")
            }
        }
    }
}

extension Guidance.Principle {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en", "advice")
        code = reader.code("code") ?? ""
        term = reader.term()
        advice = reader.term("advice") ?? Term("", "")
    }
}

extension GuidanceCard {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require(
            "seeks", "opening", "listening", "objections", "core_message", "common_ground", "calming", "principles")
        seeks = reader.word("seeks") ?? .unspecified
        func part(_ part: Part) -> Term { reader.term(part.rawValue) ?? Term("", "") }
        opening = part(.opening)
        listening = part(.listening)
        objections = part(.objections)
        coreMessage = part(.coreMessage)
        commonGround = part(.commonGround)
        calming = part(.calming)
        principles = reader.codes("principles") ?? []
    }
}

package import Records
import StrictYAML

/// The service as its steps, with the points where it can fail, 服务蓝图. (domain: service blueprint.)
package struct Blueprint: Hashable, Sendable {
    /// In the order in which they happen.
    package var steps: [Step]
    /// Who serves whom inside, 内部客户.
    package var internalServices: [InternalService]

    /// What stands when a handbook draws none.
    package static let empty = Blueprint(steps: [], internalServices: [])

    /// A part of the service, by when it happens.
    package enum Level: String, Hashable, Sendable, CaseIterable {
        case preparation, diagnosis, work
        case paymentAndReturn = "payment_and_return"

        /// The word for people.
        package var term: Term {
            switch self {
            case .preparation: Term("准备行动", "preparation")
            case .diagnosis: Term("故障诊断", "diagnosis")
            case .work: Term("执行工作", "work")
            case .paymentAndReturn: Term("付费与交付", "payment and return")
            }
        }
    }

    /// Between which of the three lines something happens: the lines of customer contact 顾客接触线, of visibility 可视线 and of
    /// internal service 内部服务接触线.
    package enum Side: String, Hashable, Sendable, CaseIterable {
        /// What the customer does, before the line of contact.
        case customer
        /// What the customer sees staff do, before the line of visibility.
        case onStage = "on_stage"
        /// What staff do out of sight, before the line of internal service.
        case backStage = "back_stage"
        /// What others do for the staff.
        case support

        /// The word for people.
        package var term: Term {
            switch self {
            case .customer: Term("顾客行为", "customer's action")
            case .onStage: Term("前台", "on stage")
            case .backStage: Term("后台", "back stage")
            case .support: Term("支持", "support")
            }
        }
    }

    /// One step of the service.
    package struct Step: Hashable, Sendable {
        package var code: String
        package var term: Term
        package var level: Level
        package var side: Side
        /// The code of the touchpoint at which the customer meets it; nil where the customer does not.
        package var touchpoint: String?
        package var failPoints: [FailPoint]
    }

    /// A point where the step can fail, 失败点, and what prevents it, 对策.
    package struct FailPoint: Hashable, Sendable {
        /// Unique in the handbook.
        package var code: String
        /// How it fails.
        package var term: Term
        package var countermeasure: Term
        /// Whether the countermeasure is in force: a fail point that fails all the same is flagged then.
        package var isInForce: Bool
        /// Where it shows; the step's own where it names none.
        package var touchpoint: String?
        /// Codes of the categories of complaints that point to it.
        package var categories: [String]
    }

    /// A department that serves another.
    package struct InternalService: Hashable, Sendable {
        /// Codes of departments.
        package var from: String
        package var to: String
        /// What is served.
        package var service: Term
    }

    /// A fail point with the step it belongs to.
    package struct PlacedFailPoint: Hashable, Sendable {
        package var step: Step
        package var failPoint: FailPoint
        /// Where the customer meets the failure, if anywhere.
        package var touchpoint: String? { failPoint.touchpoint ?? step.touchpoint }
    }

    /// Every fail point, in the order of the steps.
    package var failPoints: [PlacedFailPoint] {
        steps.flatMap { step in step.failPoints.map { PlacedFailPoint(step: step, failPoint: $0) } }
    }
}

extension Handbook {
    /// The fail points that complaints of this category at this touchpoint point to: those that name the category or one
    /// above it; of several those of the touchpoint, if any is; without a category those of the touchpoint alone.
    package func failPoints(category: String, touchpoint: String) -> [Blueprint.PlacedFailPoint] {
        let all = blueprint.failPoints
        let here = all.filter { !touchpoint.isEmpty && $0.touchpoint == touchpoint }
        // The nearest category that any fail point names decides.
        for category in lineage(category).map(\.code) {
            let named = all.filter { $0.failPoint.categories.contains(category) }
            guard !named.isEmpty else { continue }
            let both = named.filter { here.contains($0) }
            return both.isEmpty ? named : both
        }
        return here
    }
}

extension Blueprint {
    init(_ reader: inout YAMLReader) {
        reader.require("steps")
        steps = reader.objects("steps") { Step(&$0) } ?? []
        internalServices = reader.objects("internal_services") { InternalService(&$0) } ?? []
        Handbook.checkUnique(steps.map(\.code), "steps", &reader)
        var seen: Set<String> = []
        for (index, step) in steps.enumerated() {
            for point in step.failPoints where !seen.insert(point.code).inserted {
                reader.refuse("steps", at: index, "the fail point \(point.code) is given twice")
            }
        }
    }
}

extension Blueprint.Step {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en", "level", "side")
        code = reader.code("code") ?? ""
        term = reader.term()
        level = reader.choice("level") ?? .work
        side = reader.choice("side") ?? .support
        touchpoint = reader.code("touchpoint")
        failPoints = reader.objects("fail_points") { Blueprint.FailPoint(&$0) } ?? []
    }
}

extension Blueprint.FailPoint {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en", "countermeasure")
        code = reader.code("code") ?? ""
        term = reader.term()
        countermeasure = reader.term("countermeasure") ?? Term("", "")
        isInForce = reader.bool("in_force") ?? false
        touchpoint = reader.code("touchpoint")
        categories = reader.codes("categories") ?? []
    }
}

extension Blueprint.InternalService {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("from", "to", "service")
        from = reader.code("from") ?? ""
        to = reader.code("to") ?? ""
        service = reader.term("service") ?? Term("", "")
    }
}

// The words of the service domain, in the order of the domain's own lists. Codes are part of the public form of a record:
// they are added to, never changed.

extension Visit.Method: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.phone, "phone", "电话"), Word(.onSite, "on_site", "上门"), Word(.sms, "sms", "短信", "SMS"),
        Word(.wechat, "wechat", "微信", "WeChat"), Word(.email, "email", "邮件", "e-mail"), Word(.letter, "letter", "书信"),
        Word(.panel, "panel", "座谈会"),
    ]
}

extension Visit.Expectation: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.dissatisfied, "dissatisfied", "不满意"), Word(.satisfied, "satisfied", "满意"),
        Word(.exceeded, "exceeded", "超越"), Word(.delighted, "delighted", "惊喜"),
        Word(.unforgettable, "unforgettable", "难忘"),
    ]
}

extension Complaint.Channel: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.phone, "phone", "电话"), Word(.counter, "counter", "柜台"), Word(.letter, "letter", "书信"),
        Word(.email, "email", "邮件", "e-mail"), Word(.web, "web", "网上"), Word(.wechat, "wechat", "微信", "WeChat"),
        Word(.hotline, "hotline", "热线"), Word(.authority, "authority", "主管部门"), Word(.media, "media", "媒体"),
        Word(.visit, "visit", "回访"),
    ]
}

extension Complaint.Form: Worded {
    package static let vocabulary: [Word<Self>] = [Word(.oral, "oral", "口头"), Word(.written, "written", "书面")]
}

extension Complaint.Phase: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.beforeSale, "before_sale", "售前"), Word(.duringSale, "during_sale", "售中"),
        Word(.afterSale, "after_sale", "售后"),
    ]
}

extension Complaint.Danger: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.none, "none", "无"), Word(.threatened, "threatened", "可能"), Word(.happened, "happened", "已发生"),
    ]
}

extension Complaint.Support: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.none, "none", "无"), Word(.adviser, "adviser", "顾问"), Word(.company, "company", "其他公司"),
        Word(.branch, "branch", "其他分公司", "another branch"),
    ]
}

extension Complaint.Origin: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.endogenous, "endogenous", "内生"), Word(.exogenous, "exogenous", "外生"),
    ]
}

extension Complaint.Source: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.objective, "objective", "客观"), Word(.subjective, "subjective", "主观"),
        Word(.thirdParty, "third_party", "第三方"), Word(.notResponsible, "not_responsible", "非责任"),
    ]
}

extension Complaint.Lapse: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.dereliction, "dereliction", "失职"), Word(.mistake, "mistake", "失误"), Word(.excess, "excess", "失度"),
        Word(.lossOfControl, "loss_of_control", "失控"),
    ]
}

extension Complaint.Subject: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.result, "result", "服务结果"), Word(.process, "process", "服务过程"),
    ]
}

extension Complaint.Impact: Worded {
    package static let vocabulary: [Word<Self>] = [Word(.small, "small", "小"), Word(.large, "large", "大")]
}

extension Complaint.Control: Worded {
    package static let vocabulary: [Word<Self>] = [Word(.weak, "weak", "弱"), Word(.strong, "strong", "强")]
}

extension Complaint.Seeks: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.respect, "respect", "求尊重"), Word(.compensation, "compensation", "求补偿"),
        Word(.venting, "venting", "求发泄"),
    ]
}

extension DelayCause: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.notStated, "not_stated", "未说明"), Word(.ours, "ours", "我方"), Word(.customer, "customer", "客户"),
        Word(.thirdParty, "third_party", "第三方"), Word(.forceMajeure, "force_majeure", "不可抗力"),
    ]
}

extension CaseStep.Kind: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.arrived, "arrived", "到达现场"), Word(.investigationBegun, "investigation_begun", "展开调查"),
        Word(.answered, "answered", "回复"), Word(.resolved, "resolved", "解决"), Word(.confirmed, "confirmed", "客户确认"),
        Word(.reopened, "reopened", "重新打开"), Word(.urgedAgain, "urged_again", "催办"),
        Word(.dispatched, "dispatched", "派单"), Word(.transferred, "transferred", "转派"),
        Word(.accepted, "accepted", "接受"), Word(.refused, "refused", "拒绝"), Word(.compensated, "compensated", "补偿"),
        Word(.factsChanged, "facts_changed", "情况变化"), Word(.delayCause, "delay_cause", "延误原因"),
        Word(.stageEntered, "stage_entered", "进入阶段"), Word(.closedWithdrawn, "closed_withdrawn", "撤回"),
        Word(.closedNotOurs, "closed_not_ours", "非责任"), Word(.closedUnreachable, "closed_unreachable", "无法联系"),
        Word(.rootCause, "root_cause", "根本原因"), Word(.powerUsed, "power_used", "行使权力"),
        Word(.gradeLowered, "grade_lowered", "降级"),
    ]
}

extension CaseStep.Power: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.acceptance, "acceptance", "受理"), Word(.evidence, "evidence", "调查取证"),
        Word(.staffBorrowed, "staff_borrowed", "人员借用"), Word(.coordination, "coordination", "统筹处理"),
        Word(.urging, "urging", "督办"), Word(.compensation, "compensation", "赔偿决定"),
        Word(.supervision, "supervision", "监督"), Word(.penaltyProposed, "penalty_proposed", "处罚建议"),
    ]
}

extension CaseStep.Stage: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.latent, "latent", "潜伏"), Word(.outbreak, "outbreak", "爆发"), Word(.handling, "handling", "处理"),
        Word(.aftermath, "aftermath", "善后"),
    ]
}

extension CaseStep.Cause: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.structure, "structure", "体制束缚"), Word(.rules, "rules", "制度缺陷"),
        Word(.technology, "technology", "技术瓶颈"), Word(.understanding, "understanding", "认识局限"),
        Word(.noCommunication, "no_communication", "沟通缺失"),
        Word(.sceneOutOfControl, "scene_out_of_control", "现场失控"), Word(.vagueProblem, "vague_problem", "问题模糊"),
    ]
}

extension SurveyAnswer.Mode: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.ivr, "ivr", "语音应答", "IVR"), Word(.thirdParty, "third_party", "第三方"), Word(.web, "web", "网上"),
        Word(.sms, "sms", "短信", "SMS"), Word(.phone, "phone", "电话"),
    ]
}

extension ActionItem.Kind: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.department, "department", "部门执行", "done by a department"),
        Word(.sites, "sites", "网点学习", "taught to sites"),
        Word(.customers, "customers", "向客户公布", "published to customers"),
    ]
}

extension ActionProgress.State: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.underWay, "under_way", "进行中"), Word(.done, "done", "已完成"),
        Word(.impossible, "impossible", "无法完成", "cannot be done"),
    ]
}

extension CustomerProfile.Event: Worded {
    package static let vocabulary: [Word<Self>] = [
        Word(.purchase, "purchase", "购买"), Word(.delivery, "delivery", "交付"),
        Word(.firstLogin, "first_login", "首次登录"), Word(.birthday, "birthday", "生日"),
    ]
}

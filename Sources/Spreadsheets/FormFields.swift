import Foundation
package import Records

/// A field of a form, and the words by which columns of spreadsheets are known to mean it.
package struct FormField: Sendable, Hashable {
    /// As forms call it, for example `customer.phone`.
    package let name: String
    /// In lower case, without spaces and punctuation.
    let words: [String]

    init(_ name: String, _ words: String...) {
        self.name = name
        self.words = words
    }
}

/// Which fields each kind of record has in a spreadsheet.
package enum FormFields {
    /// All fields of that kind, common ones first. Some stand twice, with more words. See also `families`.
    package static func of(_ kind: RecordKind) -> [FormField] {
        switch kind {
        case .visit: common + visit
        case .complaint: common + complaint
        case .step: common + step
        case .survey: common + survey
        case .customer: common + profile
        case .load: common + load
        case .retraction: common + [FormField("record", "记录"), reason]
        case .erasure: common + [FormField("records", "记录清单"), reason]
        case .action:
            common + decision + [
                FormField("department", "部门", "责任部门"), FormField("due_at", "期限", "完成期限"),
                FormField("month", "会议月份"), FormField("outcome", "结果种类"),
            ]
        case .progress: common + [FormField("action", "行动项", "行动项编号"), FormField("state", "进展", "状态")]
        case .lesson: common + decision + [FormField("subject", "标题"), FormField("category", "类别", "分类")]
        }
    }

    /// Prefixes that any name may follow: a survey's questions, a customer's value figures.
    package static func families(of kind: RecordKind) -> [String] {
        switch kind {
        case .survey: ["scores."]
        case .customer: ["figures."]
        case .visit, .complaint, .step, .load, .retraction, .erasure, .action, .lesson, .progress: []
        }
    }

    /// Fields that hold moments.
    static let times: Set<String> = ["occurred_at", "follow_up_at", "due_at"]

    private static let common = [
        FormField("id", "编号", "记录编号", "单号", "流水号", "recordid"),
        FormField("kind", "记录种类", "recordkind"),
        FormField("occurred_at", "时间", "日期", "发生时间", "发生日期", "date", "time", "occurredat"),
        FormField("customer.number", "customer", "客户", "客户编号", "客户号", "会员号", "customernumber", "customerid"),
        FormField("customer.name", "姓名", "客户姓名", "业主姓名", "业主", "联系人", "name", "customername"),
        FormField(
            "customer.phone", "电话", "联系电话", "手机", "手机号", "手机号码", "电话号码", "客户电话", "phone", "mobile",
            "telephone", "phonenumber", "customerphone"),
        FormField("customer.email", "邮箱", "电子邮箱", "邮件", "email", "mail", "customeremail"),
        FormField("customer.birthday", "生日", "出生日期", "birthday", "dateofbirth", "birthdate"),
        FormField("customer.address", "地址", "住址", "房号", "address", "customeraddress"),
        FormField("text", "内容", "详情", "详细内容", "正文", "说明", "描述", "content", "details", "description"),
        FormField("tags", "标签"),
    ]

    private static let reason = FormField("reason", "原因", "理由")

    /// Of what headquarters decides.
    private static let decision = [FormField("issue", "问题"), FormField("sites", "站点", "门店")]

    private static let about = [
        FormField("category", "类别", "分类"), FormField("touchpoint", "触点", "接触点", "关键时刻"),
        FormField("product", "产品", "产品型号", "产品或订单", "订单"),
    ]

    /// What grades a complaint, and what may change.
    private static let gradingFacts = [
        FormField("group_size", "人数", "投诉人数"), FormField("lawsuit", "诉讼", "法律诉讼"),
        FormField("media", "媒体曝光"), FormField("support", "外部支持", "协助"), FormField("impact", "影响面"),
        FormField("control", "掌控度"), FormField("urgent", "紧急", "是否紧急", "加急"),
    ]

    private static let delay = FormField("delay_cause", "延误原因", "未解决原因")

    private static let visit =
        [
            FormField("occurred_at", "回访时间", "回访日期", "visitdate"), FormField("method", "回访方式", "方式"),
            FormField("reached", "是否接通", "是否联系上", "接通"), FormField("satisfaction", "满意度", "满意度评分"),
            FormField("recommendation", "推荐度", "推荐意愿"), FormField("expectation", "期望", "期望阶梯"),
            FormField("plan_items", "计划项", "计划序号"), FormField("follow_up_at", "下次回访", "下次回访时间", "跟进时间"),
            FormField("case", "投诉编号", "投诉单号", "关联投诉"),
            FormField("confirms_resolution", "是否已解决", "确认解决"), FormField("uses", "使用产品", "客户使用"),
            FormField("told", "告知事项", "已告知"), FormField("help_needed", "需要帮助", "所需帮助"),
            FormField("problem", "问题", "遇到的问题", "存在问题"),
            FormField("text", "回访内容", "回访记录", "备注", "notes"),
        ] + about

    private static let complaint =
        [
            FormField("id", "投诉编号", "投诉单号"), FormField("occurred_at", "投诉时间", "投诉日期"),
            FormField("subject", "主题", "标题", "投诉主题", "title"), FormField("text", "投诉内容"),
            FormField("channel", "渠道", "投诉渠道", "来源渠道"), FormField("form", "形式", "投诉形式"),
            FormField("phase", "阶段", "销售阶段"), FormField("category", "投诉类别"),
            FormField("origin", "起因"), FormField("source", "来源", "投诉来源"), FormField("lapse", "失误类型", "过失"),
            FormField("about", "投诉对象"), FormField("seeks", "诉求", "客户诉求"),
            FormField("our_responsibility", "是否我方责任", "我方责任"), delay,
        ] + about + gradingFacts

    private static let step =
        [
            FormField("case", "投诉编号", "投诉单号", "关联投诉"), FormField("step", "步骤", "处理步骤", "动作"),
            FormField("occurred_at", "处理时间"), FormField("text", "处理内容", "处理情况", "备注", "notes"), delay,
            FormField("power", "行使权力", "权力"), FormField("stage", "阶段", "处理阶段"),
            FormField("causes", "原因代码", "原因"), FormField("gap", "差距", "服务差距"), FormField("to_site", "转往", "派往"),
            FormField("to_person", "责任人", "派给"), FormField("grade", "等级", "降为"), FormField("whys", "根本原因", "为什么"),
        ] + gradingFacts

    private static let survey = [
        FormField("survey", "问卷", "问卷编号", "调查", "surveyid"), FormField("mode", "方式", "调查方式"),
        FormField("occurred_at", "调查时间", "答卷时间"), FormField("satisfaction", "满意度", "总体满意度"),
        FormField("duration_seconds", "时长", "时长秒"), FormField("text", "意见", "客户意见", "建议", "comment", "verbatim"),
    ]

    private static let load = [
        FormField("visitors", "来客数", "客流", "客流量", "接待人数", "visitorcount"),
        FormField("staff", "在岗人数", "当班人数", "staffonduty"), FormField("capacity", "接待能力", "能力"),
    ]

    private static let profile = [
        FormField("occurred_at", "更新时间", "登记时间"), FormField("type", "客户类型", "类型"),
        FormField("tier", "客户等级", "等级"), FormField("owner", "负责人", "专人负责"), FormField("brand", "品牌"),
        FormField("event", "客户事件", "customerevent"),
        FormField("key_account", "大客户", "重点客户", "是否大客户"), FormField("figures.annual_sales", "年销售额"),
        FormField("figures.total_revenue", "总收入"), FormField("figures.contact_cost", "接触成本"),
        FormField("figures.net_profit", "净客户利润"), FormField("figures.relationship_months", "合作月数"),
        FormField("figures.expected_profit", "预期盈利"), FormField("figures.share", "客户份额"),
        FormField("figures.potential", "发展潜力"), FormField("figures.credit", "信用"),
        FormField("figures.arpu", "arpu"), FormField("text", "备注", "notes"),
    ]

    /// A column's name as `words` are written: lower case, letters and digits only, full-width forms folded.
    static func folded(_ name: String) -> String {
        name.precomposedStringWithCompatibilityMapping.lowercased().filter { $0.isLetter || $0.isNumber }
    }
}

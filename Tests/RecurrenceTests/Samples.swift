import Records
import Recurrence

/// A text with the number `id`; each stands an hour after the one before.
func text(
    _ id: UInt64, _ title: String, _ body: String = "", site: String = "hq", product: String? = nil,
    category: String? = nil, from complainant: String? = nil, at time: Int64? = nil
) -> IssueText {
    IssueText(
        id: RecordID(high: 7, low: id), time: time ?? Int64(id) * 3_600_000, site: site, title: title, body: body,
        category: category, product: product, complainant: complainant)
}

func record(_ id: UInt64) -> RecordID { RecordID(high: 7, low: id) }

/// Complaints that have nothing to do with each other.
let unrelated: [IssueText] = [
    ("锦绣花园3栋电梯经常停运", "电梯上周坏了四次，老人上下楼很不方便，物业说配件没到。"),
    ("翠湖天地地下车库渗水", "一下雨负二层就积水，车辆底盘都泡了，请安排做防水。"),
    ("阳光城一期木门掉漆", "卧室木门收房三个月就开始掉漆，门框也有划痕。"),
    ("售楼处承诺的学位没有兑现", "买房时销售说可以读实验小学，现在学校说没有这个名额。"),
    ("滨江壹号外墙瓷砖脱落", "十二楼外墙瓷砖掉下来砸坏了楼下的车，太危险了。"),
    ("物业费涨价没有公示", "没有开业主大会就把物业费从两元涨到三元。"),
    ("卫生间地漏返臭", "主卫地漏有臭味，师傅来看过一次说是存水弯的问题。"),
    ("客服电话打不通", "下午打了十几个电话都是忙音，希望增加坐席。"),
    ("小区路灯不亮", "东门到六栋的路灯坏了半个月，晚上走路看不清。"),
    ("厨房燃气表漏气报警", "燃气报警器半夜响，检查说接头松动。"),
    ("窗户密封条老化漏风", "冬天客厅窗户漏风厉害，要求更换密封条。"),
    ("快递柜占用消防通道", "快递柜放在一楼消防门旁边，存在隐患。"),
    ("楼上邻居装修噪音", "中午十二点还在打墙，物业不管。"),
    ("绿化带里的树遮挡采光", "三楼以下全天没有太阳，请修剪。"),
    ("门禁卡办理收费过高", "补一张门禁卡要五十元，不合理。"),
    ("地板起拱变形", "书房木地板起拱，踩上去有响声。"),
    ("房产证迟迟办不下来", "交房两年了，开发商一直说在走流程。"),
    ("游泳池水质差", "孩子游完身上起红疹，要求公布检测报告。"),
    ("停车场收费系统多扣钱", "停了四十分钟扣了三小时的费用。"),
    ("空调外机位太小", "预留的机位放不下一台两匹的外机。"),
    ("The invoice shows the wrong VAT number", "Accounting cannot book it, please send a corrected one."),
    ("App crashes when I open the settings page", "Since the last update on Android 14."),
    ("Delivery driver left the parcel in the rain", "The box was soaked and the manual is ruined."),
    ("Charged twice for one subscription", "My bank statement shows two payments on the 3rd."),
    ("Cannot reset my password", "The e-mail with the link never arrives."),
    ("Rude behaviour at the service desk", "The clerk hung up on my mother twice."),
    ("The coffee machine leaks at the bottom", "A puddle forms after every use."),
    ("Warranty claim rejected without a reason", "The compressor failed after eleven months."),
    ("Waiting room has no wheelchair access", "There is a step at the entrance and no ramp."),
    ("Wrong size of brake pads fitted", "The workshop admits the mix-up but wants a fee."),
].enumerated().map { text(UInt64(1000 + $0.offset), $0.element.0, $0.element.1, site: "s\($0.offset % 5)") }

/// One problem in three wordings at three sites.
let elevator = [
    text(
        1, "翡翠湾二期电梯频繁困人", "翡翠湾二期5栋的电梯这个月已经困人三次，物业只是重启，希望彻底检修。", site: "north", from: "王"),
    text(2, "投诉翡翠湾二期5栋电梯困人", "昨天晚上孩子被困在5栋电梯里半小时，翡翠湾物业电话没人接。", site: "south", from: "李"),
    text(3, "翡翠湾电梯又把人困住了", "翡翠湾二期的电梯经常困人，一个月好几次，请安排检修。", site: "east", from: "赵"),
]

/// One problem in three wordings, in English.
let scanner = [
    text(
        11, "Barcode scanner BX200 loses its Bluetooth connection",
        "Our BX200 scanners drop the Bluetooth link every few minutes since the firmware update.", site: "leeds",
        from: "ann"),
    text(
        12, "BX200 keeps disconnecting",
        "After the firmware update the scanner disconnects from Bluetooth all the time.",
        site: "york", from: "bob"),
    text(
        13, "Bluetooth of the BX200 scanner drops out",
        "The connection drops out several times an hour after updating.",
        site: "hull", from: "eve"),
]

/// Sentences of the kind that customers write, about nothing in particular. What a model finds alike in all of them is the
/// kind of text, the language and the tone, and says nothing of the problem.
package enum MeaningBackground {
    /// Each is asked about once for each model.
    package static let sentences = [
        "请问这件事情应该怎么处理？", "希望你们尽快解决", "已经反映过很多次了，一直没有人管", "服务态度太差了", "东西质量有问题",
        "要求退款", "这个收费合理吗？", "等了很久都没有结果", "工作人员解释不清楚", "我想咨询一下办理的流程", "影响了我们的正常生活",
        "安全隐患很大，请重视", "之前答应的事情没有做到", "电话一直打不通", "环境又脏又乱", "信息不公开，大家都不知道情况",
        "噪音太大，晚上睡不着", "什么时候才能修好？", "建议改进一下", "材料交了却没有批下来", "钱已经付了，东西没有收到",
        "家里漏水，没有人来修", "路很难走，出行不方便", "孩子上学的问题怎么办？", "How do I get this done?",
        "Please solve this soon.", "I have reported it several times and nobody cares.", "The staff were rude to me.",
        "The thing is of poor quality.", "I want my money back.", "Is this charge correct?",
        "I have been waiting for ages.",
        "Nobody could explain it to me.", "What is the procedure?", "It affects our daily life.", "This is dangerous.",
        "You promised it and did not do it.", "Nobody answers the phone.", "The place is dirty.",
        "Why was my request refused?", "I paid and did not receive anything.", "It does not work any more.",
        "When will it be repaired?", "I would like to change my details.", "It is too noisy at night.",
        "Something went wrong with my order.", "Can you tell me more about it?", "I cannot log in to my account.",
    ]
}

/// Closed lists of what says nothing about a problem, in any organisation: the prior for small sets of texts, where
/// counting cannot yet tell a common word from a telling one.
enum CommonWords {
    private static let ideographs = """
        的了在是我你您他她它们这那有和与对向到从被把将不没未请问求于为以及也都还很太就要让给由其之个上下中大小多来去说吗呢吧啊
        """

    private static let phrases = """
        尊敬的 领导 您好 你好 谢谢 感谢 敬上 此致 敬礼 恳请 希望 请求 反映 投诉 举报 咨询 建议 关于 问题 情况 解决 处理 回复 \
        我们 他们 你们 这个 那个 什么 怎么 为什么 是否 可以 能否 能不能 如何 何时 已经 一直 因为 所以 但是 没有 现在 时候 目前 \
        相关 部门 有关 进行 要求 一下 知道 还是 就是 不是 而且 以及 如果 自己 非常 严重 多次 再次 强烈 市民 书记 先生 女士 客户 用户
        """

    private static let words = """
        a an the i my me we our us you your he she it its they them this that these those is am are was were be been being \
        do does did have has had having can could will would shall should may might must to of in on for and or but if so \
        not no at by from with as into about up out off over again then than there here what which who when where why how \
        all any both each more most other some such only own same too very just dont cant wont didnt doesnt isnt im ive id \
        please hello hi dear sir madam thanks thank regards help want need get got
        """

    /// The keys of the terms of these lists.
    static let keys: Set<TermKey> = {
        var keys: Set<TermKey> = []
        for scalar in ideographs.unicodeScalars { keys.insert(TermKey(ideograph: scalar.value)) }
        for phrase in phrases.split(separator: " ") {
            let scalars = phrase.unicodeScalars.map(\.value)
            for (left, right) in zip(scalars, scalars.dropFirst()) { keys.insert(TermKey(left, right)) }
        }
        for word in words.split(separator: " ") {
            Terms.forEach(word.unicodeScalars.map(\.value)) { key, _ in keys.insert(key) }
        }
        return keys
    }()
}

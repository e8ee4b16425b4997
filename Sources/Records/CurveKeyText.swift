/// A CURVE key as text: Z85 of ZeroMQ's RFC 32, five characters for four bytes.
package enum CurveKeyText {
    private static let alphabet = Array(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8)

    /// 40 characters for the 32 bytes of a key.
    package static func z85(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count - bytes.count % 4, by: 4) {
            var word = bytes[start..<start + 4].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
            var group: [UInt8] = []
            for _ in 0..<5 {
                group.append(alphabet[Int(word % 85)])
                word /= 85
            }
            text += group.reversed()
        }
        return String(decoding: text, as: UTF8.self)
    }
}

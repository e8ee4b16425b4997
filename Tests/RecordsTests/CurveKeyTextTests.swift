import Testing

@testable import Records

struct CurveKeyTextTests {
    /// The test vector of RFC 32, and the ends of a word's range.
    @Test func bytesBecomeTheTextOfTheRFC() {
        #expect(CurveKeyText.z85([0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B]) == "HelloWorld")
        #expect(CurveKeyText.z85([0, 0, 0, 0]) == "00000")
        #expect(CurveKeyText.z85([255, 255, 255, 255]) == "%nSc0")
    }
}

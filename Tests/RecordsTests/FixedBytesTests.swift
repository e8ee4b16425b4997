import Foundation
import Testing

@testable import Records

struct FixedBytesTests {
    @Test func wordsAreBigEndianInBothDirections() {
        let bytes: [UInt8] = (1...16).map { $0 }
        #expect(FixedBytes.word(0, of: bytes) == 0x0102_0304_0506_0708)
        #expect(FixedBytes.word(1, of: bytes) == 0x090A_0B0C_0D0E_0F10)
        #expect(FixedBytes.bytes(0x0102_0304_0506_0708, 0x090A_0B0C_0D0E_0F10) == bytes)
        #expect(Array(FixedBytes.data(0x0102_0304_0506_0708, 0x090A_0B0C_0D0E_0F10)) == bytes)
    }

    @Test func slicesAndLazyCollectionsGiveTheSameWords() {
        let bytes: [UInt8] = (0..<20).map { $0 }
        #expect(FixedBytes.word(1, of: bytes[4...]) == FixedBytes.word(1, of: Array(bytes[4...])))
        #expect(FixedBytes.word(1, of: Data(bytes)[4...]) == FixedBytes.word(1, of: Array(bytes[4...])))
        #expect(FixedBytes.word(0, of: bytes.lazy.map { $0 }) == 0x0001_0203_0405_0607)
    }

    @Test func hexadecimalDigitsAreReadInEitherCase() {
        #expect(FixedBytes.hexadecimal([0x00, 0xAB, 0xFF]) == "00abff")
        #expect(FixedBytes.bytes(hexadecimal: Array("00aBFf".utf8)) == [0x00, 0xAB, 0xFF])
        #expect(FixedBytes.bytes(hexadecimal: Array("0".utf8)) == nil)
        #expect(FixedBytes.bytes(hexadecimal: Array("0g".utf8)) == nil)
    }
}

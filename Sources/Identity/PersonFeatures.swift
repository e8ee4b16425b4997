import Foundation
import Records

/// A person in the form in which two are compared: folded, cut into words, numbers reduced to digits.
struct PersonFeatures: Sendable {
    /// Words of the names, sorted, each once; Chinese names also as they sound.
    var names: [String] = []
    /// Names written in Chinese characters as they sound in Latin letters, sorted.
    var sounds: [String] = []
    var addresses: [String] = []
    /// Digits and letters.
    var numbers: [[UInt8]] = []
    var phones: [[UInt8]] = []
    var emails: [String] = []
    /// Eight digits, year first; empty when it cannot be read.
    var birthday: [UInt8] = []

    /// Greatest number of words or codes of each kind. Nobody has more; whoever seems to would make millions of pairs of words
    /// to compare by. The first ones count.
    static let mostWords = 32
    /// Greatest number of letters of a word, and of bytes of a code.
    static let mostLetters = 64

    init(_ person: Person) {
        names = Self.bounded(person.names.lazy.flatMap(Self.words))
        sounds = Self.bounded(names.map(Self.sound).filter { !$0.isEmpty })
        addresses = Self.bounded(person.addresses.lazy.flatMap(Self.words))
        numbers = Self.first(person.numbers.map(Self.code).filter { !$0.isEmpty })
        phones = Self.first(
            person.phones.map { Array(Self.code($0).filter(Self.isDigit).suffix(Self.phoneDigits)) }
                .filter { $0.count >= 5 })
        emails = person.emails.map { Self.folded($0) }.filter { !$0.isEmpty }.prefix(Self.mostWords).map {
            String($0.prefix(Self.mostOfEmail))
        }
        birthday = Self.date(person.birthday)
    }

    /// No e-mail address is longer. (RFC 5321.)
    private static let mostOfEmail = 254

    /// The first words, each once, sorted.
    private static func bounded(_ words: some Sequence<String>) -> [String] {
        var kept: Set<String> = []
        for word in words {
            kept.insert(String(word.prefix(mostLetters)))
            if kept.count == mostWords { break }
        }
        return kept.sorted()
    }

    private static func first(_ codes: [[UInt8]]) -> [[UInt8]] {
        codes.prefix(mostWords).map { Array($0.prefix(mostLetters)) }
    }

    /// What of a telephone number is compared: the country's code may be missing.
    private static let phoneDigits = 11

    private static func folded(_ text: String) -> String {
        text.precomposedStringWithCompatibilityMapping.lowercased()
    }

    /// Runs of letters and of digits. A run of Chinese characters is one word, as names are; an address of them is cut at
    /// what its parts end in.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var current = ""
        var kind: Int?
        for character in folded(text) {
            let next = Self.kind(of: character)
            if next != kind || next == nil {
                if !current.isEmpty { words.append(current) }
                current = ""
            }
            kind = next
            guard next != nil else { continue }
            current.append(character)
            if next == Self.han, Self.partEnds.contains(character), current.count > 1 {
                words.append(current)
                current = ""
            }
        }
        if !current.isEmpty { words.append(current) }
        return words
    }

    private static let han = 3
    /// 省市区县镇乡村街道路巷号栋楼幢室院苑园
    private static let partEnds = Set("省市区县镇乡村街道路巷弄号栋楼幢座单元室院苑园")

    private static func kind(of character: Character) -> Int? {
        guard let scalar = character.unicodeScalars.first else { return nil }
        if scalar.properties.numericType == .decimal { return 1 }
        if (0x3400...0x9FFF).contains(scalar.value) || scalar.value >= 0x20000 { return han }
        return character.isLetter ? 2 : nil
    }

    /// How a word of Chinese characters sounds, without tones and spaces; empty for any other.
    static func sound(_ word: String) -> String {
        guard word.contains(where: { kind(of: $0) == han }) else { return "" }
        let latin = word.applyingTransform(.mandarinToLatin, reverse: false) ?? ""
        let plain = latin.applyingTransform(.stripDiacritics, reverse: false) ?? latin
        return plain.lowercased().filter { $0.isASCII && $0.isLetter }
    }

    private static func code(_ text: String) -> [UInt8] {
        Array(folded(text).utf8.filter { isDigit($0) || (0x61...0x7A).contains($0) || $0 >= 0x80 })
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// `19870203`, `1987-2-3`, `1987年2月3日`; nothing when it is not one of these.
    private static func date(_ text: String) -> [UInt8] {
        let groups = text.utf8.split { !isDigit($0) }.map(Array.init)
        if groups.count == 1, groups[0].count == 8 { return groups[0] }
        guard groups.count == 3, groups[0].count == 4, groups[1].count <= 2, groups[2].count <= 2 else { return [] }
        let two = { (digits: [UInt8]) in digits.count == 2 ? digits : [0x30] + digits }
        return groups[0] + two(groups[1]) + two(groups[2])
    }
}

import Foundation
import Records

/// Many people in few bytes: every word is kept once, and a person is a run of words' numbers.
struct PeopleTable: Sendable {
    /// What a person's words are.
    enum Part: Int, CaseIterable {
        case names, sounds, addresses, numbers, phones, emails, birthday
    }

    /// The callers' names.
    private(set) var ids: [String] = []
    /// The words, by number; digits and codes as text.
    private(set) var words: [String] = []
    /// How many people have a word.
    private var frequencies: [Int32] = []
    private var numberOfWord: [String: UInt32] = [:]
    private var runs: [UInt32] = []
    /// Where each part of each person begins in `runs`; one more at the end.
    private var starts: [UInt32] = [0]

    var count: Int { ids.count }

    mutating func add(_ person: Person) {
        let features = PersonFeatures(person)
        ids.append(person.id)
        let text = { (digits: [UInt8]) in String(decoding: digits, as: UTF8.self) }
        append(features.names)
        append(features.sounds)
        append(features.addresses)
        append(features.numbers.map(text))
        append(features.phones.map(text))
        append(features.emails)
        append(features.birthday.isEmpty ? [] : [text(features.birthday)])
    }

    private mutating func append(_ list: [String]) {
        for word in list {
            let number = numberOfWord[word] ?? UInt32(words.count)
            if number == UInt32(words.count) {
                numberOfWord[word] = number
                words.append(word)
                frequencies.append(0)
            }
            frequencies[Int(number)] += 1
            runs.append(number)
        }
        starts.append(UInt32(runs.count))
    }

    /// No more people are added: what only adding needs is given up.
    mutating func seal() { numberOfWord = [:] }

    /// The numbers of a person's words of that part.
    subscript(person: Int, part: Part) -> ArraySlice<UInt32> {
        let place = person * Part.allCases.count + part.rawValue
        return runs[Int(starts[place])..<Int(starts[place + 1])]
    }

    func word(_ number: UInt32) -> String { words[Int(number)] }

    /// How much it says that two people share a word: the rarer, the more. In bits.
    func bits(_ number: UInt32) -> Double {
        log2(Double(max(count, 2)) / Double(max(frequencies[Int(number)], 1)))
    }
}

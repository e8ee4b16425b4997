import Foundation
import Records

/// The texts of a window as vectors, each distinct text once.
struct TextCorpus: Sendable {
    private(set) var vocabulary = Vocabulary()
    private var entries: [UInt32] = []
    private var offsets: [Int] = [0]
    private(set) var names: [[UInt32]] = []
    private(set) var districts: [[UInt32]] = []
    /// What texts mean, where a model of language was asked.
    private(set) var meanings: MeaningSpace?
    /// One over the length of each vector, and of its part of common terms; 0 where that is empty.
    private(set) var scales: [Float] = []
    private(set) var commonScales: [Float] = []

    /// Which part of the texts names no place: where most do, meaning says less, as it brings together what is of one kind.
    private(set) var unnamedPart: Float = 1

    /// How many distinct texts there are.
    var count: Int { names.count }

    private let parameters: GroupingParameters

    /// Reads the texts. `nodes` tells for each the distinct text that it is; those of `named`, and those without words, are texts
    /// of their own whatever others say the same.
    init(
        _ texts: [IssueText], parameters: GroupingParameters, nodes: inout [Int], named: Set<RecordID> = [],
        meanings: TextMeanings = .none, _ watch: GroupingWatch = .none
    ) throws(GroupingWatch.Stopped) {
        self.parameters = parameters
        var known: [TextSignature: Int] = [:]
        var first: [RecordID] = []
        nodes = []
        nodes.reserveCapacity(texts.count)
        for (number, text) in texts.enumerated() {
            try watch.pass(number, of: texts.count, .reading)
            if !named.contains(text.id), !text.isWordless {
                let signature = TextSignature(text)
                if let node = known[signature] {
                    nodes.append(node)
                    continue
                }
                known[signature] = count
            }
            nodes.append(count)
            first.append(text.id)
            // A product alone makes nothing alike.
            let read = text.isWordless ? IssueText(id: text.id, time: text.time, site: text.site) : text
            let features = TextFeatures(read, vocabulary: &vocabulary)
            vocabulary.countText()
            for entry in features.entries { vocabulary.count(entry >> TextFeatures.countBits) }
            store(features)
        }
        settle()
        self.meanings = MeaningSpace(meanings, first)
        unnamedPart = Float((0..<count).count { !isNamed($0) }) / Float(max(1, count))
    }

    /// No texts yet.
    init(_ parameters: GroupingParameters) {
        self.parameters = parameters
        settle()
    }

    /// Adds a text that came after the others; the weights of terms stay as they were. Returns its number.
    mutating func append(_ text: IssueText) -> Int {
        let features = TextFeatures(text, vocabulary: &vocabulary)
        for entry in features.entries { vocabulary.count(entry >> TextFeatures.countBits) }
        store(features)
        measure(count - 1)
        names[count - 1] = names[count - 1].filter(vocabulary.canName)
        return count - 1
    }

    /// The terms of a text with their counts, ascending.
    func terms(_ index: Int) -> ArraySlice<UInt32> {
        entries[offsets[index]..<offsets[index + 1]]
    }

    /// The entries that tell most about a text, the rarest term first: those of the headline, then the rarest others
    /// that at least one other text has. Words of a headline are looked for even when no other text has them yet, if
    /// `isGrowing`.
    func tellingEntries(_ index: Int, limit: Int, isGrowing: Bool = false) -> [UInt32] {
        var headline = 0
        var others: [UInt32] = []
        let entries = terms(index)
        func isShared(_ entry: UInt32) -> Bool { vocabulary.texts(entry >> TextFeatures.countBits) > 1 }
        func isOfHeadline(_ entry: UInt32) -> Bool {
            entry & TextFeatures.largestCount >= TextFeatures.headlineWeight && (isGrowing || isShared(entry))
        }
        for entry in entries where isOfHeadline(entry) { headline += 1 }
        let room = max(0, limit - headline)
        for entry in entries.reversed() {
            if isOfHeadline(entry) {
                others.append(entry)
                if others.count >= limit { break }
            } else if isShared(entry), others.count < room {
                others.append(entry)
            }
        }
        return others
    }

    /// Calls `body` with all the entries and where each text's begin.
    func withEntries<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt32>, [Int]) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try entries.withUnsafeBufferPointer { entries throws(Failure) in try body(entries, offsets) }
    }

    /// The weight of a term that occurs so often in a text.
    func weight(_ entry: UInt32) -> Float {
        Self.logarithms[Int(entry & TextFeatures.largestCount)]
            * vocabulary.rarities[Int(entry >> TextFeatures.countBits)]
    }

    /// `1 + ln(count)`.
    static let logarithms: [Float] = (0...TextFeatures.largestCount).map { $0 == 0 ? 0 : 1 + log(Float($0)) }

    private mutating func store(_ features: TextFeatures) {
        entries.append(contentsOf: features.entries)
        offsets.append(entries.count)
        names.append(features.names)
        districts.append(features.districts)
    }

    private mutating func settle() {
        let renumbered = vocabulary.settle(commonShare: parameters.commonShare)
        for index in 0..<count {
            let range = offsets[index]..<offsets[index + 1]
            for position in range {
                let entry = entries[position]
                entries[position] =
                    renumbered[Int(entry >> TextFeatures.countBits)] << TextFeatures.countBits
                    | entry & TextFeatures.largestCount
            }
            entries[range].sort()
            names[index] = names[index].map { renumbered[Int($0)] }.filter(vocabulary.canName).sorted()
            districts[index] = districts[index].map { renumbered[Int($0)] }.sorted()
            measure(index)
        }
    }

    private mutating func measure(_ index: Int) {
        var square: Float = 0
        var commonSquare: Float = 0
        let common = vocabulary.commonCount << TextFeatures.countBits
        for entry in terms(index) {
            let weight = weight(entry)
            square += weight * weight
            if entry < common { commonSquare += weight * weight }
        }
        let scale = square > 0 ? 1 / square.squareRoot() : 0
        let commonScale = commonSquare > 0 ? 1 / commonSquare.squareRoot() : 0
        if index < scales.count {
            scales[index] = scale
            commonScales[index] = commonScale
        } else {
            scales.append(scale)
            commonScales.append(commonScale)
        }
    }
}

/// Tells texts apart that differ in anything the features see; 128 bits.
struct TextSignature: Hashable {
    private var first: UInt64 = 0xCBF2_9CE4_8422_2325
    private var second: UInt64 = 0x9AE1_6A3B_2F90_404F

    init(_ text: IssueText) {
        for part in [text.title, text.body, text.product ?? "", text.category ?? ""] {
            for byte in part.utf8 { add(byte) }
            add(0xFF)
        }
    }

    private mutating func add(_ byte: UInt8) {
        first = (first ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        second = (second ^ UInt64(byte)) &* 0x9E37_79B9_7F4A_7C15
        second ^= second >> 29
    }
}

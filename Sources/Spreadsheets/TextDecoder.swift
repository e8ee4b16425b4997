/// Turns the bytes of a file, which come in chunks of any size, into UTF-8. Nothing is ever replaced silently: bytes that are
/// no text are shown in their place and told.
///
/// Without an encoding said, a mark decides; without a mark the first characters beyond ASCII do (`EncodingEvidence`).
/// Texts of a few characters can be valid in both UTF-8 and GB18030; UTF-8 wins.
struct TextDecoder: ~Copyable {
    /// Bytes beyond the first one that is not ASCII that are awaited before the encoding is settled.
    static let evidence = 65_536

    /// The encoding that was said or found; nil as long as everything is ASCII.
    private(set) var encoding: TextEncoding?

    private enum State {
        /// `held` begins at the file's beginning.
        case beginning
        /// Only ASCII so far; `held` begins with the first other byte.
        case ascii
        case utf8
        case converting(CharacterConverter)
    }

    private var state = State.beginning
    /// Bytes that are not decoded yet: awaited evidence, or the beginning of a character.
    private var held: [UInt8] = []
    /// Where `held` begins in the file.
    private var offset = 0

    /// - Parameter encoding: overrides what would be detected.
    init(encoding: TextEncoding? = nil) { self.encoding = encoding }

    /// Appends what `bytes` say to `text`.
    /// - Throws: when the file's very beginning says that it cannot be read without being told how.
    mutating func decode(_ bytes: Span<UInt8>, into text: inout DecodedText) throws(UndecodableText) {
        bytes.withUnsafeBufferPointer { held.append(contentsOf: $0) }
        if case .beginning = state {
            guard held.count >= TextEncoding.longestMark else { return }
            try settleMark()
        }
        proceed(isLast: false, into: &text)
    }

    /// Decodes what was held back.
    mutating func finish(into text: inout DecodedText) throws(UndecodableText) {
        if case .beginning = state { try settleMark() }
        proceed(isLast: true, into: &text)
        if !held.isEmpty { text.show(damaged(.truncated, held.indices)) }
        held = []
    }

    private mutating func settleMark() throws(UndecodableText) {
        let announced = TextEncoding.announced(by: held)
        if let announced, encoding == nil || encoding == announced {
            pass(announced.mark.count)
            begin(announced)
        } else if let encoding {
            begin(encoding)
        } else if held.prefix(2).contains(0) {
            throw UndecodableText(offset: held[0] == 0 ? 0 : 1)
        } else {
            state = .ascii
        }
    }

    private mutating func begin(_ encoding: TextEncoding) {
        self.encoding = encoding
        if encoding == .utf8 {
            state = .utf8
        } else if let converter = CharacterConverter(from: encoding) {
            state = .converting(converter)
        } else {
            preconditionFailure("glibc has no conversion from \(encoding); is libc6 damaged?")
        }
    }

    private mutating func proceed(isLast: Bool, into text: inout DecodedText) {
        if case .ascii = state {
            passASCII(into: &text)
            guard !held.isEmpty, held.count >= Self.evidence || isLast else { return }
            begin(EncodingEvidence(held).encoding)
        }
        switch state {
        case .beginning, .ascii: return
        case .utf8: passUTF8(into: &text)
        case .converting(let converter): convert(by: converter, into: &text)
        }
    }

    private mutating func passASCII(into text: inout DecodedText) {
        let count = held.firstIndex { $0 >= 0x80 } ?? held.count
        text.bytes.append(contentsOf: held[..<count])
        pass(count)
    }

    private mutating func passUTF8(into text: inout DecodedText) {
        let whole = held.count - UTF8Form.unfinishedTail(of: held)
        var place = 0
        while place < whole {
            let valid = UTF8Form.validPrefix(of: held.span.extracting(place..<whole))
            text.bytes.append(contentsOf: held[place..<place + valid])
            place += valid
            guard place < whole else { break }
            text.show(damaged(.invalid, place..<place + 1))
            place += 1
        }
        pass(whole)
    }

    private mutating func convert(by converter: CharacterConverter, into text: inout DecodedText) {
        var place = 0
        while place < held.count {
            let outcome = converter.convert(held, from: place, into: &text.bytes)
            guard case .invalid(let wrong) = outcome else {
                if case .unfinished(let rest) = outcome { place = rest } else { place = held.count }
                break
            }
            place = min(wrong + converter.unit, held.count)
            text.show(damaged(.invalid, wrong..<place))
        }
        pass(place)
    }

    private mutating func pass(_ count: Int) {
        held.removeFirst(count)
        offset += count
    }

    private func damaged(_ reason: DamagedBytes.Reason, _ range: Range<Int>) -> DamagedBytes {
        DamagedBytes(
            encoding: encoding ?? .utf8, reason: reason, offset: offset + range.lowerBound, bytes: Array(held[range]))
    }
}

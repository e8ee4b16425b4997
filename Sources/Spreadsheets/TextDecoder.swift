/// Turns the bytes of a file, which come in chunks of any size, into UTF-8. Nothing is ever replaced silently.
///
/// Without an encoding said, a mark decides; without a mark the first characters beyond ASCII do: UTF-8 if they are valid
/// in it, or nearly (then it is UTF-8 with a fault), else GB18030. Texts of a few characters can be valid in both; UTF-8 wins.
package struct TextDecoder: ~Copyable {
    /// Bytes beyond the first one that is not ASCII that are awaited before the encoding is settled.
    static let evidence = 65_536

    /// The encoding that was said or found; nil as long as everything is ASCII.
    package private(set) var encoding: TextEncoding?

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
    private var breaks = LineBreaks()

    /// - Parameter encoding: overrides what would be detected.
    package init(encoding: TextEncoding? = nil) { self.encoding = encoding }

    /// Appends what `bytes` say to `output`. What comes before a wrong byte is appended, then the fault is thrown.
    package mutating func decode(_ bytes: Span<UInt8>, into output: inout [UInt8]) throws(UndecodableText) {
        let start = output.count
        defer { breaks.count(output, from: start) }
        bytes.withUnsafeBufferPointer { held.append(contentsOf: $0) }
        try proceed(isLast: false, into: &output)
    }

    /// Decodes what was held back. Throws when the file ends inside a character.
    package mutating func finish(into output: inout [UInt8]) throws(UndecodableText) {
        let start = output.count
        defer { breaks.count(output, from: start) }
        try proceed(isLast: true, into: &output)
        if !held.isEmpty { throw fault(.truncated, at: 0, output, start) }
    }

    private mutating func proceed(isLast: Bool, into output: inout [UInt8]) throws(UndecodableText) {
        let start = output.count
        if case .beginning = state {
            guard held.count >= TextEncoding.longestMark || isLast else { return }
            try settleMark(output)
        }
        if case .ascii = state {
            passASCII(into: &output)
            guard !held.isEmpty, held.count >= Self.evidence || isLast else { return }
            begin(EncodingEvidence(held).encoding)
        }
        switch state {
        case .beginning, .ascii: return
        case .utf8: try passUTF8(into: &output, start)
        case .converting(let converter):
            switch converter.convert(&held, into: &output) {
            case .converted(let remaining):
                offset += held.count - remaining
                held.removeFirst(held.count - remaining)
            case .invalid(let place): throw fault(.invalid, at: place, output, start)
            }
        }
    }

    private mutating func settleMark(_ output: [UInt8]) throws(UndecodableText) {
        state = .ascii
        let announced = TextEncoding.announced(by: held)
        if let announced, encoding == nil || encoding == announced {
            held.removeFirst(announced.mark.count)
            offset += announced.mark.count
            begin(announced)
        } else if let encoding {
            begin(encoding)
        } else if held.prefix(2).contains(0) {
            throw fault(.zeros, at: held[0] == 0 ? 0 : 1, output, output.count)
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

    private mutating func passASCII(into output: inout [UInt8]) {
        let count = held.firstIndex { $0 >= 0x80 } ?? held.count
        output.append(contentsOf: held[..<count])
        held.removeFirst(count)
        offset += count
    }

    private mutating func passUTF8(into output: inout [UInt8], _ start: Int) throws(UndecodableText) {
        let whole = held.count - UTF8Form.unfinishedTail(of: held)
        let valid = UTF8Form.validPrefix(of: held.span.extracting(first: whole))
        output.append(contentsOf: held[..<valid])
        if valid < whole { throw fault(.invalid, at: valid, output, start) }
        held.removeFirst(whole)
        offset += whole
    }

    private func fault(_ reason: UndecodableText.Reason, at place: Int, _ output: [UInt8], _ start: Int)
        -> UndecodableText
    {
        var seen = breaks
        seen.count(output, from: start)
        return UndecodableText(encoding: encoding ?? .utf8, reason: reason, offset: offset + place, line: seen.line)
    }
}

/// Counts lines of which it is not known whether LF, CRLF or CR ends them.
struct LineBreaks {
    private var feeds = 0
    private var returns = 0

    /// The line that the next byte is in, counted from 1.
    var line: Int { 1 + max(feeds, returns) }

    mutating func count(_ bytes: [UInt8], from start: Int) {
        let bytes = bytes.span
        for place in start..<max(start, bytes.count) {
            let byte = bytes[unchecked: place]
            feeds &+= byte == 0x0A ? 1 : 0
            returns &+= byte == 0x0D ? 1 : 0
        }
    }
}

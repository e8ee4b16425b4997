import Glibc

/// A conversion of glibc's `iconv` into UTF-8.
///
/// Unchecked: the handle may be used from any thread, one at a time, and each belongs to one `TextDecoder`, which cannot
/// be copied.
final class CharacterConverter: @unchecked Sendable {
    enum Outcome: Equatable {
        case converted
        /// From this place on the input has only the beginning of a character.
        case unfinished(from: Int)
        /// What is at this place begins no character.
        case invalid(at: Int)
    }

    /// Bytes that the encoding counts by.
    let unit: Int

    private let handle: iconv_t
    /// Where a part of the output is made.
    private var room = [UInt8](repeating: 0, count: 65_536)

    /// Nil when this machine lacks the conversion (package libc6 brings them all on Debian).
    init?(from encoding: TextEncoding) {
        guard let handle = iconv_open("UTF-8", encoding.rawValue), handle != iconv_t(bitPattern: -1) else { return nil }
        self.handle = handle
        unit =
            switch encoding {
            case .utf8, .gb18030: 1
            case .utf16LittleEndian, .utf16BigEndian: 2
            }
    }

    deinit { iconv_close(handle) }

    /// Converts `input` from `start` on and appends to `output`. Places are counted from the beginning of the input.
    func convert(_ input: [UInt8], from start: Int, into output: inout [UInt8]) -> Outcome {
        var consumed = start
        while consumed < input.count {
            let (count, fault) = step(input, &consumed)
            output.append(contentsOf: room[..<count])
            switch fault {
            case 0, E2BIG: continue
            case EINVAL: return .unfinished(from: consumed)
            default: return .invalid(at: consumed)
            }
        }
        return .converted
    }

    /// Fills `room`: how many bytes, and why it went no further.
    private func step(_ input: [UInt8], _ consumed: inout Int) -> (count: Int, fault: CInt) {
        let done = consumed
        var left = input.count - done
        let outcome = input.withUnsafeBytes { source in
            room.withUnsafeMutableBytes { target in
                // iconv's signature wants a mutable pointer; it only reads.
                var from = UnsafeMutableRawPointer(mutating: source.baseAddress).map {
                    $0.assumingMemoryBound(to: CChar.self) + done
                }
                var to = target.baseAddress?.assumingMemoryBound(to: CChar.self)
                var space = target.count
                let fault = iconv(handle, &from, &left, &to, &space) == -1 ? errno : 0
                return (target.count - space, fault)
            }
        }
        consumed = input.count - left
        return outcome
    }
}

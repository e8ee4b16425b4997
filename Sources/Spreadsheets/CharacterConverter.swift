import Glibc

/// A conversion of glibc's `iconv` into UTF-8.
///
/// Unchecked: the handle may be used from any thread, one at a time, and each belongs to one `TextDecoder`, which cannot
/// be copied.
final class CharacterConverter: @unchecked Sendable {
    enum Outcome: Equatable {
        /// Everything was converted but so many last bytes, the beginning of a character.
        case converted(remaining: Int)
        /// The byte at this place, counted from the beginning of the input, begins no character.
        case invalid(at: Int)
    }

    /// Bytes of output made room for at a time.
    private static let room = 65_536

    private let handle: iconv_t

    /// Nil when this machine lacks the conversion (package libc6 brings them all on Debian).
    init?(from encoding: TextEncoding) {
        guard let handle = iconv_open("UTF-8", encoding.rawValue), handle != iconv_t(bitPattern: -1) else { return nil }
        self.handle = handle
    }

    deinit { iconv_close(handle) }

    /// Converts `input` and appends to `output`.
    func convert(_ input: inout [UInt8], into output: inout [UInt8]) -> Outcome {
        let count = input.count
        var consumed = 0
        while consumed < count {
            var fault: CInt = 0
            input.withUnsafeMutableBytes { source in
                let room = min(Self.room, (count - consumed) * 4 + 16)
                output.append(addingCapacity: room) { target, free in
                    var from = source.baseAddress.map { $0.assumingMemoryBound(to: CChar.self) + consumed }
                    var left = count - consumed
                    var to: UnsafeMutablePointer<CChar>? = target
                    var space = free
                    if iconv(handle, &from, &left, &to, &space) == -1 { fault = errno }
                    consumed = count - left
                    return free - space
                }
            }
            switch fault {
            case 0, E2BIG: continue
            case EINVAL: return .converted(remaining: count - consumed)
            default: return .invalid(at: consumed)
            }
        }
        return .converted(remaining: 0)
    }
}

extension [UInt8] {
    /// Appends what `fill` writes into up to `room` free bytes; it returns how many it wrote.
    fileprivate mutating func append(addingCapacity room: Int, _ fill: (UnsafeMutablePointer<CChar>, Int) -> Int) {
        let start = count
        append(contentsOf: repeatElement(0, count: room))
        let written = self.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            return fill((base + start).assumingMemoryBound(to: CChar.self), room)
        }
        removeLast(room - written)
    }
}

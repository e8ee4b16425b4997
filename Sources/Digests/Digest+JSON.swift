import Crypto
package import Foundation

/// The canonical JSON of a digest, schema 1: one line of UTF-8, keys in `snake_case` and sorted, numbers without an exponent,
/// moments in milliseconds since 1970 UTC, absent values left out. Terms are `{"chinese", "english"}`; records and issues
/// are named by their UUID, grades by 1 ordinary to 4 critical.
///
/// | key | what it holds |
/// |---|---|
/// | `schema`, `revision`, `hash` | 1; the revision; SHA-256 of this JSON with `"hash":""` |
/// | `period` | `month`, `zone`, `from`, `until`, `as_of`, `working_days` |
/// | `handbook` | `name`, `version` |
/// | `small_sample` | below so many observations no percentage is given |
/// | `sites` | `id`, `name`, `state` (`complete`, `partial`, `gap`, `silent`, `not_expected`), `heard_until`, `missing`, `gaps`, `records`, `clock_unchecked` |
/// | `figures` | by name; see `Figure` for the fields |
/// | `names` | what the codes in figures' names mean: `categories`, `touchpoints`, `limits`, `rules`, `flags`, `matrix`, `gaps`, `elements` |
/// | `waterfall`, `tiers`, `contacts` | what there is to say of customers beside the figures; they bear the first 8 digits of an opaque name |
/// | `load_findings`, `benchmarks`, `lessons`, `survey_duty` | as their Swift types |
/// | `critical`, `issues`, `flags`, `under_reporting`, `meeting`, `late`, `backdated`, `breaks`, `comparison` | as their Swift types |
/// | `changes` | from the second revision on: see `DigestChanges` |
extension Digest {
    /// The canonical JSON; equal digests have equal bytes.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
            // Every part encodes to strings, finite numbers, arrays and objects.
            preconditionFailure("a digest cannot be written as JSON: \(error)")
        }
    }

    /// Reads what `json` wrote. Throws `DecodingError` for anything else.
    package init(json: some DataProtocol) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(Digest.self, from: Data(json))
    }

    /// The hash is that of the content.
    package var isIntact: Bool { hash == contentHash }

    mutating func seal() { hash = contentHash }

    private var contentHash: String {
        var copy = self
        copy.hash = ""
        return SHA256.hash(data: Data(copy.json.utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

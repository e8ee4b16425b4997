extension YAMLReader {
    /// Reads a whole file from its bytes, as they were on the disk.
    /// - Throws: every fault of the file at once; bytes that are not UTF-8 with their line.
    package static func read<Value>(
        _ bytes: [UInt8], file: String, limit: Int = fileLimit, _ body: (inout YAMLReader) -> Value
    ) throws(YAMLFaults) -> Value {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
            throw YAMLFaults([
                YAMLFault(
                    file: file, line: line + 1, column: 0, path: "",
                    reason: "is not UTF-8; save the file in that encoding")
            ])
        }
        return try read(text, file: file, limit: limit, body)
    }
}

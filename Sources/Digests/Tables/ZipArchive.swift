/// A zip archive whose files are stored as they are (APPNOTE 6.3.10, method 0), with one fixed time, so that equal contents are
/// equal archives.
///
/// Swift has no zip library that is kept up and free of other dependencies; what a workbook needs of the format is this much.
struct ZipArchive {
    private(set) var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var count: UInt16 = 0

    /// 1 January 1980, the first moment that the format has.
    private static let date: UInt16 = 0x0021
    /// Names are UTF-8.
    private static let flags: UInt16 = 0x0800

    /// Adds a file.
    ///
    /// - Precondition: fewer than 65,535 files, and less than 4 GiB in all.
    mutating func add(_ name: String, _ text: String) {
        let (contents, path) = (Array(text.utf8), Array(name.utf8))
        precondition(bytes.count + contents.count < Int(UInt32.max) && count < .max, "a zip archive has its limits")
        let (offset, size) = (UInt32(bytes.count), UInt32(contents.count))
        var common: [UInt8] = []
        for field in [20, Self.flags, 0, 0, Self.date] as [UInt16] { common.append(little: field) }
        for field in [Self.checksum(contents), size, size] { common.append(little: field) }
        common.append(little: UInt16(path.count))
        common.append(little: UInt16(0))
        bytes.append(little: 0x0403_4B50 as UInt32)
        bytes += common + path + contents
        directory.append(little: 0x0201_4B50 as UInt32)
        directory.append(little: 20 as UInt16)
        directory += common
        for field in [0, 0, 0] as [UInt16] { directory.append(little: field) }
        directory.append(little: 0 as UInt32)
        directory.append(little: offset)
        directory += path
        count += 1
    }

    /// The archive with its directory.
    var finished: [UInt8] {
        var archive = bytes + directory
        archive.append(little: 0x0605_4B50 as UInt32)
        for field in [0, 0, count, count] as [UInt16] { archive.append(little: field) }
        archive.append(little: UInt32(directory.count))
        archive.append(little: UInt32(bytes.count))
        archive.append(little: 0 as UInt16)
        return archive
    }

    /// CRC-32 as zip wants it (ISO 3309, reflected, 0xEDB88320).
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
}

extension [UInt8] {
    fileprivate mutating func append(little value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}

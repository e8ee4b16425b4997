internal import CZeroMQ

/// `zmq_setsockopt` and `zmq_getsockopt` by type. Errors name the option, never its value.
extension Socket {
    func set(_ option: CInt, _ value: CInt, _ name: String) throws(ZeroMQError) {
        var value = value
        let result = zmq_setsockopt(try openHandle, option, &value, MemoryLayout<CInt>.size)
        if result != 0 { throw .last("zmq_setsockopt(\(name))") }
    }

    func setLong(_ option: CInt, _ value: Int64, _ name: String) throws(ZeroMQError) {
        var value = value
        let result = zmq_setsockopt(try openHandle, option, &value, MemoryLayout<Int64>.size)
        if result != 0 { throw .last("zmq_setsockopt(\(name))") }
    }

    func set(_ option: CInt, _ bytes: [UInt8], _ name: String) throws(ZeroMQError) {
        let handle = try openHandle
        let result = bytes.withUnsafeBytes { zmq_setsockopt(handle, option, $0.baseAddress, $0.count) }
        if result != 0 { throw .last("zmq_setsockopt(\(name))") }
    }

    func integer(_ option: CInt, _ name: String) throws(ZeroMQError) -> CInt {
        var value: CInt = 0
        var size = MemoryLayout<CInt>.size
        let result = zmq_getsockopt(try openHandle, option, &value, &size)
        if result != 0 { throw .last("zmq_getsockopt(\(name))") }
        return value
    }

    func string(_ option: CInt, _ name: String) throws(ZeroMQError) -> String {
        let handle = try openHandle
        var buffer = [UInt8](repeating: 0, count: 1024)
        var size = buffer.count
        let result = buffer.withUnsafeMutableBytes { zmq_getsockopt(handle, option, $0.baseAddress, &size) }
        if result != 0 { throw .last("zmq_getsockopt(\(name))") }
        return String(decoding: buffer.prefix(size).prefix { $0 != 0 }, as: UTF8.self)
    }
}

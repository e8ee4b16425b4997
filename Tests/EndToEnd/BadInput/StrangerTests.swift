import Foundation
import Glibc
import Testing
import ZeroMQ

extension EndToEnd {
    /// Those who do not belong, and those who do and send nonsense.
    struct Strangers {
        @Test func anUnknownKeyIsRefusedAndToldWhatToDo() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let folder = house.folder + "/stranger"
                _ = try await house.run([
                    "administrator", "init", "--folder", folder, "--headquarters", headquarters.endpoint,
                    "--key=" + headquarters.key,
                ]).required()
                let refused = try await house.run(["status", "--admin", folder + "/admin.yaml"], limit: .seconds(10))
                #expect(!refused.succeeded)
                #expect(refused.errors.contains("refused this key"), "\(refused)")
                // A branch's key is no administrator's.
                let branch = try await Branch.start("north", at: headquarters)
                let config = house.text(of: headquarters.admin).replacing(
                    "keys/admin.curve", with: branch.folder + "/keys/curve")
                let file = try house.write("as-branch.yaml", Data(config.utf8))
                let asBranch = try await house.run(["records", "--admin", file], limit: .seconds(10))
                #expect(asBranch.exit == .status(1))
                #expect(asBranch.errors.contains("refused this key"), "\(asBranch)")
                #expect(try await headquarters.status()["north"]?.state == "connected")
            }
        }

        @Test func garbageOnTheWireHarmsNobody() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters)
                var random = SplitMix(state: 20_190_701)
                for round in 0..<40 {
                    // Every other one begins like ZMTP 3.1, so that the noise gets past the greeting.
                    let greeting: [UInt8] = [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 1] + Array("CURVE".utf8)
                    let noise = (0..<2000).map { _ in UInt8.random(in: 0...255, using: &random) }
                    let peer = try HTTPConversation(.port(headquarters.port))
                    try peer.send(Data(round.isMultiple(of: 2) ? noise : greeting + noise))
                    peer.end()
                }
                // An idle connection stays open beside what follows.
                let idle = try HTTPConversation(.port(headquarters.port))
                try await branch.complain("after", "电梯坏了")
                _ = try await headquarters.notes(["after"])
                idle.end()
                #expect(headquarters.daemon.isRunning)
            }
        }

        @Test func garbageFromARegisteredKeyIsCountedAndHarmsNobody() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters)
                let secret = house.text(of: headquarters.folder + "/keys/admin.curve")
                    .trimmingCharacters(in: .whitespacesAndNewlines)
                let before = try await headquarters.status()
                try sendNoise(to: headquarters, as: CurveKeyPair(secretKey: CurveSecretKey(z85: secret)))
                let after = try await eventually("counted noise") {
                    let status = try await headquarters.status()
                    return status.malformed >= before.malformed + 20 ? status : nil
                }
                #expect(after.entries >= before.entries)
                try await branch.complain("after", "电梯坏了")
                _ = try await headquarters.notes(["after"])
            }
        }

        /// Frames of noise, an empty one and one that is nearly as large as may be, each in a message of its own.
        private func sendNoise(to headquarters: Headquarters, as keys: CurveKeyPair) throws {
            let context = try Context()
            var options = Socket.Options()
            options.security = .curveClient(keys, serverKey: try CurvePublicKey(z85: headquarters.key))
            let socket = try Socket(context, .dealer, options: options)
            try socket.connect(to: headquarters.endpoint)
            var random = SplitMix(state: 7)
            for round in 0..<24 {
                let size = round == 0 ? 0 : round == 1 ? 1 << 20 : 1 + Int(random.next() % 500)
                // Protobuf's reserved field number 0 first, so that none is a message by chance.
                let noise = [0] + (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                guard try socket.send([Message(round == 0 ? [] : noise)], timeout: .seconds(5)) == .sent else {
                    throw Fault("the noise is not taken")
                }
            }
            // Lingers until all is sent: an answer comes only after it.
            _ = try socket.receive(timeout: .milliseconds(200))
            socket.close()
            try context.close()
        }
    }
}

/// The same numbers in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

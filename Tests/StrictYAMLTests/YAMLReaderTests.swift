import StrictYAML
import Testing

/// A small configuration, read in the way in which the daemons read theirs.
private struct Settings: Equatable {
    var site = ""
    var port = 0
    var ratio = 0.0
    var loud = false
    var retry: Duration = .zero
    var level: Level?
    var peers: [String] = []
    var hosts: [String] = []

    enum Level: String, CaseIterable { case low, high }

    static func read(_ text: String) throws(YAMLFaults) -> Settings {
        try YAMLReader.read(text, file: "agent.yaml") { reader in
            var settings = Settings()
            reader.require("site")
            settings.site = reader.string("site", limit: 64) ?? ""
            settings.port = reader.integer("port", in: 1...65_535) ?? 5432
            settings.ratio = reader.double("ratio", in: 0...1) ?? 0.5
            settings.loud = reader.bool("loud") ?? false
            settings.retry = reader.duration("retry", in: .seconds(1)...(.seconds(86_400))) ?? .seconds(5)
            settings.level = reader.choice("level")
            settings.peers = reader.strings("peers") ?? []
            settings.hosts =
                reader.objects("hosts") { host in
                    host.require("name")
                    return host.string("name") ?? ""
                } ?? []
            return settings
        }
    }
}

private func faults(_ text: String) -> [String] {
    do {
        _ = try Settings.read(text)
        return []
    } catch { return error.faults.map(\.description) }
}

@Suite struct YAMLReaderTests {
    @Test func everyKindOfValueIsRead() throws {
        let text = """
            # 分公司
            site: 北京一分公司
            port: 8080
            ratio: 0.75
            loud: true
            retry: 1m30s
            level: high
            peers: [a, "b c", no]
            hosts:
              - name: 一号
              - {name: "2"}
            """
        let expected = Settings(
            site: "北京一分公司", port: 8080, ratio: 0.75, loud: true, retry: .seconds(90), level: .high,
            peers: ["a", "b c", "no"], hosts: ["一号", "2"])
        #expect(try Settings.read(text) == expected)
    }

    @Test func typoInAKeyIsReportedWithItsPlaceAndWhatWasMeant() {
        #expect(
            faults("site: A0\nprot: 80\n")
                == ["agent.yaml:2:1: prot: there is no such key; is port meant?"])
    }

    @Test func unknownKeyListsThePossibleOnes() {
        let found = faults("site: A0\n停车: 80\n")
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("agent.yaml:2:1: 停车: there is no such key; there can be hosts, level, loud,"))
    }

    @Test func wrongTypesAreReportedAllAtOnceInTheOrderOfTheFile() {
        let text = """
            port: many
            loud: yes
            ratio: 1.5
            retry: 90
            level: hihg
            peers: a
            hosts:
              - name: x
                nmae: y
              - plain
              - {}
            """
        #expect(
            faults(text) == [
                "agent.yaml:1:1: site: is missing",
                "agent.yaml:1:7: port: must be a whole number from 1 to 65535",
                "agent.yaml:2:7: loud: must be true or false",
                "agent.yaml:3:8: ratio: must be a number from 0.0 to 1.0",
                "agent.yaml:4:8: retry: must be a length of time such as 90s, 15m, 2h or 7d from 1.0 seconds to 86400.0 seconds",
                "agent.yaml:5:8: level: must be one of low, high; is high meant?",
                "agent.yaml:6:8: peers: must be a list",
                "agent.yaml:9:5: hosts[0].nmae: there is no such key; is name meant?",
                "agent.yaml:10:5: hosts[1]: must be a map of keys and values",
                "agent.yaml:11:5: hosts[2].name: is missing",
            ])
    }

    @Test(arguments: ["012", "0x10", "1_000", "2:30", "1e3", "+5", "5.0", "", "99999999999999999999"])
    func onlyDecimalDigitsAreAWholeNumber(text: String) {
        #expect(faults("site: A0\nport: \(text)\n").count == 1)
    }

    @Test func keyWithoutAValueIsAFault() {
        #expect(faults("site: A0\nport:\n")[0].hasSuffix("port: has no value; write one or leave the key out"))
        #expect(faults("site: ~\n").count == 1)
        #expect(faults("site: \"\"\n")[0].hasSuffix("site: must be a text of 1 to 64 bytes"))
    }

    @Test func emptyFileMissesWhatIsRequired() {
        #expect(faults("") == ["agent.yaml:1:1: site: is missing"])
        #expect(faults("# nothing\n") == ["agent.yaml:1:1: site: is missing"])
        #expect(faults("- a\n") == ["agent.yaml:1:1: must be a map of keys and values"])
    }

    @Test func valuesAreNeverQuotedInFaults() {
        #expect(!faults("site: A0\nport: s3cr3t\nlevel: s3cr3t\n").joined().contains("s3cr3t"))
    }

    @Test func textIsComposed() throws {
        #expect(try Settings.read("site: Cafe\u{301}").site.unicodeScalars.count == 4)
    }

    @Test(
        arguments: [
            ("90s", 90_000), ("2h", 7_200_000), ("7d", 604_800_000), ("1h30m", 5_400_000), ("250ms", 250), ("0s", 0),
        ] as [(String, Int64)])
    func durationsAreRead(text: String, milliseconds: Int64) {
        #expect(Duration(yaml: text) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "5", "h", "2 h", "30m1h", "1h1h", "-1s", "1.5h", "9999999999d", "1w", "99999999999s"])
    func otherDurationsAreRefused(text: String) {
        #expect(Duration(yaml: text) == nil)
    }
}

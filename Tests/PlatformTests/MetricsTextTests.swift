import Testing

@testable import Platform

struct MetricsTextTests {
    @Test func valuesStandWithTheirHelpAndKind() {
        var text = MetricsText()
        text.add("huiyin_entries", .gauge, "Entries.", 5)
        text.add("huiyin_bytes_total", .counter, "Bytes.", 1.5)
        text.add("huiyin_unknown", .gauge, "Not known.", nil as Int?)
        #expect(
            text.text == """
                # HELP huiyin_entries Entries.
                # TYPE huiyin_entries gauge
                huiyin_entries 5
                # HELP huiyin_bytes_total Bytes.
                # TYPE huiyin_bytes_total counter
                huiyin_bytes_total 1.5

                """)
    }

    @Test func labelsAreEscaped() {
        var text = MetricsText()
        text.add(
            "huiyin_lag", .gauge, "Lag\\\nof sites.", label: "site", [("北\"店\\", 1), ("b\n", 2)])
        #expect(
            text.text == """
                # HELP huiyin_lag Lag\\\\\\nof sites.
                # TYPE huiyin_lag gauge
                huiyin_lag{site="北\\"店\\\\"} 1
                huiyin_lag{site="b\\n"} 2

                """)
    }
}

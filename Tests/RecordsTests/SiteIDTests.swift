import Foundation
import Testing

@testable import Records

struct SiteIDTests {
    @Test(arguments: ["a", "A0", "lakeview", "0.b_c-d", String(repeating: "x", count: 64)])
    func identifiersAreTaken(text: String) throws { #expect(try SiteID(text).text == text) }

    @Test(arguments: ["", "-a", ".a", "_a", "湖景苑", "a b", "a/b", "a\u{0}", String(repeating: "x", count: 65)])
    func otherTextsAreRefusedWithWhatIsRight(text: String) {
        let error = #expect(throws: InvalidSiteID.self) { try SiteID(text) }
        #expect(error?.description.contains("1 to 64") == true)
    }

    @Test func siteIsCodedAsItsText() throws {
        let site = try SiteID("lakeview")
        #expect(String(decoding: try JSONEncoder().encode([site]), as: UTF8.self) == "[\"lakeview\"]")
        #expect(try JSONDecoder().decode([SiteID].self, from: Data("[\"lakeview\"]".utf8)) == [site])
        #expect(throws: (any Error).self) { try JSONDecoder().decode([SiteID].self, from: Data("[\"湖\"]".utf8)) }
        #expect(try SiteID("a") < SiteID("b"))
    }
}

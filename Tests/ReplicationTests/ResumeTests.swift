import Replication
import Testing

struct ResumeTests {
    private typealias Cell = (Resume.Headquarters, Resume.Token, Resume.Position)

    /// The whole table, cell by cell, as `Protocol/replication.md` has it.
    private static let table: [Resume.Headquarters: [Resume.Token: [Resume.Position: Resume.Resumption]]] = [
        .same: [
            .current: [
                .first: .goOn, .level: .goOn, .behind: .rolledBack, .forked: .rolledBack, .branched: .goOn,
                .twin: .goOn, .replaced: .replaced,
            ],
            .none: [
                .first: .goOn, .level: .fence, .behind: .rolledBack, .forked: .fence, .branched: .goOn, .twin: .fence,
                .replaced: .replaced,
            ],
            .stale: [
                .first: .goOn, .level: .fence, .behind: .rolledBack, .forked: .fence, .branched: .goOn, .twin: .fence,
                .replaced: .fence,
            ],
        ],
        .restored: Dictionary(
            uniqueKeysWithValues: Resume.Token.allCases.map { token in
                (
                    token,
                    [
                        .first: .goOn, .level: .goOn, .behind: .rolledBack, .forked: .goOn, .branched: .goOn,
                        .twin: .goOn, .replaced: .replaced,
                    ]
                )
            }),
        .behind: Dictionary(
            uniqueKeysWithValues: Resume.Token.allCases.map { token in
                (
                    token,
                    Dictionary(uniqueKeysWithValues: Resume.Position.allCases.map { ($0, .headquartersBehind) })
                )
            }),
    ]

    @Test(arguments: Resume.Headquarters.allCases, Resume.Token.allCases)
    func everyCellIsDecidedAsWrittenDown(headquarters: Resume.Headquarters, token: Resume.Token) throws {
        for position in Resume.Position.allCases {
            let expected = try #require(Self.table[headquarters]?[token]?[position])
            #expect(Resume.decide(token, headquarters, position) == expected, "\(headquarters) \(token) \(position)")
        }
    }

    @Test func aStaleTokenWithAHeadBehindIsARollbackAndNoClone() {
        #expect(Resume.decide(.stale, .same, .behind) == .rolledBack)
    }

    @Test func nobodyIsFencedByAHeadquartersThatLostItsMemory() {
        for headquarters in [Resume.Headquarters.restored, .behind] {
            for token in Resume.Token.allCases {
                for position in Resume.Position.allCases {
                    #expect(Resume.decide(token, headquarters, position) != .fence)
                }
            }
        }
    }
}

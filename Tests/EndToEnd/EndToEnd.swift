import Testing

/// Every end-to-end test: real processes of the built program, one test at a time, as there are few processors.
@Suite(.serialized, .timeLimit(.minutes(3)), .notingFailures)
enum EndToEnd {}

extension Trait where Self == IssueHandlingTrait {
    /// Tells the test's house of a failure, so that it keeps the logs.
    static var notingFailures: Self {
        .compactMapIssues { issue in
            House.current?.noteFailure()
            return issue
        }
    }
}

/// Asks again and again until there is an answer; what is thrown meanwhile counts as none.
/// - Parameters:
///   - what: what is waited for, for the failure.
///   - limit: the greatest time; then it throws, with the last error.
@discardableResult
func eventually<Value>(
    _ what: String, within limit: Duration = .seconds(20), _ answer: () async throws -> Value?
) async throws -> Value {
    let end = ContinuousClock.now + limit
    var trouble: (any Error)?
    repeat {
        do {
            if let value = try await answer() { return value }
            trouble = nil
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            trouble = error
        }
        // Not a wait for something to be done by then, but the pause between two questions.
        try await Task.sleep(for: .milliseconds(20))
    } while ContinuousClock.now < end
    throw Fault("within \(limit) there was not: \(what)" + (trouble.map { "\nthe last trouble: \($0)" } ?? ""))
}

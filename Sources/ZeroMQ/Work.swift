/// Something to run once on a `SocketThread`.
enum Work: Sendable {
    /// Part of a task, from the Swift runtime.
    case job(UnownedJob)
    /// A closure of this library.
    case closure(@Sendable () -> Void)
}

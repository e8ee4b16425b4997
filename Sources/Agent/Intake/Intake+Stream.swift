package import NIOCore
import Records
import Storage
import Synchronization

extension Intake {
    /// Greatest number of bytes of a body.
    package static let bodyLimit = 256 << 20
    /// How many chunks of one body are read and written at a time, 16 MiB at the most. What gathers while the log writes shares
    /// one transaction: identities are random, so that few large transactions write far fewer pages than many small ones.
    private static let chunksUnderWay = 16

    /// Takes the records of a body while it arrives. Chunks are read in parallel and saved in their order.
    /// - Parameters:
    ///   - isLines: whether each line is a record; else an array, one object, or objects one after the other.
    ///   - limit: greatest number of bytes.
    /// - Throws: what the body throws; a failure of the disk is part of the report, as rows may have been saved before it.
    package func take<Body: AsyncSequence>(
        _ body: Body, _ order: Order, detail: IntakeReport.Detail, isLines: Bool, limit: Int = bodyLimit
    ) async throws -> IntakeReport where Body.Element == ByteBuffer {
        var report = IntakeReport(detail: detail, isDryRun: order.isDryRun)
        var splitter = RowSplitter(isLines ? .lines : .values)
        var iterator = body.makeAsyncIterator()
        var size = 0
        var first: RowChunk?
        while first == nil, let buffer = try await iterator.next() {
            size += buffer.readableBytes
            guard size <= limit else { break }
            buffer.withUnsafeReadableBytes { splitter.feed($0) }
            first = splitter.next()
        }
        guard let first else {
            // Most bodies are small: no further task, and no thread to change to.
            if size > limit {
                report.failure = .tooLarge(limit: limit)
            } else {
                while let chunk = splitter.next(isEnd: true), report.failure == nil {
                    await take(chunk, order, &report)
                }
            }
            return report
        }
        try await withThrowingTaskGroup(of: ChunkEvent.self) { group in
            var pipeline = ChunkPipeline(intake: self, order: order)
            pipeline.read(first, in: &group)
            var isEnd = false
            while !isEnd, report.failure == nil {
                if let buffer = try await iterator.next() {
                    size += buffer.readableBytes
                    if size > limit { report.failure = .tooLarge(limit: limit) }
                    buffer.withUnsafeReadableBytes { splitter.feed($0) }
                } else {
                    isEnd = true
                }
                while report.failure == nil, let chunk = splitter.next(isEnd: isEnd) {
                    while pipeline.underWay >= Self.chunksUnderWay, let event = try await group.next() {
                        pipeline.handle(event, &report, in: &group)
                    }
                    pipeline.read(chunk, in: &group)
                }
            }
            while let event = try await group.next() { pipeline.handle(event, &report, in: &group) }
        }
        return report
    }

    private func take(_ chunk: RowChunk, _ order: Order, _ report: inout IntakeReport) async {
        let context = context(order)
        do throws(StorageError) {
            report.add(try await save(read(chunk, order, context), order, at: context.now))
        } catch {
            report.failure = .storage(error)
        }
    }
}

/// What happened to a chunk.
private enum ChunkEvent: Sendable {
    case read(Int, [Intake.ReadRow])
    case saved(Result<[RowResult], StorageError>)
}

/// Reads chunks side by side and hands them to the log in their order, so that of two rows with one id the first counts.
private struct ChunkPipeline {
    let intake: Intake
    let order: Intake.Order
    /// Chunks that were begun and not answered.
    private(set) var underWay = 0
    private var begun = 0
    private var nextToSave = 0
    private var waiting: [Int: [Intake.ReadRow]] = [:]

    init(intake: Intake, order: Intake.Order) {
        self.intake = intake
        self.order = order
    }

    mutating func read(_ chunk: RowChunk, in group: inout ThrowingTaskGroup<ChunkEvent, any Error>) {
        let (intake, order, number) = (intake, order, begun)
        begun += 1
        underWay += 1
        group.addTask(executorPreference: globalConcurrentExecutor) {
            .read(number, intake.read(chunk, order, intake.context(order)))
        }
    }

    mutating func handle(
        _ event: ChunkEvent, _ report: inout IntakeReport, in group: inout ThrowingTaskGroup<ChunkEvent, any Error>
    ) {
        switch event {
        case .saved(.success(let results)):
            underWay -= 1
            report.add(results)
        case .saved(.failure(let error)):
            underWay -= 1
            if report.failure == nil { report.failure = .storage(error) }
        case .read(let number, let rows):
            waiting[number] = rows
            while let next = waiting.removeValue(forKey: nextToSave) {
                nextToSave += 1
                save(next, isAbandoned: report.failure != nil, in: &group)
            }
        }
    }

    private mutating func save(
        _ rows: [Intake.ReadRow], isAbandoned: Bool, in group: inout ThrowingTaskGroup<ChunkEvent, any Error>
    ) {
        if isAbandoned {
            underWay -= 1
            return
        }
        let (intake, order, now) = (intake, order, intake.now)
        if order.isDryRun {
            group.addTask {
                do throws(StorageError) {
                    return .saved(.success(try await intake.save(rows, order, at: now)))
                } catch {
                    return .saved(.failure(error))
                }
            }
            return
        }
        let answer = Answer<Result<[RowResult], StorageError>>()
        // Enqueued here and not in the task, so that the order is kept.
        intake.save(rows, at: now) { answer.give($0) }
        group.addTask { .saved(await answer.value) }
    }
}

/// A value that is given once and awaited once, from any threads.
private final class Answer<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case given(Value)
        case awaited(CheckedContinuation<Value, Never>)
    }

    private let state = Mutex(State.empty)

    func give(_ value: Value) {
        let waiting: CheckedContinuation<Value, Never>? = state.withLock { state in
            if case .awaited(let continuation) = state { return continuation }
            state = .given(value)
            return nil
        }
        waiting?.resume(returning: value)
    }

    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let given: Value? = state.withLock { state in
                    if case .given(let value) = state { return value }
                    state = .awaited(continuation)
                    return nil
                }
                if let given { continuation.resume(returning: given) }
            }
        }
    }
}

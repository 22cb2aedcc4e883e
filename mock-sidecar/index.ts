// The door `sidecheck/mock`: a sidecar inside the test's own process, well behaved or broken on demand.
export type { Fault, Head, Hit, ProcessFault } from './faults/fault.ts'
export { type Mock, type MockOptions, mockExperts, startMock } from './mock.ts'
export type { JournalEntry } from './server/front.ts'

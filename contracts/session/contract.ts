// session/1, the primary contract: chat turns over HTTP and server-sent events (seed 001).
import { contract } from '../core/contract.ts'
import { readyLine } from '../core/launch.ts'
import { Problem } from '../core/problem.ts'
import { bounds } from './bounds.ts'
import { Capabilities } from './capabilities.ts'
import { operations } from './operations.ts'

// How long the harness waits for an ordinary answer is no promise of the sidecar.
const { answerMs: _, ...promised } = bounds

export const sessionContract = contract({
  id: 'session/1',
  says: 'A session sidecar: chat turns with experts, over HTTP and server-sent events.',
  operations,
  capabilities: Capabilities,
  bounds: promised,
  documents: { ReadyLine: readyLine('session/1', Capabilities), Problem },
})

// session/1, the primary contract: chat turns over HTTP and server-sent events (seed 001).
import { contract } from '../core/contract.ts'
import { readyLine } from '../core/launch.ts'
import { Problem } from '../core/problem.ts'
import { Capabilities } from './capabilities.ts'
import { operations } from './operations.ts'

export const sessionContract = contract({
  id: 'session/1',
  says: 'A session sidecar: chat turns with experts, over HTTP and server-sent events.',
  operations,
  capabilities: Capabilities,
  documents: { ReadyLine: readyLine('session/1', Capabilities), Problem },
})

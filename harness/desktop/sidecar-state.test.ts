// Whatever happens, in whatever order: the manager stays on its graph, tells each state once, and its counts fit.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Answer, createFakeWorld, managerIn, type Script } from './fixtures/fake-world.ts'
import { type SidecarState, stateGraph } from './sidecar-state.ts'
import type { SidecarStatus } from './status-board.ts'

type Action =
  | 'start'
  | 'ensureRunning'
  | 'stop'
  | 'killNow'
  | { advance: number }
  | { sleep: number }
  | { crash: number }

const answers: Answer[] = ['ok', 'ok', 'ok', 'refused', 'silent', 'other-boot-id', 'not-well']
const script: fc.Arbitrary<Script> = fc.record(
  {
    readyAfterMs: fc.constantFrom(0, 100, 20_000, 70_000),
    exitAfterMs: fc.constantFrom(10, 5_000, 700_000),
    exitCode: fc.constantFrom(0, 1, 69, 77, 78),
    ready: fc.constantFrom({ nonce: 'another' }, { contract: 'another/1' }, {}),
    health: fc.infiniteStream(fc.constantFrom(...answers)).map((stream) => () => stream.next().value),
    notReady: fc.constantFrom(0, 3),
    ignores: fc.subarray(['shutdown', 'eof', 'SIGTERM'] as const),
    stopsWith: fc.constantFrom(0, 1, 77),
  },
  { requiredKeys: [] },
)
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.constantFrom('start' as const, 'start' as const, 'ensureRunning' as const, 'stop' as const, 'killNow' as const),
  fc.record({ advance: fc.constantFrom(0, 1, 99, 100, 1_000, 6_000, 16_000, 70_000) }),
  fc.record({ sleep: fc.constantFrom(3_000, 60_000) }),
  fc.record({ crash: fc.constantFrom(0, 1, 77) }),
)
const scripts = fc.array(script, { minLength: 1, maxLength: 8 })
const actions = fc.array(action, { minLength: 1, maxLength: 25 })

test('random histories stay on the graph', async () => {
  const reached = new Set<SidecarState>()
  await fc.assert(
    fc.asyncProperty(scripts, actions, async (behaviours, history) => {
      const world = createFakeWorld(...behaviours)
      const { manager, changes } = managerIn(world)
      const results: Promise<unknown>[] = []
      for (const step of history) {
        if (step === 'killNow') manager.killNow()
        else if (typeof step === 'string') results.push(manager[step]())
        else if ('advance' in step) await world.clock.advance(step.advance)
        else if ('sleep' in step) await world.clock.sleep(step.sleep)
        else world.alive()[0]?.end({ code: step.crash })
        expect(world.alive().length).toBeLessThanOrEqual(1)
        expectConsistent(manager.status())
        expect(manager.isRunning()).toBe(manager.getConnection() !== null)
      }
      const stop = manager.stop()
      await world.clock.advance(8_000)
      expect(await stop).toMatchObject({ success: true })
      await Promise.all(results)
      await world.clock.advance(120_000)
      expect(world.alive()).toEqual([])
      expect(manager.status()).toMatchObject({ state: 'stopped', restartCount: 0, failureCount: 0, pid: null })
      let state: SidecarState = 'stopped'
      for (const change of changes) {
        expect(change.previous).toBe(state)
        expect(stateGraph[state]).toContain(change.state)
        expectConsistent(change)
        if (change.state === 'healthy') expect(change.running).toBe(true)
        state = change.state
        reached.add(state)
      }
    }),
    { numRuns: 300, seed: 20261121 },
  )
  expect([...reached].sort()).toEqual(Object.keys(stateGraph).sort())
})

function expectConsistent(status: SidecarStatus): void {
  const { circuitBreakerOpen, failure, failureCount, nextStartInMs, port, restartCount, running, state } = status
  expect(running).toBe(port !== null)
  if (running) expect(['healthy', 'unhealthy']).toContain(state)
  if (state === 'circuit-breaker-open') expect(circuitBreakerOpen).toBe(true)
  if (circuitBreakerOpen) expect(restartCount).toBeGreaterThanOrEqual(5)
  if (state === 'healthy') expect([failureCount, circuitBreakerOpen, failure]).toEqual([0, false, null])
  if (state === 'unhealthy') expect(failureCount).toBeGreaterThan(0)
  expect(failureCount).toBeLessThanOrEqual(3)
  if (['unhealthy', 'restarting', 'circuit-breaker-open', 'error'].includes(state)) expect(failure).not.toBeNull()
  if (['started', 'healthy', 'unhealthy', 'error', 'stopped'].includes(state)) expect(nextStartInMs).toBeNull()
}

test('every state can be reached, and left again', () => {
  const all = Object.keys(stateGraph)
  expect(new Set(Object.values(stateGraph).flat())).toEqual(new Set(all))
  for (const [state, next] of Object.entries(stateGraph)) {
    expect(next.length).toBeGreaterThan(0)
    expect(next).not.toContain(state)
  }
})

// Refuses, where a script is handed over, what could not be played later.
import { validateHeaderName, validateHeaderValue } from 'node:http'
import type { ModelScript, Reply, Step } from './script.ts'

const lastSteps: readonly Step['step'][] = ['finish', 'fail', 'disconnect', 'endEarly', 'silence']

/**
 * The script as a list of replies; a single reply may stand for itself.
 * @throws TypeError, RangeError when a script is empty, goes on after its end, or holds a value that cannot be sent
 */
export function playable(script: ModelScript | Reply): ModelScript {
  const replies = isReply(script) ? [script] : script
  if (replies.length === 0) throw new TypeError('Expected at least one reply in the script, received none.')
  for (const reply of replies) {
    refuseStepsAfterTheEnd(reply)
    reply.forEach(refuseUnsendable)
  }
  return replies
}

function isReply(script: ModelScript | Reply): script is Reply {
  return script[0] !== undefined && 'step' in script[0]
}

function refuseStepsAfterTheEnd(reply: Reply): void {
  const end = reply.findIndex(({ step }) => lastSteps.includes(step))
  const after = end < 0 ? undefined : reply[end + 1]
  if (after)
    throw new TypeError(`Expected ${reply[end]?.step} to be the reply's last step, received ${after.step} after it.`)
}

function refuseUnsendable(step: Step): void {
  if (step.step === 'callTool') {
    if (JSON.stringify(step.args) === undefined) throw new TypeError('Expected tool arguments in JSON, received none.')
    atLeast(1, 'the number of fragments', step.fragments)
  }
  if (step.step === 'pause') atLeast(0, 'a pause in milliseconds', step.ms)
  if (step.step === 'fail') {
    if (!(step.status >= 400 && step.status <= 599))
      throw new RangeError(`Expected a failure's status from 400 to 599, received ${step.status}.`)
    JSON.stringify(step.body)
    for (const [name, value] of Object.entries(step.headers ?? {})) {
      validateHeaderName(name)
      validateHeaderValue(name, value)
    }
  }
}

function atLeast(min: number, what: string, value: number | undefined): void {
  if (value !== undefined && !(value >= min))
    throw new RangeError(`Expected ${what} of at least ${min}, received ${value}.`)
}

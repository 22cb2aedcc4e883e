// The story that a language model tells: its text, and the experts it asks through the function `consult_expert`.
import { setTimeout as pause } from 'node:timers/promises'
import { problem } from '../../contracts/core/problem.ts'
import { findProgram, programs } from '../../fixtures/programs/programs.ts'
import { askModel, type ChatMessage, type ModelAddress, ModelFailure, type ToolCall } from './ask-model.ts'
import type { Consultation, ExpertAnswer, Story } from './story.ts'

/** After so many answers that ask experts the turn ends with `tool_limit`. */
const maxRounds = 8

/** Tells each turn as `model` does. Experts are those of `expertIds`; one that gets code plays the outcome of a known program. */
export function modelStory(model: ModelAddress, expertIds: readonly string[]): Story {
  return async function* ({ message, history, cancelled, answers }) {
    const messages: ChatMessage[] = [...history, { role: 'user', content: message }]
    try {
      for (let round = 0; round < maxRounds; round += 1) {
        let calls: readonly ToolCall[] = []
        let said = ''
        for await (const part of askModel(model, messages, [consultExpert], cancelled)) {
          if (part.kind === 'text') {
            said += part.text
            yield { kind: 'say', text: part.text }
          } else if (part.kind === 'tools') calls = part.calls
          else return yield { kind: 'finish', reason: part.reason }
        }
        const consultations = calls.map((call) => consultationOf(call))
        yield { kind: 'consult', consultations }
        messages.push({ role: 'assistant', content: said, tool_calls: calls.map(asToolCall) })
        for (const [place, consultation] of consultations.entries()) {
          const { answer } = answers.find((entry) => entry.consultation === consultation) ?? {}
          messages.push({ role: 'tool', tool_call_id: calls[place]?.id ?? '', content: JSON.stringify(answer) })
        }
      }
      yield { kind: 'finish', reason: 'tool_limit' }
    } catch (error) {
      if (!(error instanceof ModelFailure)) throw error
      yield { kind: 'fail', problem: problem('UPSTREAM_FAILED', error.message) }
    }
  }

  function consultationOf(call: ToolCall): Consultation {
    const { expert_id: expertId, task, code } = argumentsOf(call)
    const known = { expertId: identifierOr(expertId, 'unknown'), task: typeof task === 'string' ? task : '' }
    if (call.name !== 'consult_expert') {
      return { ...known, work: async () => ({ problem: problem('TOOL_NOT_ALLOWED', `there is no tool ${call.name}`) }) }
    }
    if (!expertIds.includes(known.expertId)) {
      const detail = `there is no expert ${known.expertId}; there are ${expertIds.join(', ')}`
      return { ...known, work: async () => ({ problem: problem('EXPERT_NOT_FOUND', detail) }) }
    }
    if (typeof code === 'string') return { ...known, work: (cancelled) => playProgram(code, cancelled) }
    return { ...known, work: (cancelled) => askExpert(known.task, cancelled) }
  }

  async function askExpert(task: string, cancelled: AbortSignal): Promise<ExpertAnswer> {
    let summary = ''
    try {
      const asked: ChatMessage[] = [
        { role: 'system', content: 'You are an expert.' },
        { role: 'user', content: task },
      ]
      for await (const part of askModel(model, asked, [], cancelled)) if (part.kind === 'text') summary += part.text
      return { summary }
    } catch (error) {
      if (!(error instanceof ModelFailure)) throw error
      return { problem: problem('UPSTREAM_FAILED', error.message) }
    }
  }
}

/** The mock runs no code: it plays the outcome that the program's file states. */
async function playProgram(code: string, cancelled: AbortSignal): Promise<ExpertAnswer> {
  const runId = `run-${crypto.randomUUID()}`
  const known = findProgram(code)
  if (known === undefined) {
    const detail = `the mock runs no code and does not know this program; it plays ${[...programs().keys()].join(', ')}`
    return { problem: problem('INTERNAL', detail, { context: { run_id: runId } }) }
  }
  const { durationMs = 0, ename, reason, status, stdout = '' } = known.outcome
  await pause(durationMs, undefined, { signal: cancelled })
  if (status === 'ok') return { summary: stdout, runIds: [runId] }
  return {
    problem: problem('INTERNAL', `the expert's code ended with ${ename ?? reason}`, { context: { run_id: runId } }),
  }
}

function argumentsOf(call: ToolCall): { expert_id?: unknown; task?: unknown; code?: unknown } {
  try {
    const value: unknown = JSON.parse(call.arguments)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

function identifierOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && /^[A-Za-z0-9._:-]{1,128}$/.test(value) ? value : otherwise
}

function asToolCall({ id, name, arguments: text }: ToolCall) {
  return { id, type: 'function', function: { name, arguments: text } }
}

const consultExpert = {
  type: 'function',
  function: {
    name: 'consult_expert',
    description: 'Ask an expert; with code, the expert runs it.',
    parameters: {
      type: 'object',
      properties: { expert_id: { type: 'string' }, task: { type: 'string' }, code: { type: 'string' } },
      required: ['expert_id', 'task'],
    },
  },
}

// The story that a language model tells: its text, and the experts it asks through the function `consult_expert`.
import { type Problem, problem } from '../../contracts/core/problem.ts'
import { askModel, type ChatMessage, type ModelAddress, ModelFailure, type ToolCall } from './ask-model.ts'
import type { Consultation, ExpertAnswer, Experts, Story } from './story.ts'

/** After so many answers that ask experts the turn ends with `tool_limit`. */
const maxRounds = 8

/** Tells each turn as `model` does. An expert that gets code runs it in the lane of experts. */
export function modelStory(model: ModelAddress): Story {
  return async function* ({ message, history, cancelled, experts, answers }) {
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
        const consultations = calls.map((call) => consultationOf(call, experts))
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

  function consultationOf(call: ToolCall, experts: Experts): Consultation {
    const { expert_id: expertId, task, code } = argumentsOf(call)
    const known = { expertId: identifierOr(expertId, 'unknown'), task: typeof task === 'string' ? task : '' }
    return {
      ...known,
      async work(cancelled) {
        const refused = refusalOf(call, known.expertId, experts)
        if (refused !== undefined) return { problem: refused }
        return typeof code === 'string' ? runCode(code, experts, cancelled) : askExpert(known.task, cancelled)
      },
    }
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

/** Why a call of the model is not followed: there is no such tool, or no such expert. */
function refusalOf({ name }: ToolCall, expertId: string, { ids, keeps, tools }: Experts): Problem | undefined {
  const isKnown = name === 'consult_expert' && tools.includes(name)
  if (!isKnown) return keeps('checksTools') ? problem('TOOL_NOT_ALLOWED', `there is no tool ${name}`) : undefined
  if (ids.includes(expertId) || !keeps('checksExperts')) return undefined
  return problem('EXPERT_NOT_FOUND', `there is no expert ${expertId}; there are ${ids.join(', ')}`)
}

/** What the expert's code came to. Code that does not end well is a failed consultation. */
async function runCode(code: string, experts: Experts, cancelled: AbortSignal): Promise<ExpertAnswer> {
  const { result, runId } = await experts.run(code, cancelled)
  if (result.status === 'ok') return { summary: result.stdout.head + result.stdout.tail, runIds: [runId] }
  const { ename, evalue } = result.error ?? { ename: result.exit.reason, evalue: '' }
  const detail = `the expert's code ended with ${ename}${evalue === '' ? '' : `: ${evalue}`}`
  return { problem: problem('INTERNAL', detail, { context: { run_id: runId } }) }
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

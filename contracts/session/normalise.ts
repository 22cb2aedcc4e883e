// What the desktop makes of a turn's events (seed 001, "Desktop normalization remains").
import type { StreamEvent } from '../core/grammar.ts'

const phases: Readonly<Record<string, 'start' | 'complete' | 'error'>> = {
  consultation_start: 'start',
  consultation_complete: 'complete',
  consultation_error: 'error',
}

/**
 * Gives an event the name the desktop knows: `complete` becomes `done`, the three consultation events become
 * `expert_consultation` with a `phase`. All other events pass through unchanged, unknown ones too.
 */
export function normaliseEvent(event: StreamEvent): StreamEvent {
  if (event.type === 'complete') return { ...event, type: 'done' }
  const phase = Object.hasOwn(phases, event.type) ? phases[event.type] : undefined
  return phase === undefined ? event : { ...event, type: 'expert_consultation', phase }
}

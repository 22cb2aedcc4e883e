// Client ids: a request that comes again is recognised, so that nothing runs twice.
import { refusal } from './refusal.ts'

/** The bodies that came with a client id, as canonical JSON, and what each began. */
export type TakenIds = Map<string, { readonly body: string; readonly begun: string }>

/** A request whose client id, if it has one, is new. */
export interface NewRequest {
  /** Remembers it, once it is accepted; `begun` is what it began. */
  remember(begun: string): void
}

/**
 * Recognises a body by the id in its member `member`. Throws a Refusal for one that came before: DUPLICATE_REQUEST with what it
 * began as `subject` in its context, or IDEMPOTENCY_MISMATCH where the body was another. Nothing is remembered yet.
 */
export function checkClientId(taken: TakenIds, body: unknown, member: string, subject: string): NewRequest {
  const clientId = (body as Readonly<Record<string, unknown>>)[member]
  if (typeof clientId !== 'string') return { remember: () => undefined }
  const canonical = canonicalJson(body)
  const before = taken.get(clientId)
  if (before !== undefined && before.body !== canonical) {
    throw refusal('IDEMPOTENCY_MISMATCH', `this ${member} came before with another body`)
  }
  if (before !== undefined) {
    const context = { [subject]: before.begun }
    throw refusal('DUPLICATE_REQUEST', `the request with this ${member} was already taken`, { context })
  }
  return { remember: (begun) => taken.set(clientId, { body: canonical, begun }) }
}

/** The same for bodies that are equal as JSON values, whatever the order of their members. A body too deep for that is refused. */
function canonicalJson(value: unknown): string {
  try {
    return JSON.stringify(value, (_name, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    )
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw refusal('PARSE_ERROR', 'the body is nested too deeply')
  }
}

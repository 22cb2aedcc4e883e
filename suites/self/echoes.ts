// Faults that break one rule so badly that others cannot be kept: the checks that may turn red beside those that name the fault.

/** By fault, the further checks. */
export const echoes: Readonly<Record<string, readonly string[]>> = {
  // Whoever says 202 to every turn that it has seen says it to those of other sessions too.
  'cancel.ignored': ['session.errors.foreign-ids', 'session.errors.unknown-ids'],
  'cancel.accepts-unknown': ['session.errors.foreign-ids'],
  // A cancelled turn is a finished one: the second cancel is refused.
  'cancel.forgets-finished': ['session.turn.cancel', 'session.turn.cancel-consultation'],

  // A refusal with a status of its own cannot be told from an answer, nor from another refusal.
  'errors.with-200': [
    'session.end.idempotent',
    'session.errors.foreign-ids',
    'session.errors.media-types',
    'session.errors.methods',
    'session.errors.not-json',
    'session.errors.precedence',
    'session.errors.too-large',
    'session.errors.unknown-ids',
    'session.errors.wrong-bodies',
    'session.new.opens',
    'session.ready',
    'session.report.grows',
    'session.turn.cancel',
    'session.turn.cancel-after-the-end',
    'session.turn.head',
    'session.turn.one-at-a-time',
    'session.turn.refuses-before-streaming',
    'session.turn.runs-once',
    'session.unknown-and-ended',
    'session.errors.always-answers',
    'session.health',
    'session.contract.declares',
    'session.security.hides-inner-workings',
  ],
  'errors.unknown-is-500': [
    'session.errors.foreign-ids',
    'session.turn.cancel-after-the-end',
    'session.turn.refuses-before-streaming',
    'session.unknown-and-ended',
  ],
  'turn.refuses-inside-the-stream': ['session.errors.unknown-ids', 'session.unknown-and-ended'],

  // Where no answer comes there is no order of faults to see either.
  'errors.drops-the-connection': ['session.errors.not-json', 'session.errors.precedence'],
  'errors.no-limit': ['session.errors.always-answers'],

  // The order of two faults is seen by either of the two answers.
  'errors.bad-json-is-500': ['session.errors.precedence'],
  'errors.bad-json-is-422': ['session.errors.precedence'],
  'errors.validation-is-400': ['session.errors.precedence', 'session.turn.refuses-before-streaming'],
  'errors.wrong-method-is-404': ['session.errors.precedence'],
  'security.no-token': ['session.errors.precedence'],
  'security.any-host': ['session.errors.precedence'],
  'security.any-origin': ['session.errors.precedence'],
  'security.takes-any-type': ['session.errors.precedence'],

  // Without blank lines a reader sees no event, or one whose data is that of several.
  'turn.no-blank-line': ['session.turn.envelope', 'session.turn.flushes', 'session.turn.never-truncated'],
  'turn.loses-the-last-blank-line': ['session.turn.never-truncated'],
  'turn.raw-line-breaks': [
    'session.turn.completes-closed',
    'session.turn.counts-from-one',
    'session.turn.envelope',
    'session.turn.large-chunks',
    'session.turn.text-round-trips',
  ],

  // Seen wherever a text ends with a space, and where nothing but `start` can come while the model is silent.
  'turn.mojibake': ['session.turn.cut-characters'],
  'turn.loses-line-breaks': ['session.turn.large-chunks'],
  'turn.trims-text': ['session.turn.text-joins'],
  'turn.cuts-at-64-kib': ['session.turn.text-joins'],
  'turn.no-start': ['session.turn.first-bytes'],

  // A message of one chunk that is lost has no chunk at all.
  'turn.drops-a-chunk': [
    'session.consultation.refuses-tools',
    'session.turn.body-order',
    'session.turn.cancel',
    'session.turn.cancel-consultation',
    'session.turn.flushes',
    'session.turn.stops-on-disconnect',
    'session.turn.cut-characters',
    'session.turn.large-chunks',
  ],
  // Whoever compares a text finds what was said twice.
  'turn.repeats-a-chunk': ['session.turn.cut-characters', 'session.turn.large-chunks'],
}

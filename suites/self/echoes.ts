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
    'session.expert-run.refuses-tools',
    'session.run.cancel',
    'session.run.cancel-after-the-end',
    'session.run.head',
    'session.run.knows-its-session',
    'session.run.refuses',
    'session.run.runs-once',
    'session.run.tells-its-state',
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
    'session.cells.head',
    'session.cells.refuse',
    'session.kernel.get',
    'session.kernel.one-batch-at-a-time',
    'session.kernel.reset',
    'session.kernel.stop',
    'session.kernel.unknown',
  ],
  'errors.unknown-is-500': [
    'session.errors.foreign-ids',
    'session.turn.cancel-after-the-end',
    'session.turn.refuses-before-streaming',
    'session.unknown-and-ended',
    'session.kernel.unknown',
  ],
  'turn.refuses-inside-the-stream': ['session.errors.unknown-ids', 'session.unknown-and-ended'],

  // Where no answer comes there is no order of faults to see either.
  'errors.drops-the-connection': ['session.errors.not-json', 'session.errors.precedence'],
  'errors.no-limit': ['session.errors.always-answers'],

  // Whoever counts the ends of a session counts those of one that never was.
  'session.second-end-fails': ['session.errors.same-every-time'],

  // NaN is not JSON, and a time without a zone not what the schema says: rules of their own, where they are seen.
  'errors.writes-nan': ['session.report.grows', 'session.turn.cancel-after-the-end'],
  'turn.writes-nan': ['session.turn.envelope'],
  'session.local-time': ['session.new.opens'],

  // The order of two faults is seen by either of the two answers.
  'errors.bad-json-is-500': ['session.errors.precedence'],
  'errors.bad-json-is-422': ['session.errors.precedence'],
  'errors.validation-is-400': [
    'session.errors.precedence',
    'session.turn.refuses-before-streaming',
    'session.cells.refuse',
  ],
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

  // Whoever says 202 to the cancel of any run says it to those of nobody and of others.
  'run.cancels-unknown': ['session.errors.foreign-ids', 'session.errors.unknown-ids'],
  // What stands in place of bytes that are no UTF-8 has another length than they had.
  'limits.hide-invalid-bytes': ['session.run.truncation-is-told'],
  // Whoever asks what became of a run is told that it has not ended.
  'run.never-finished': ['session.run.cancel-race', 'session.run.stops-on-disconnect'],
  // A result that is wrong on the wire is not the one that can be asked for afterwards; that of a cell has no exit code.
  'run.names-another-lane': ['session.run.cancel-race', 'session.run.ending-agrees', 'session.run.tells-its-state'],
  'run.names-another-session': ['session.run.cancel-race', 'session.run.tells-its-state'],
  // A run of one piece of output that is lost has none to wait for.
  'run.loses-output': ['session.run.flushes'],
  'run.signal-is-an-exit-code': ['session.run.logs'],
  // Nothing but `start` can come while the code is silent.
  'run.no-start': ['session.run.first-bytes'],
  'run.loses-the-last-blank-line': ['session.run.never-truncated'],
  'run.no-blank-line': ['session.run.envelope', 'session.run.first-bytes', 'session.run.never-truncated'],
  // The end of a cell that is killed is told as that of a run, which no cell can have.
  'limits.kill-who-prints-much': ['session.cells.envelope', 'session.cells.skips'],
  // Without blank lines a reader sees no event, or one whose data is that of several.
  'cells.no-blank-line': [
    'session.cells.body-order',
    'session.cells.counts-from-one',
    'session.cells.envelope',
    'session.cells.never-truncated',
    'session.cells.opens-once',
  ],
  'cells.loses-the-last-blank-line': ['session.cells.never-truncated'],
  // A kernel that is lost has a next generation, which nobody saw.
  'cells.exit-ends-the-kernel': ['session.cells.generation-ends'],
  // A status inside a cell is no status that anything follows from.
  'cells.forgets-a-result': ['session.cells.states'],
  // Cells that run in the next generation are counted there.
  'kernel.replays-the-queue': ['session.cells.counts'],
}

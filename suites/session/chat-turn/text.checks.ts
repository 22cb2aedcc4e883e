// Text comes through as the model wrote it, whatever characters it holds.
import { finish, say } from '../../../harness/model/script.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check } from '../context.ts'
import { saidIn, sendScripted, wholeTextsIn } from '../turns.ts'

/** Everything that a careless writer of server-sent events, JSON or UTF-8 breaks. */
const awkward = [
  '  leading space, ',
  'line\nbreak, ',
  'carriage\rreturn, \r\n both, ',
  'data: not a field\n\nevent: nor this, ',
  '\u2028 line separator \u2029, ',
  'nul \u0000, ',
  'é ü ß 漢字 😀 👩‍👩‍👧, ',
  '"quotes" \\ backslash </script>, ',
  'trailing space  ',
]

export const roundTrips = check({
  id: 'session.turn.text-round-trips',
  rule: 'MUST pass the text of the model on unchanged: line breaks, separators, NUL, any character',
  covers: ['SSE-04', 'SSE-13'],
  catches: [
    'turn.loses-line-breaks',
    'turn.mojibake',
    'turn.decodes-piece-by-piece',
    'turn.trims-text',
    'turn.drops-a-chunk',
    'turn.repeats-a-chunk',
  ],
  scope: 'shared',
  async run(context) {
    const { turn } = await control(() => sendScripted(context, [say(...awkward), finish()]))
    await turn.ended()
    await control(async () =>
      expectThat(saidIn(turn) !== '', 'a turn in which the companion says something', 'no text'),
    )
    expectSame(saidIn(turn), awkward.join(''), 'the text of the model, in chunks:')
    expectSame(wholeTextsIn(turn), awkward.join(''), 'the text of the model, whole:')
  },
})

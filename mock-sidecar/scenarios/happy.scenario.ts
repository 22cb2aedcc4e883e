// The usual turn: a few sentences, word by word, then the end.
import { inWords, scenario } from './scenario.ts'

export default scenario({
  name: 'happy',
  says: 'The companion answers in a few sentences.',
  story: ({ sentence }) =>
    async function* () {
      for (const word of inWords(`${await sentence()} ${await sentence()}`)) yield { kind: 'say', text: word }
      yield { kind: 'finish', reason: 'stop' }
    },
})

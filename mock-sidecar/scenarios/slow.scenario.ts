// A turn that keeps the user waiting: long enough before the first word that keep-alive comments are sent.
import { inWords, scenario } from './scenario.ts'

export default scenario({
  name: 'slow',
  says: 'Seven seconds of silence, then one word every half second.',
  story: ({ sentence }) =>
    async function* () {
      yield { kind: 'pause', ms: 7_000 }
      for (const word of inWords(await sentence())) {
        yield { kind: 'say', text: word }
        yield { kind: 'pause', ms: 500 }
      }
      yield { kind: 'finish', reason: 'stop' }
    },
})

// A turn that breaks off in the middle because the language model failed.
import { problem } from '../../contracts/core/problem.ts'
import { inWords, scenario } from './scenario.ts'

export default scenario({
  name: 'model-fails',
  says: 'The model fails in the middle of a sentence; the turn ends with UPSTREAM_FAILED.',
  story: ({ sentence }) =>
    async function* () {
      for (const word of inWords(await sentence()).slice(0, 3)) yield { kind: 'say', text: word }
      yield { kind: 'fail', problem: problem('UPSTREAM_FAILED', 'the language model closed the stream without an end') }
    },
})

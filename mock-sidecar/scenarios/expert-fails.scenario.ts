// A turn that goes on although the expert failed: `consultation_error` is not the end.
import { problem } from '../../contracts/core/problem.ts'
import { inWords, scenario } from './scenario.ts'

export default scenario({
  name: 'expert-fails',
  says: 'The expert fails; the companion says so and the turn ends well.',
  story: ({ sentence }) =>
    async function* ({ message }) {
      const failure = problem('INTERNAL', 'the expert raised ValueError: no such column')
      const work = async () => ({ problem: failure })
      yield { kind: 'consult', consultations: [{ expertId: 'statistician', task: message, work }] }
      for (const word of inWords(`The statistician could not answer. ${await sentence()}`))
        yield { kind: 'say', text: word }
      yield { kind: 'finish', reason: 'stop' }
    },
})

// A turn in which the companion asks two experts at once and goes on when both have answered.
import { inWords, scenario } from './scenario.ts'

export default scenario({
  name: 'consultation',
  says: 'The companion asks two experts side by side and sums up what they say.',
  story: ({ sentence }) =>
    async function* ({ message, answers }) {
      for (const word of inWords(`Let me ask two experts. ${await sentence()}`)) yield { kind: 'say', text: word }
      const ask = async (expertId: string) => {
        const summary = await sentence()
        return { expertId, task: message, work: async () => ({ summary }) }
      }
      yield { kind: 'consult', consultations: [await ask('statistician'), await ask('archivist')] }
      const summaries = answers.map(({ answer }) => ('summary' in answer ? answer.summary : answer.problem.detail))
      for (const word of inWords(`They say: ${summaries.join(' ')}`)) yield { kind: 'say', text: word }
      yield { kind: 'finish', reason: 'stop' }
    },
})

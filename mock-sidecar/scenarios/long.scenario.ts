// A turn with ten thousand chunks: what the desktop's rendering and memory must stand.
import { scenario } from './scenario.ts'

export default scenario({
  name: 'long',
  says: 'Ten thousand chunks in one message.',
  story: ({ sentence }) =>
    async function* () {
      const text = `${await sentence()} `
      yield { kind: 'say', text: Array<string>(10_000).fill(text) }
      yield { kind: 'finish', reason: 'stop' }
    },
})

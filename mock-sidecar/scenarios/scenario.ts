// A scenario: what a desktop developer wants to see, told without a language model and without running code.
import type { Random } from '../../contracts/core/random.ts'
import type { Outcome } from '../../fixtures/programs/outcome.ts'
import type { Limits } from '../execution/limits.ts'
import type { Story } from '../session/story.ts'

export interface Scenario {
  readonly name: string
  /** What the desktop gets to see. */
  readonly says: string
  /** Tells the story of each turn. Default: that of `happy`. */
  readonly story?: (tools: StoryTools) => Story
  /** What any code comes to, in runs, in cells, and with experts. Default: what our own programs state. */
  readonly execution?: Outcome
  /** Defaults of limits in place of the mock's own. */
  readonly limits?: Partial<Limits>
}

export interface StoryTools {
  readonly random: Random
  /** A made-up English sentence; the same seed gives the same sentences. */
  readonly sentence: () => Promise<string>
}

/** Declares a scenario. */
export function scenario(value: Scenario): Scenario {
  return value
}

/** Tools that repeat themselves for the same seed. faker is loaded when the first sentence is asked for, not at start. */
export function storyTools(random: Random): StoryTools {
  let load: Promise<() => string> | undefined
  return {
    random,
    sentence: async () => {
      load ??= loadSentences(random)
      return (await load)()
    },
  }
}

async function loadSentences(random: Random): Promise<() => string> {
  const { faker } = await import('@faker-js/faker/locale/en')
  faker.seed(Math.floor(random() * 2 ** 31))
  return () => faker.lorem.sentence()
}

/** A text cut where words begin, as a model streams it. */
export function inWords(text: string): string[] {
  return text.match(/\S+\s*|\s+/g) ?? []
}

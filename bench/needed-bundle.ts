// The reference bundle for the benches that cannot do without it.
import { buildReferenceBundle, type ReferenceBundle } from '../suites/self/reference-bundle.ts'

/** Builds it where it is not there yet. Throws an Error where it cannot be built here. */
export async function neededBundle(): Promise<ReferenceBundle> {
  const bundle = await buildReferenceBundle()
  if (typeof bundle === 'string') throw new Error(`this bench needs the reference bundle: ${bundle}`)
  return bundle
}

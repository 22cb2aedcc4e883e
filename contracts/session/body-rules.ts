// What the bodies of runs and batches must hold to beyond their schemas: an expert where one is needed, limits, cells told apart.
import type { BodyRule } from '../core/operation.ts'
import type { Capabilities } from './capabilities.ts'
import { type AskedLimits, limitNames } from './limits.ts'

export const expertIsNamed: BodyRule = {
  id: 'expert-is-named',
  says: '`expert_id` is required in the lane `expert`',
  broken(body) {
    const { expert_id: expertId, lane } = body as { lane?: string; expert_id?: string }
    const isMissing = lane === 'expert' && expertId === undefined
    return isMissing ? [{ detail: 'the lane of an expert needs an expert_id', pointer: '#/expert_id' }] : []
  },
}

export const limitsWithinMaxima: BodyRule = {
  id: 'limits-within-maxima',
  says: 'each of `limits` is at most the declared `max`',
  broken(body, capabilities) {
    const { limits: asked = {} } = body as { limits?: AskedLimits }
    const { limits: declared = {} } = capabilities as Partial<Capabilities>
    return limitNames.flatMap((name) => {
      const { max } = declared[name] ?? { max: Number.POSITIVE_INFINITY }
      const value = asked[name] ?? 0
      return value > max ? [{ detail: `at most ${max}; received ${value}`, pointer: `#/limits/${name}` }] : []
    })
  },
}

export const cellsToldApart: BodyRule = {
  id: 'cells-told-apart',
  says: 'no two cells of a batch have the same `cell_id`',
  broken(body) {
    const { cells } = body as { cells: readonly { readonly cell_id: string }[] }
    const ids = cells.map(({ cell_id: id }) => id)
    return ids.flatMap((id, place) =>
      ids.indexOf(id) < place ? [{ detail: `cell_id ${id} stands twice`, pointer: `#/cells/${place}/cell_id` }] : [],
    )
  },
}

// Maps over a list with a few items under way at the same time.

/** The results come in the order of the items; the first rejection is passed on. */
export async function mapAtOnce<In, Out>(
  items: readonly In[],
  map: (item: In) => Promise<Out>,
  atOnce = 8,
): Promise<Out[]> {
  const results: Out[] = []
  const queue = items.entries()
  const work = async () => {
    for (const [index, item] of queue) results[index] = await map(item)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}

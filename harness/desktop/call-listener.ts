// Calls what the app has passed in. A listener that throws is its owner's defect: told, but nobody else suffers from it.

export function callListener<T>(listener: ((value: T) => void) | undefined, value: T, about: string): void {
  try {
    listener?.(value)
  } catch (error) {
    process.emitWarning(`A listener threw on ${about}: ${error instanceof Error ? error.stack : String(error)}`)
  }
}

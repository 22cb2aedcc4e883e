// Faults that break one rule so badly that others cannot be kept: the checks that turn red beside those that name the fault, with the reason.

/** By fault, the further checks that may turn red. */
export const echoes: Readonly<Record<string, readonly string[]>> = {}

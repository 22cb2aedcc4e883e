// Every bench, by its name.
import type { Bench } from './bench.ts'
import { bench as coldStart } from './cold-start.ts'
import { bench as execution } from './execution.ts'
import { bench as harnessShare } from './harness-share.ts'
import { bench as judge } from './judge.ts'
import { bench as mockHttp } from './mock-http.ts'
import { bench as mockSse } from './mock-sse.ts'
import { bench as p0Mock } from './p0-mock.ts'

/** In the order in which they run. */
export const benches: ReadonlyMap<string, Bench> = new Map(
  [mockHttp, mockSse, coldStart, p0Mock, judge, execution, harnessShare].map((bench) => [bench.name, bench]),
)

// A sidecar that already runs as a target: for an author with a debugger attached. Nothing about its process can be tested.
import { TargetError, type UrlTarget } from './target.ts'

/** The sidecar at `url`. Throws a TargetError for what is not `http://<host>:<port>` on this machine, or without a token. */
export function urlTarget(url: string, token: string | undefined): UrlTarget {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.protocol !== 'http:' || !['127.0.0.1', 'localhost'].includes(parsed.hostname)) {
    throw new TargetError(
      `--url needs http://127.0.0.1:<port>; received ${url}. Sidecars serve plain HTTP on loopback.`,
    )
  }
  if (token === undefined || token === '') {
    throw new TargetError('--url needs the token of that sidecar; received none. Give --token, or set SIDECAR_TOKEN.')
  }
  return { kind: 'url', name: 'url', describes: parsed.origin, baseUrl: parsed.origin, token }
}

// The scripted language-model server: OpenAI-compatible, on loopback, so that no sidecar under test needs a real model.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { answerRequest, type ServerState } from './answer-request.ts'
import type { ModelCall } from './call-record.ts'
import { chatCompletions } from './completion.ts'
import type { ModelScript, Reply } from './script.ts'
import { player, type Scripted } from './scripted.ts'
import { sequence, type WaitOptions } from './sequence.ts'

export interface ModelServerOptions {
  /** What clients must send as `Authorization: Bearer …`. Default 32 random bytes in base64url. */
  readonly apiKey?: string
  /** Where to listen on 127.0.0.1. Default 0: any free port. */
  readonly port?: number
  /** The one model that `/v1/models` lists; every model that is asked for answers. Default `scripted-model`. */
  readonly model?: string
}

export interface ModelServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>/v1`, for SIDECAR_MODEL_BASE_URL. */
  readonly baseUrl: string
  /** For SIDECAR_MODEL_API_KEY. */
  readonly apiKey: string
  /** For SIDECAR_MODEL. */
  readonly model: string
  /** Every request that arrived, the refused ones too, in order of arrival. */
  readonly calls: readonly ModelCall[]
  /**
   * The n-th of them (default the first) as soon as it has arrived.
   * @throws Error when the signal aborts, or the server is closed, first
   */
  called(n?: number, options?: WaitOptions): Promise<ModelCall>
  /**
   * Hands over a script, which holds as long as the server lives; a single reply may stand for a script.
   * @throws TypeError, RangeError when it cannot be played
   */
  script(script: ModelScript | Reply): Scripted
  /** Destroys every connection and stops listening; waits that are still open fail. The same as leaving an `await using` block. */
  close(): Promise<void>
}

/** Starts the server on a free port of 127.0.0.1. No timer of its own ends or delays anything. */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const { apiKey = randomBytes(32).toString('base64url'), model = 'scripted-model', port = 0 } = options
  const calls = sequence<ModelCall>('requests to the model server')
  const state: ServerState = { apiKey, model, apis: [chatCompletions], players: new Map(), calls, closed: false }
  const listener = await listen(state, port)
  const close = async () => {
    if (state.closed) return
    state.closed = true
    await listener.close()
    for (const { close } of [...state.players.values(), calls]) close('the model server was closed')
  }

  return {
    baseUrl: `http://127.0.0.1:${listener.port}/v1`,
    apiKey,
    model,
    calls: calls.items,
    called: (n = 1, options) => calls.nth(n, options),
    script(script) {
      const added = player(script)
      state.players.set(added.scripted.marker, added)
      return added.scripted
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

const noTimeouts = { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 }

async function listen(state: ServerState, port: number): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer(noTimeouts, (request, response) => void answerRequest(request, response, state))
  await once(server.listen(port, '127.0.0.1'), 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error(`Expected a TCP port, received ${address}.`)
  return {
    port: address.port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

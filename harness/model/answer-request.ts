// Answers one HTTP request to the model server, and records it.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Asked, type ModelCall, recordCall, redactedHeaders } from './call-record.ts'
import { chooseScript, defaultReply } from './choose-script.ts'
import { play } from './play.ts'
import { type Received, receive } from './receive.ts'
import { type ResponseWriter, responseWriter } from './response-writer.ts'
import { type Question, type Route, routeOf } from './route.ts'
import type { Player } from './scripted.ts'
import { sendBody } from './send-body.ts'
import type { Sequence } from './sequence.ts'
import type { WireApi } from './wire.ts'

/** What the server is, and what it knows while it runs. */
export interface ServerState {
  readonly apiKey: string
  readonly model: string
  readonly apis: readonly WireApi[]
  /** The scripts by marker. */
  readonly players: Map<string, Player>
  readonly calls: Sequence<ModelCall>
  closed: boolean
}

/** Resolves when the request is answered or the client has left; rejects only for a mistake of our own. */
export async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  state: ServerState,
): Promise<void> {
  const received = await receive(request)
  if (!received) return
  const route = routeOf(received, state.apiKey, state.apis)
  const player = route.asks === 'model' ? chooseScript(state.players, route.request.messages) : undefined
  const recorder = recordCall(askedOf(received, route, player, state.apiKey))
  const writer = responseWriter(response, recorder, () => (state.closed ? 'server-closed' : 'client-disconnected'))
  state.calls.push(recorder.call)
  player?.calls.push(recorder.call)
  try {
    if (route.asks === 'nothing') await sendBody(writer, route.status, route.body, route.headers)
    else if (route.asks === 'models') await sendBody(writer, 200, listOf(state.model))
    else await playFor(route, player, recorder.call, writer)
  } catch (error) {
    if (writer.gone.aborted) return
    response.destroy()
    throw error
  }
}

function askedOf(
  { method, path, headers, body }: Received,
  route: Route,
  player: Player | undefined,
  key: string,
): Asked {
  const streaming = route.asks === 'model' && route.api.wantsStream(route.request)
  return { method, path, headers: redactedHeaders(headers, key), body, streaming, marker: player?.scripted.marker }
}

function listOf(model: string): object {
  return { object: 'list', data: [{ id: model, object: 'model', created: 0, owned_by: 'sidecheck' }] }
}

function playFor(
  question: Question,
  player: Player | undefined,
  call: ModelCall,
  writer: ResponseWriter,
): Promise<void> {
  const reply = player?.nextReply() ?? defaultReply(question.request.messages)
  return play(reply, { ...question, writer, hold: async () => player?.hold(call, writer.gone) })
}

// Breaks one line of the reference sidecar: what a slip of its author would do, and the checks that must name it.

/** One line of a file below `reference_sidecar/`, as it is and as the slip leaves it. */
export interface Edit {
  readonly file: string
  readonly from: string
  readonly to: string
}

export interface Slip extends Edit {
  /** What the slip does, as one would say it in a review. */
  readonly says: string
  /** What must go as well: where two guards stand behind each other, taking one away changes nothing. */
  readonly also?: Edit
  /** The areas whose checks are run. Default: those of the chat side; a whole run of every area takes minutes. */
  readonly areas?: readonly string[]
  /** Exactly the checks of these areas that turn red. */
  readonly red: readonly string[]
  /** Shown in every `npm test`; the others where `SIDECHECK_ALL` is set: each costs a run. */
  readonly always?: true
}

/** Sessions and turns, and what holds for every request. */
export const chatAreas: readonly string[] = ['chat-turn', 'session', 'errors', 'security']

const runAreas = ['user-run', 'expert-run']
const notebookAreas = ['notebook', 'kernel-recovery']

export const slips: readonly Slip[] = [
  {
    says: 'forgets the terminal event of a finished turn',
    file: 'turns.py',
    from: 'self.stream.end("complete", finish_reason=outcome.finish_reason)',
    to: 'self.stream.ended = True; self.stream._changed.set()',
    red: ['session.turn.never-truncated'],
    always: true,
  },
  {
    says: 'sends the terminal event twice',
    file: 'events.py',
    from: '        self.say(event_type, **fields)\n        self.ended = True',
    to: '        self.say(event_type, **fields)\n        self.say(event_type, **fields)\n        self.ended = True',
    red: ['session.turn.ends-once'],
  },
  {
    says: 'sends every chunk twice',
    file: 'companion.py',
    from: '            await stream.emit("companion_chunk", message_id=message_id, delta=text)',
    to: '            for _ in range(2): await stream.emit("companion_chunk", message_id=message_id, delta=text)',
    red: [
      'session.turn.cut-characters',
      'session.turn.large-chunks',
      'session.turn.text-joins',
      'session.turn.text-round-trips',
    ],
    always: true,
  },
  {
    says: 'strips the text',
    file: 'companion.py',
    from: 'message_id=message_id, text=text)',
    to: 'message_id=message_id, text=text.strip())',
    red: ['session.turn.text-joins', 'session.turn.text-round-trips'],
  },
  {
    says: 'does not cancel',
    file: 'session_api.py',
    from: '            session.turn.stop(cancelled("user"))',
    to: '            pass',
    red: ['session.turn.cancel', 'session.turn.cancel-consultation'],
    always: true,
  },
  {
    says: 'goes on when the client has left',
    file: 'event_response.py',
    from: '            self._stop(cancelled("disconnect"))',
    to: '            pass',
    red: ['session.turn.stops-on-disconnect'],
  },
  {
    says: 'lets a turn run on when its session ends',
    file: 'sessions.py',
    from: '            await stop_work(list(session.work), cancelled("session_ended"))',
    to: '            pass',
    red: ['session.end.cancels-the-turn'],
  },
  {
    says: 'answers 200 to a new session',
    file: 'session_api.py',
    from: 'return json_response(created, 201)',
    to: 'return json_response(created, 200)',
    red: ['session.new.opens'],
    always: true,
  },
  {
    says: 'shares one counter between all streams',
    file: 'events.py',
    from: '        self._seq += 1\n',
    to: '        EventStream.shared = getattr(EventStream, "shared", 0) + 1; self._seq = EventStream.shared\n',
    red: ['session.turn.counts-from-one'],
  },
  {
    says: 'writes times without a zone',
    file: 'wire.py',
    from: '.replace("+00:00", "Z")',
    to: '.replace("+00:00", "")',
    red: [
      'session.end.idempotent',
      'session.errors.numbers-and-times',
      'session.new.opens',
      'session.report.grows',
      'session.turn.envelope',
    ],
  },
  {
    says: 'runs a repeated message again',
    file: 'session_api.py',
    from: '        session.refuse_repeated("turn_id", body.client_message_id, seen_as)',
    to: '        pass',
    red: ['session.turn.runs-once'],
  },
  {
    says: 'takes a second turn',
    file: 'session_api.py',
    from: '        session.refuse_second_turn()',
    to: '        pass',
    red: ['session.turn.one-at-a-time'],
  },
  {
    says: 'calls the end of the stream a success when the model broke off',
    file: 'model.py',
    from: '        if answer.finish_reason is None:\n            raise',
    to: '        if False:\n            raise',
    red: ['session.turn.model-fails'],
  },
  {
    says: 'says nothing while it waits',
    file: 'events.py',
    from: '                yield KEEP_ALIVE',
    to: '                continue',
    red: ['session.turn.keep-alive'],
  },
  {
    says: 'forgets that the report has changed',
    file: 'turns.py',
    from: '        self._session.report.add_turn(self._message, outcome.text(), outcome.consulted)',
    to: '        pass',
    red: ['session.report.grows'],
  },
  {
    says: 'answers errors as plain JSON',
    file: 'problems.py',
    from: 'media_type="application/problem+json"',
    to: 'media_type="application/json"',
    red: ['session.errors.problem-object'],
  },
  {
    says: 'does not look at the token',
    file: 'guards.py',
    from: '        self._check_token(scope, headers)',
    to: '        pass',
    red: ['session.errors.precedence', 'session.errors.same-every-time', 'session.security.token-everywhere'],
    always: true,
  },
  {
    says: 'does not look at Host',
    file: 'guards.py',
    from: '        self._check_host(headers)\n',
    to: '',
    red: ['session.errors.precedence', 'session.security.foreign-hosts'],
  },
  {
    says: 'does not look at Origin',
    file: 'guards.py',
    from: '        self._check_origin(headers)\n',
    to: '',
    red: ['session.errors.precedence', 'session.security.foreign-origins'],
  },
  {
    says: 'looks at the route before it looks at the token',
    file: 'guards.py',
    from: '        self._check_token(scope, headers)\n        self._check_route(scope)\n',
    to: '        self._check_route(scope)\n        self._check_token(scope, headers)\n',
    red: ['session.errors.precedence', 'session.security.token-everywhere'],
  },
  {
    says: 'takes any media type',
    file: 'bodies.py',
    from: '    _check_media_type(headers)\n',
    to: '',
    red: [
      'session.errors.media-types',
      'session.errors.precedence',
      'session.errors.same-every-time',
      'session.security.simple-requests',
    ],
    always: true,
  },
  {
    says: 'reads bodies of any size',
    file: 'bodies.py',
    from: '        if len(body) > MAX_BYTES:',
    to: '        if False:',
    red: ['session.errors.too-large'],
  },
  {
    says: 'waits for slow requests as uvicorn does',
    file: 'serve.py',
    from: '        http=PatientProtocol,\n',
    to: '        http="h11",\n',
    red: ['session.security.cuts-slow-requests'],
  },
  {
    says: 'shows the exception in its errors',
    file: 'problems.py',
    from: '            "detail": self.detail,',
    to: '            "detail": self.detail + " File \\"app.py\\", line 1",',
    red: ['session.security.hides-inner-workings'],
  },
  {
    says: 'calls itself not ready where it is shutting down',
    file: 'state.py',
    from: '        if self.phase == "stopping":',
    to: '        if False:',
    areas: ['process'],
    red: ['session.shutdown.refuses-new-work'],
  },
  {
    says: 'forgets Retry-After',
    file: 'problems.py',
    from: '    if problem.retry_after_ms is not None:',
    to: '    if False:',
    red: ['session.errors.retry-after'],
  },
  {
    says: 'stays when its stdin ends',
    file: 'stopping.py',
    from: '        self.ask("end of standard input")',
    to: '        pass',
    areas: ['process'],
    red: ['session.process.stops-with-stdin'],
  },
  {
    says: 'leaves alive what a run has started',
    file: 'supervisor.py',
    from: '        all_gone = self._tree.kill(KILL_WITHIN_S)',
    to: '        all_gone = True',
    areas: runAreas,
    red: [
      'session.expert-run.leaves-nothing-behind',
      'session.run.ends-at-shutdown',
      'session.run.ends-with-its-session',
      'session.run.leaves-nothing-behind',
      'session.run.stops-on-disconnect',
    ],
    always: true,
  },
  {
    says: 'keeps all of the output',
    file: 'supervisor.py',
    from: '        self._capture = Capture(limit_bytes)',
    to: '        self._capture = Capture(1 << 40)',
    areas: runAreas,
    red: ['session.run.truncates'],
    always: true,
  },
  {
    says: 'hands its own secrets to what it starts',
    file: 'launch.py',
    from: 'environ.pop(name) for name in list(environ)',
    to: 'environ[name] for name in list(environ)',
    also: {
      file: 'children.py',
      from: '    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}',
      to: '    inherited = dict(os.environ)',
    },
    areas: [...runAreas, ...notebookAreas],
    red: ['session.expert-run.hides-secrets', 'session.kernel.keeps-secrets', 'session.run.hides-secrets'],
    always: true,
  },
  {
    says: 'calls every process of a kernel its first',
    file: 'kernels.py',
    from: '        self._launched += 1\n',
    to: '        self._launched = 1\n',
    areas: notebookAreas,
    red: [
      'session.cells.generation-ends',
      'session.cells.generations',
      'session.cells.wall-limit',
      'session.kernel.bounded-restarts',
      'session.kernel.dies-in-a-cell',
      'session.kernel.interrupt-swallowed',
      'session.kernel.killed-in-a-cell',
      'session.kernel.restart',
      'session.kernel.restart-in-a-batch',
      'session.kernel.restarts-at-once',
    ],
    always: true,
  },
  {
    says: 'lets all runs work at once',
    file: 'runs.py',
    from: '        self._places = asyncio.Semaphore(CONCURRENT)',
    to: '        self._places = asyncio.Semaphore(1000)',
    areas: runAreas,
    red: ['session.run.cancel-while-it-waits', 'session.run.queues'],
  },
  {
    says: 'runs experts in the workspace of the session',
    file: 'runs.py',
    from: '        cwd = folder / "files" if own else self._session.workspace',
    to: '        cwd = self._session.workspace',
    areas: runAreas,
    red: ['session.expert-run.fresh-workspace'],
  },
  {
    says: 'runs every cell, whatever came before',
    file: 'batches.py',
    from: '        if ending.status != "ok" and self._stop_on_error:',
    to: '        if False:',
    areas: notebookAreas,
    red: ['session.cells.skips', 'session.cells.stop-on-error', 'session.cells.wall-limit'],
  },
  {
    says: 'starts a kernel again as often as it dies',
    file: 'kernels.py',
    from: '            self._deaths += 1\n',
    to: '            pass\n',
    areas: notebookAreas,
    red: ['session.kernel.bounded-restarts'],
  },
]

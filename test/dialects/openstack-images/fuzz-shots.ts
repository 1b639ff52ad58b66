import fc from 'fast-check';

/** Weights by value. */
const among = (weights: Readonly<Record<string, number>>): fc.Arbitrary<string> =>
  fc.oneof(...Object.entries(weights).map(([value, weight]) => ({ weight, arbitrary: fc.constant(value) })));

export const writes: readonly string[] = ['PUT', 'DELETE'];
export const usual: readonly string[] = [...writes, 'GET', 'HEAD', 'POST', 'PATCH', 'OPTIONS'];
// Not CONNECT: Node ends its connection without an answer. Not PRI: as the opening of HTTP/2, Node's parser
// waits for the rest of it until the headers' time is over.
const method = fc.oneof(
  { weight: 16, arbitrary: fc.constantFrom(...writes) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...usual, 'TRACE', 'PROPFIND', 'M-SEARCH', 'QUERY', 'SOURCE'),
  },
  { weight: 1, arbitrary: fc.constantFrom('put', 'Put', 'delete', 'FOO', 'PUTT', 'P', '') },
);

const piece = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('a', 'b', 'red', 'k=v', '%41', '%c3%a9', '%F0%9F%8F%B7', 'red') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...['%', '%2', '%zz', '%2F', '%5c', '%00', '%FF', '%C3', '%ED%A0%80', '%C0%80', '%0A', '%0D%0A', '%20'],
      ...['/', '//', '?', '?x', '#', '+', ';', '=', '.', '..', '%2e%2e', '\\', '"', '<script>', '%3Cbr%3E'],
      ...['{}', '@root', '%40root', 'constructor', '__proto__', 'x'.repeat(255), '%E6%97%A5'.repeat(255)],
    ),
  },
  // Raw bytes; those that end a line would make another request of it.
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 0, max: 255 })
      .map((byte) => (byte === 10 || byte === 13 ? '-' : String.fromCharCode(byte))),
  },
);
const start = among({
  '/v2/images/$image/tags/': 12,
  '//v2//images/$image//tags/': 1,
  '/v2.15/images/$image/tags/': 1,
  '/v2%2Fimages/$image/tags/': 1,
  'http://somewhere/v2/images/$image/tags/': 1,
  '/v2/images/$image/%74ags/': 1,
  '/v2/images/$image/tags': 1,
  '/v2/images/00000000-0000-4000-8000-000000000000/tags/': 1,
  '/v2/images/%00/tags/': 1,
  '/v9/images/$image/tags/': 1,
});
const target = fc
  .tuple(start, fc.array(piece, { minLength: 1, maxLength: 3 }))
  .map(([first, pieces]) => first + pieces.join(''));

const token = among({ alice: 6, 'reader-user': 1, bob: 1, nobody: 1, unscoped: 1, wrong: 1, '': 1 });
const accept = fc.constantFrom(
  ...['*/*', 'text/html', 'application/json', 'text/plain', 'image/png', '', ',', ';;;', 'text/html;q=0'],
  ...[
    'application/json;q=0.5, text/html;q=0.4',
    'text/*, application/json',
    'application/json;charset=utf-8',
  ],
  ...['application/vnd.openstack.images-v2.5', 'application/vnd.openstack.images-v9', '\xff', 'a/b;q=é'],
);
const requestId = fc.oneof(
  fc.constantFrom('', 'req-1', 'a'.repeat(64), 'a'.repeat(65), '<b>', '\xe9', '\t', 'a\tb', '"', 'req-'),
  fc.string({ maxLength: 70 }).map((text) => text.replace(/[\0\r\n]/g, '')),
);
const others = fc.constantFrom(
  ...['Content-Type: application/json', 'Content-Type: text/plain', 'Content-Type: \xff', 'Content-Type:'],
  ...['Expect: 100-continue', 'Expect: 100-Continue', 'Expect: banana', 'Expect:', 'Range: bytes=0-1'],
  ...[
    'Connection: close',
    'Connection: upgrade\r\nUpgrade: h2c',
    'Content-Encoding: gzip',
    'X_Auth_Token: bob',
  ],
  ...[
    'X-Storage-Token: wrong',
    'X-HTTP-Method-Override: DELETE',
    'X-Auth-Token: carol',
    'Host: a b',
    'Host:',
  ],
  ...[
    'Host: a\r\nHost: b',
    'No colon',
    ': no name',
    'Bad name: x',
    'X-Nul: \0',
    `X-Long: ${'x'.repeat(17_000)}`,
  ],
);
const body = fc.constantFrom(
  '',
  '{}',
  '[]',
  '{',
  '"text"',
  'null',
  '{"tags": ["x"]}',
  '\xff\0',
  'x'.repeat(70_000),
);

type Framing = (body: string) => string;
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
/** Framings that hold: the body ends where it says. */
const sound: readonly Framing[] = [
  () => '\r\n',
  (text) => `Content-Length: ${String(text.length)}\r\n\r\n${text}`,
  (text) => `Transfer-Encoding: chunked\r\n\r\n${text === '' ? '' : chunk(text)}0\r\n\r\n`,
  (text) =>
    `Transfer-Encoding: CHUNKED\r\n\r\n${chunk('x')}${text === '' ? '' : chunk(text)}0\r\nTrailer: y\r\n\r\n`,
];
/** Framings that Node's parser refuses by the head alone, before anybody sees the request. */
const refused: readonly Framing[] = [
  (text) =>
    `Content-Length: ${String(text.length)}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk('x')}0\r\n\r\n`,
  (text) => `Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n${text}`,
  (text) => `Content-Length: 1\r\nContent-Length: 2\r\n\r\n${text}`,
  ...['abc', '-1', '+1', '0x1', '1 1', '99999999999999999999'].map(
    (length): Framing =>
      (text) =>
        `Content-Length: ${length}\r\n\r\n${text}`,
  ),
];
const framing = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...sound) },
  { weight: 1, arbitrary: fc.constantFrom(...refused) },
);

export interface Shot {
  readonly method: string;
  readonly target: string;
  /** All that is sent, one character a byte, with `$image` in it. */
  readonly text: string;
}

const optional = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined, freq: 2 });

export const shot: fc.Arbitrary<Shot> = fc
  .record({
    method,
    target,
    token,
    accept: optional(accept),
    requestId: optional(requestId),
    more: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(others, { maxLength: 3 }) },
    ),
    version: among({ 'HTTP/1.1': 40, 'HTTP/1.0': 2, 'HTTP/2.0': 1, 'HTTP/1.2': 1, '': 1 }),
    body,
    framing,
  })
  .map((one) => {
    const lines = [`${one.method} ${Buffer.from(one.target).toString('latin1')} ${one.version}`];
    if (one.token !== '') lines.push(`X-Auth-Token: ${one.token}`);
    if (one.accept !== undefined) lines.push(`Accept: ${one.accept}`);
    if (one.requestId !== undefined) lines.push(`X-Openstack-Request-Id: ${one.requestId}`);
    const text = `${[...lines, ...one.more].join('\r\n')}\r\n${one.framing(one.body)}`;
    return { method: one.method, target: one.target, text };
  });

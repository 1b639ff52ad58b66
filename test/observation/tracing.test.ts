import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type GatewayProcess,
  removeFolder,
  signIn,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process';
import { seeded, writeSeed } from '../support/seed';
import { putUsedState } from '../support/used-state';
import { send } from '../support/wire';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { key: string; value: Readonly<Record<string, unknown>> }[];
}

interface Exported {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Span['attributes'] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

const spans: Span[] = [];
const services = new Set<unknown>();
let collector: Server;
let gateway: GatewayProcess;
let token: string;
const folder = temporaryFolder('tagway-tracing');

/** A collector as small as it can be: OTLP over HTTP in JSON. */
function receive(req: IncomingMessage, res: ServerResponse): void {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    const told = JSON.parse(Buffer.concat(chunks).toString()) as Exported;
    for (const { resource, scopeSpans } of told.resourceSpans) {
      services.add(resource.attributes.find(({ key }) => key === 'service.name')?.value['stringValue']);
      spans.push(...scopeSpans.flatMap((scope) => scope.spans));
    }
    res.setHeader('Content-Type', 'application/json').end('{}');
  });
}

// In a process of its own: the exporter loads what it needs in a way that jest does not have.
beforeAll(async () => {
  collector = createServer(receive);
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  await putUsedState(folder);
  gateway = await startGatewayProcess(folder, {
    TAGWAY_SEED: writeSeed(folder),
    TAGWAY_TRACING: 'otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(port)}`,
    OTEL_BSP_SCHEDULE_DELAY: '50',
  });
  token = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  collector.closeAllConnections();
  collector.close();
  removeFolder(folder);
});

async function until<Found>(look: () => Found | undefined): Promise<Found> {
  for (let wait = 0; wait < 400; wait++) {
    const found = look();
    if (found !== undefined) return found;
    await sleep(50);
  }
  throw new Error(`it has not come; spans: ${JSON.stringify(spans.map(({ name }) => name))}`);
}

function spansOf(traceId: string, count: number): Promise<Span[]> {
  return until(() => {
    const found = spans.filter((span) => span.traceId === traceId);
    return found.length >= count ? found : undefined;
  });
}

function line(fits: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
  return until(() => {
    const texts = gateway
      .output()
      .split('\n')
      .filter((text) => /^\{.*\}$/.test(text));
    return texts.map((text) => JSON.parse(text) as Record<string, unknown>).find(fits);
  });
}

function attribute(span: Span | undefined, key: string): unknown {
  return Object.values(span?.attributes.find((one) => one.key === key)?.value ?? {})[0];
}

test('a request goes on with the trace that it brings, and who it waited for is told within it', async () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const traceparent = `00-${trace}-b7ad6b7169203331-01`;
  const path = `/v2/images/${seeded.image}/tags/red`;
  await send(gateway.port, 'PUT', path, { token, headers: { traceparent } });
  const found = await spansOf(trace, 3);
  const root = found.find(({ parentSpanId }) => parentSpanId === 'b7ad6b7169203331');
  expect(root).toMatchObject({ name: 'openstack-images addTag', kind: 2 });
  expect(String(attribute(root, 'http.response.status_code'))).toBe('204');
  const within = found.filter(({ parentSpanId }) => parentSpanId === root?.spanId).map(({ name }) => name);
  expect(within.sort()).toEqual(['identity authenticate', 'tags change']);
  expect([...services]).toEqual(['tagway']);
  const told = await line(({ traceId }) => traceId === trace);
  expect(told).toMatchObject({ message: 'request', operation: 'addTag', image: seeded.image });
  expect(attribute(root, 'tagway.request_id')).toBe(told['requestId']);
});

test('questions that go to Postgres together are told to each request by itself', async () => {
  const traces = [1, 2, 3, 4].map((index) => String(index).padStart(32, 'a'));
  await Promise.all(
    traces.map((trace) =>
      send(gateway.port, 'GET', `/v2/images/${seeded.image}`, {
        token,
        headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` },
      }),
    ),
  );
  for (const trace of traces) {
    const names = (await spansOf(trace, 3)).map(({ name }) => name);
    expect(names.filter((name) => name === 'images get')).toHaveLength(1);
  }
});

test('a request without a trace begins one, and health checks have none', async () => {
  await send(gateway.port, 'GET', '/healthz');
  await send(gateway.port, 'GET', '/v2/images', { token });
  expect(await line(({ dialect }) => dialect === 'health')).not.toHaveProperty('traceId');
  const { traceId } = await line(({ operation }) => operation === 'listImages');
  const found = await spansOf(String(traceId), 3);
  expect(found.filter(({ parentSpanId }) => !parentSpanId)).toHaveLength(1);
  expect(found.map(({ name }) => name)).toContain('search page');
});

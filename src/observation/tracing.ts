import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRequire } from 'node:module';
import type * as Api from '@opentelemetry/api';
import type { Context, Span, Tracer } from '@opentelemetry/api';
import type * as Core from '@opentelemetry/core';
import type * as Exporter from '@opentelemetry/exporter-trace-otlp-http';
import type * as Resources from '@opentelemetry/resources';
import type * as Sdk from '@opentelemetry/sdk-trace-base';
import '../http/context';

/** Spans for requests and the work they wait for. */
export interface Tracing {
  /** The listener, with a span for every request; a `traceparent` continues that trace. */
  watch(listener: RequestListener): RequestListener;
  /** The same part, with each method as a span within the request's. */
  traced<Part extends object>(name: string, part: Part): Part;
  /** Flushes spans, without waiting for an unresponsive collector. */
  close(): Promise<void>;
}

/** Loaded only if traces are on: the packages take time and memory. */
const load = createRequire(__filename);

/** Maximum time to send the last spans (ms). */
const flushTimeoutMs = 2_000;

/** Polled every few seconds by monitoring; their traces are useless. */
const untraced = /^\/(?:healthz|readyz|metrics)$/;

/**
 * Loads OpenTelemetry, which reads where to send spans, and how many, from its own `OTEL_…` variables.
 * @param onDiagnostic receives delivery failures
 */
export function startTracing(onDiagnostic: (message: string) => void): Tracing {
  const api = load('@opentelemetry/api') as typeof Api;
  const { W3CTraceContextPropagator } = load('@opentelemetry/core') as typeof Core;
  const { OTLPTraceExporter } = load('@opentelemetry/exporter-trace-otlp-http') as typeof Exporter;
  const resources = load('@opentelemetry/resources') as typeof Resources;
  const sdk = load('@opentelemetry/sdk-trace-base') as typeof Sdk;
  setDiagnosticLogger(api, onDiagnostic);
  const own = resources.resourceFromAttributes({ 'service.name': 'tagway' });
  const named = resources.detectResources({ detectors: [resources.envDetector] });
  const provider = new sdk.BasicTracerProvider({
    resource: resources.defaultResource().merge(own).merge(named),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const propagator = new W3CTraceContextPropagator();
  const parentOf = (req: IncomingMessage): Context =>
    propagator.extract(api.ROOT_CONTEXT, req.headers, api.defaultTextMapGetter);
  const spans = new Spans(api, provider.getTracer('tagway'), parentOf);
  return {
    watch: (listener) => spans.watch(listener),
    traced: (name, part) => spans.traced(name, part),
    close: () => withTimeout(provider.shutdown()),
  };
}

class Spans {
  /** The current request. */
  private readonly scope = new AsyncLocalStorage<Context>();

  constructor(
    private readonly api: typeof Api,
    private readonly tracer: Tracer,
    private readonly parentOf: (req: IncomingMessage) => Context,
  ) {}

  watch(listener: RequestListener): RequestListener {
    const { SpanKind, trace } = this.api;
    return (req, res) => {
      if (untraced.test(req.url ?? '')) {
        listener(req, res);
        return;
      }
      const from = this.parentOf(req);
      const span = this.tracer.startSpan(req.method ?? '', { kind: SpanKind.SERVER }, from);
      req.traceId = span.spanContext().traceId;
      this.scope.run(trace.setSpan(from, span), () => {
        listener(req, res);
      });
      // After the listener's own handler, which sets the operation.
      res.once('close', () => {
        describe(span, req, res.writableFinished ? res.statusCode : 499, this.api);
      });
    };
  }

  traced<Part extends object>(name: string, part: Part): Part {
    return withCalls(part, (method, work) => {
      const within = this.scope.getStore();
      if (!within) return work();
      const span = this.tracer.startSpan(`${name} ${method}`, {}, within);
      return ended(work(), span, this.api);
    });
  }
}

async function withTimeout(work: Promise<void>): Promise<void> {
  const late = new AbortController();
  const waited = sleep(flushTimeoutMs, undefined, { signal: late.signal }).catch(() => undefined);
  await Promise.race([work.catch(() => undefined), waited]);
  late.abort();
}

function setDiagnosticLogger(
  { diag, DiagLogLevel }: typeof Api,
  onDiagnostic: (message: string) => void,
): void {
  const quiet = (): void => undefined;
  const logger = { error: onDiagnostic, warn: onDiagnostic, info: quiet, debug: quiet, verbose: quiet };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}

function describe(span: Span, req: IncomingMessage, status: number, { SpanStatusCode }: typeof Api): void {
  const method = req.method ?? '';
  const { surface, operation, caller } = req;
  if (surface !== undefined) span.updateName(`${surface} ${operation ?? method}`);
  span.setAttributes({
    'http.request.method': method,
    'http.response.status_code': status,
    // A request refused before its target was parsed has none.
    ...((req.target as typeof req.target | undefined) && { 'url.path': req.target.path }),
    ...(surface !== undefined && { 'tagway.dialect': surface }),
    ...(operation !== undefined && { 'tagway.operation': operation }),
    ...(caller?.projectId != null && { 'tagway.project': caller.projectId }),
    'tagway.request_id': req.requestId,
  });
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

type Call = (...given: unknown[]) => unknown;

function withCalls<Part extends object>(
  part: Part,
  around: (method: string, work: () => unknown) => unknown,
): Part {
  return new Proxy(part, {
    get: (target, name): unknown => {
      const found: unknown = Reflect.get(target, name);
      if (typeof found !== 'function' || typeof name !== 'string') return found;
      return (...given: unknown[]) => around(name, () => (found as Call).apply(target, given));
    },
  });
}

/** A refusal is an answer; only a failure is an error. */
function ended(result: unknown, span: Span, { SpanStatusCode }: typeof Api): unknown {
  if (!(result instanceof Promise)) {
    span.end();
    return result;
  }
  return result.then(
    (value: unknown) => {
      span.end();
      return value;
    },
    (error: unknown) => {
      if (error instanceof Error) span.setAttribute('error.type', error.name);
      if (error instanceof Error && error.name === 'Unavailable')
        span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      throw error;
    },
  );
}

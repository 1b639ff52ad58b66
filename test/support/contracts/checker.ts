import Ajv, { type ValidateFunction } from 'ajv';
import { segmentsAfterVersion } from '../../../src/dialects/openstack-images/operations/versions';
import {
  type Answer,
  type Content,
  type Contract,
  type DialectName,
  dialectNames,
  operationsOf,
  resolved,
  type Responses,
} from './contracts';
import type { Exchange } from './recorder.cjs';

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly operation: string;
  readonly responses: Responses;
  /** The media types of a request that has JSON in it. */
  readonly accepts: Content | undefined;
}

export interface Verdict {
  /** Dialect and operationId, or `elsewhere`. */
  readonly operation: string;
  readonly status: number;
  /** What is wrong with the answer; undefined when it keeps to the contract. */
  readonly fault?: string;
}

/** Where HEAD is answered as GET is, without the body: as Keystone does, and as this gateway does by its own API. */
const headIsGet: readonly DialectName[] = ['identity-v3', 'tagway'];

/** Holds answers against the contracts of their dialects. Schemas are compiled when they are first needed. */
export class ContractChecker {
  private readonly ajv: Ajv;
  private readonly routes = new Map<string, readonly Route[]>();
  private readonly compiled = new Map<object, ValidateFunction>();

  /**
   * @param contracts with JSON schemas (see withJsonSchemas)
   * @param proven whether it is looked at elsewhere that their schemas are schemas: that takes as long as the rest
   */
  constructor(
    private readonly contracts: Readonly<Record<DialectName, Contract>>,
    proven = false,
  ) {
    this.ajv = new Ajv({ strict: false, formats: { binary: true }, validateSchema: !proven });
    for (const name of dialectNames) {
      const contract = contracts[name];
      this.ajv.addSchema({ components: { schemas: contract.components.schemas } }, name);
      this.routes.set(name, routesOf(contract));
    }
  }

  /** @returns undefined for what no dialect answers (health, metrics, …) */
  check(exchange: Exchange): Verdict | undefined {
    const { surface, status } = exchange;
    const name = dialectNames.find((dialect) => dialect === surface);
    if (!name) return undefined;
    const contract = this.contracts[name];
    const route = this.routeOf(name, exchange);
    const operation = `${name} ${route?.operation ?? 'elsewhere'}`;
    const responses = (route?.responses ?? contract['x-elsewhere'].responses)[String(status)];
    if (!responses) return { operation, status, fault: 'the status is not documented' };
    const answer = resolved<Answer>(contract, responses);
    const fault =
      this.headerFault(contract, answer, exchange) ??
      this.bodyFault(answer, exchange) ??
      (status < 300 ? this.requestFault(route, exchange) : undefined);
    return { operation, status, ...(fault !== undefined && { fault }) };
  }

  private routeOf(name: DialectName, exchange: Exchange): Route | undefined {
    const path = pathOf(name, exchange);
    const isGet = exchange.method === 'HEAD' && headIsGet.includes(name);
    const method = isGet ? 'GET' : exchange.method;
    return this.routes.get(name)?.find((route) => route.method === method && route.pattern.test(path));
  }

  private headerFault(contract: Contract, { headers = {} }: Answer, exchange: Exchange): string | undefined {
    for (const [name, described] of Object.entries(headers)) {
      const { required, schema } = resolved(contract, described);
      const value = exchange.headers[name.toLowerCase()];
      if (value === undefined && required) return `the header ${name} is missing`;
      if (value === undefined) continue;
      const fault = this.schemaFault(schema, value);
      if (fault !== undefined) return `the header ${name} (${value}): ${fault}`;
    }
    return undefined;
  }

  private bodyFault(
    { content = {}, ...answer }: Answer,
    { method, headers, body }: Exchange,
  ): string | undefined {
    const type = headers['content-type'];
    if (type === undefined) {
      const mayBeEmpty = Object.keys(content).length === 0 || answer['x-empty'] === true || method === 'HEAD';
      if (!mayBeEmpty) return 'there is no media type';
      return body === '' ? undefined : 'there is a body, and none is documented';
    }
    const media = content[type];
    if (!media) return `the media type ${type} is not documented`;
    if (method === 'HEAD' || body === null || type === 'application/octet-stream') return undefined;
    return this.schemaFault(
      media.schema,
      /^application\/(\w+\+)?json\b/.test(type) ? JSON.parse(body) : body,
    );
  }

  /** A granted request must be as the contract says: else the contract names limits that are not held. */
  private requestFault(route: Route | undefined, { sent, sentType }: Exchange): string | undefined {
    const content = route?.accepts;
    if (!content || sent === null) return undefined;
    const media = content[sentType?.split(';', 1)[0] ?? ''] ?? Object.values(content)[0];
    const value = jsonIn(sent);
    const fault = media && value !== undefined ? this.schemaFault(media.schema, value) : undefined;
    return fault === undefined ? undefined : `it was taken, but the request's ${fault}`;
  }

  /** @returns undefined when the value is as the schema says */
  schemaFault(schema: object, value: unknown): string | undefined {
    const validate = this.compiled.get(schema) ?? this.ajv.compile(schema);
    this.compiled.set(schema, validate);
    if (validate(value)) return undefined;
    return this.ajv.errorsText(validate.errors, { dataVar: 'body' });
  }
}

/** The dialect has read it, by rules that are looser than those of JSON for OpenStack. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Paths with fewer parameters come first: `tags/action` is no key. */
function routesOf(contract: Contract): Route[] {
  const parameters = (path: string): number => path.split('{').length;
  return operationsOf(contract)
    .sort((a, b) => parameters(a.path) - parameters(b.path))
    .map(({ method, path, operation }) => ({
      method,
      pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
      operation: operation.operationId ?? `${method} ${path}`,
      responses: operation.responses,
      accepts: operation.requestBody?.content,
    }));
}

/** The path as the contract writes it: there is one version, and no slash where a dialect does not mind it. */
function pathOf(name: DialectName, { path, accept, status }: Exchange): string {
  if (name === 'identity-v3') return path.replace(/(?<=.)\/$/, '');
  if (name !== 'openstack-images') return path;
  const segments = path.slice(1).split('/');
  // Routes end as Python's expressions do, which let a line feed stand behind the end. A version is no route.
  const isExact = segments.length === 1 || segments.at(-2) === 'tags';
  const last = segments.pop() ?? '';
  segments.push(isExact ? last : last.replace(/%0A$/, ''));
  if (path === '/healthcheck' || segments[0] === 'versions') return path;
  // A version that this release lacks is answered with the list of versions.
  const release = status === 300 ? 'zed' : 'hibiscus';
  const rest = segmentsAfterVersion(segments, accept ?? undefined, { release, store: null });
  // Without a version that there is, only the root itself is a path of the contract.
  if (!rest) return path === '/' ? path : '';
  return ['/v2', ...rest].join('/');
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { FakeKeystone } from '../support/fake-keystone';
import { startTestGateway, type TestGateway } from '../support/gateway';
import { readSamples, type Sample } from '../support/readings';
import { send } from '../support/wire';

const root = join(__dirname, '../..');

function textsUnder(value: unknown, key: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => textsUnder(one, key));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === key && typeof inner === 'string' ? [inner] : textsUnder(inner, key),
  );
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const dashboard: unknown = JSON.parse(read('ops/grafana/tagway.json'));
const rules: unknown = parse(read('ops/prometheus/alerts.yaml'));
const expressions = [...textsUnder(dashboard, 'expr'), ...textsUnder(rules, 'expr')];

/** Added by Prometheus, not by the gateway. */
const ofScrape = ['instance', 'job', 'up'];

/** What an expression names: each metric with the labels that select its series. */
function metricsIn(expression: string): { name: string; labels: Record<string, string> }[] {
  return [...expression.matchAll(/\b((?:tagway|nodejs|process)_\w+|up\b)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', selector = '']) => ({
      name,
      labels: Object.fromEntries(
        [...selector.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].map(([, label = '', how = '', value = '']) => [
          label,
          how === '=' ? value : '',
        ]),
      ),
    }),
  );
}

function groupsIn(expression: string): string[] {
  return [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(/\s*,\s*/));
}

let samples: Sample[];
let keystone: FakeKeystone;
let gateway: TestGateway;

/** Everything has happened once: also that a request is rejected. */
beforeAll(async () => {
  keystone = new FakeKeystone();
  await keystone.start();
  const env = {
    TAGWAY_IDENTITY: 'keystone',
    TAGWAY_KEYSTONE_URL: keystone.url,
    TAGWAY_MAX_CONCURRENT: '1',
    TAGWAY_BATCHING: 'on',
  };
  gateway = await startTestGateway({ env });
  const token = keystone.aToken();
  const body = { name: 'n', tags: ['k=v'] };
  const made = await send(gateway.port, 'POST', '/v2/images', { token, body });
  const { id } = made.json<{ id: string }>();
  await send(gateway.port, 'PUT', `/v2/images/${id}/tags/x`, { token });
  keystone.mood = { slow: 1_000 };
  const both = [keystone.aToken(), keystone.aToken()].map((fresh) =>
    send(gateway.port, 'GET', '/v2/images', { token: fresh }),
  );
  expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([200, 503]);
  samples = readSamples((await send(gateway.port, 'GET', '/metrics')).text);
});
afterAll(async () => {
  await gateway.close();
  await keystone.stop();
});

test('the dashboard and the alerts name metrics, labels and values that a running gateway shows', () => {
  expect(expressions.length).toBeGreaterThan(30);
  for (const expression of expressions) {
    const metrics = metricsIn(expression);
    expect([expression, metrics.length > 0]).toEqual([expression, true]);
    for (const { name, labels } of metrics) {
      if (ofScrape.includes(name)) continue;
      const series = samples.filter((sample) => sample.name === name);
      const fits = series.some((sample) =>
        Object.entries(labels).every(
          ([label, value]) =>
            ofScrape.includes(label) ||
            (label in sample.labels &&
              (value === '' || value.startsWith('$') || sample.labels[label] === value)),
        ),
      );
      expect([expression, name, fits]).toEqual([expression, name, true]);
    }
    const known = metrics.flatMap(({ name }) => samples.filter((sample) => sample.name === name));
    const groups = groupsIn(expression).filter((label) => !ofScrape.includes(label));
    expect([expression, groups.filter((label) => !known.some(({ labels }) => label in labels))]).toEqual([
      expression,
      [],
    ]);
  }
});

test('no metric of the gateway is left out of the dashboard, and none out of the documentation', () => {
  const shown = new Set(
    samples
      .map(({ name }) => name.replace(/_(?:bucket|sum|count)$/, ''))
      .filter((name) => name.startsWith('tagway_')),
  );
  const onBoard = textsUnder(dashboard, 'expr').join('\n');
  const documented = read('docs/monitoring.md');
  expect(shown.size).toBeGreaterThan(15);
  expect([...shown].filter((name) => !onBoard.includes(name))).toEqual([]);
  expect([...shown].filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
});

test('every alert has a case in which it fires and one in which it does not', () => {
  const { tests } = parse(read('ops/prometheus/alerts.test.yaml')) as {
    tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
  };
  const cases = tests.flatMap((one) => one.alert_rule_test);
  const those = (fire: boolean): Set<string> =>
    new Set(cases.filter((one) => one.exp_alerts.length > 0 === fire).map(({ alertname }) => alertname));
  const alerts = new Set(textsUnder(rules, 'alert'));
  expect([those(true), those(false)]).toEqual([alerts, alerts]);
});

test('every alert has its paragraph in the documentation', () => {
  const alerts = textsUnder(rules, 'alert');
  expect(alerts.length).toBeGreaterThan(5);
  const documented = read('docs/monitoring.md');
  expect(alerts.filter((alert) => !documented.includes(`\`${alert}\``))).toEqual([]);
});

import type { Pair } from './pair';

/** What differs, in words that are the same for differences of one kind. None when the answers are equal. */
export function differenceOf({ call, keystone, tagway }: Pair): string | undefined {
  const route = `${call.method} ${call.path.replace(/\?.*/, '').replace(/<([a-z_]+)-\w+>|[ef]{32}/g, '*')}`;
  if (keystone.status !== tagway.status) {
    return `${route}: ${String(keystone.status)} and not ${String(tagway.status)}: ${words(keystone.body)} / ${words(tagway.body)}`;
  }
  const [difference] = differencesIn(keystone.body, tagway.body, '');
  return difference === undefined ? undefined : `${route} ${String(keystone.status)}${difference}`;
}

function words(body: unknown): string {
  const text = (body as { error?: { message?: string } } | null)?.error?.message ?? '';
  return general(text.split('\n')[0] ?? '');
}

function general(text: string): string {
  return text
    .replace(/<([a-z_]+)-\w+>/g, '<$1>')
    .replace(/salt-[\wü ]+/g, 'NAME')
    .slice(0, 160);
}

function differencesIn(a: unknown, b: unknown, where: string): string[] {
  if (JSON.stringify(a) === JSON.stringify(b)) return [];
  if (!isObject(a) || !isObject(b)) return [` ${where}: ${shown(a)} and not ${shown(b)}`];
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].flatMap((name) =>
    differencesIn(a[name], b[name], `${where}.${/^(\d+|<.*>)$/.test(name) ? '*' : name}`),
  );
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : general(JSON.stringify(value));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

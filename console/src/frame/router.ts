import { useEffect, useMemo, useState } from 'preact/hooks';

/** Where the address bar leads: what follows `#`, so that the gateway serves one file for all pages. */
export interface Place {
  /** `images/0f3b…`, decoded by `matchPath` */
  readonly path: string;
  readonly query: URLSearchParams;
}

type Changes = Readonly<Record<string, string | number | null>>;

/** Sent to the window when the address changed without a `hashchange`. */
const replaced = 'tagway:replaced';

export function readPlace(hash = location.hash): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  return { path: path.replace(/\/$/, ''), query: new URLSearchParams(query) };
}

/** An address within the console. Members that are null or empty are left out. */
export function href(path: string, query: Changes = {}): string {
  const text = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      value === null || value === '' ? [] : [[name, String(value)]],
    ),
  ).toString();
  return `#/${path}${text === '' ? '' : `?${text}`}`;
}

export function navigate(address: string): void {
  location.hash = address;
}

/** As `navigate`, in place of the present entry of the history. */
export function replace(address: string): void {
  if (location.hash === address) return;
  history.replaceState(null, '', address);
  dispatchEvent(new Event(replaced));
}

export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = (): void => {
      setHash(location.hash);
    };
    addEventListener('hashchange', follow);
    addEventListener(replaced, follow);
    return () => {
      removeEventListener('hashchange', follow);
      removeEventListener(replaced, follow);
    };
  }, []);
  return useMemo(() => readPlace(hash), [hash]);
}

/** The query of the present address with these changes. */
export function changedQuery({ path, query }: Place, changes: Changes): string {
  return href(path, { ...Object.fromEntries(query), ...changes });
}

/** @param pattern `images/:imageId` @returns the named parts, undefined when the path is another one */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = decoded(given[index] ?? '');
    if (part.startsWith(':') && text !== '') found[part.slice(1)] = text;
    else if (part !== text) return undefined;
  }
  return found;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

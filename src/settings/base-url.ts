/** Without the slashes at its end: paths are appended to it. A loop, since `/\/+$/` takes quadratic time. */
export function withoutTrailingSlashes(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end--;
  return url.slice(0, end);
}

/** A whole page around what a renderer made. */
export function pageFrame(title: string, body: string): string {
  return document(title, `<main class="text">${body}</main>`);
}

/** What there is to read: the groups of `docs/README.md`, and the contracts. */
export function indexPage(groups: string, dialects: readonly string[]): string {
  const contracts = dialects.map(
    (name) =>
      `<li><a href="/docs/api/${name}">${name}</a> (<a href="/docs/contracts/${name}.yaml">contract.yaml</a>)</li>`,
  );
  const apis = `<h2 id="apis">APIs</h2>
<p>Every operation with its parameters, bodies, limits and errors, to read and to try.</p>
<ul>${contracts.join('')}</ul>`;
  return document('Documentation', `<main class="text index">${groups}${apis}</main>`);
}

/** The viewer with one contract in it. */
export function contractPage(name: string): string {
  const body = `<main id="viewer" data-contract="/docs/contracts/${name}.yaml"></main>
<script src="/docs/viewer/swagger-ui-bundle.js"></script>
<script src="/docs/assets/viewer.js"></script>`;
  return document(name, body, '<link rel="stylesheet" href="/docs/viewer/swagger-ui.css">');
}

function document(title: string, body: string, head = ''): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · Tagway</title>
<link rel="icon" href="/docs/viewer/favicon-32x32.png">
${head}<link rel="stylesheet" href="/docs/assets/docs.css">
</head>
<body>
<nav><a href="/">Tagway</a> <a href="/docs">Documentation</a> <a href="/console/">Console</a></nav>
${body}
</body>
</html>
`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}

import { problems } from './problems';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}

/** `/problems`: a section for each type of problem, where its `type` leads. */
export function problemPage(): string {
  const sections = Object.entries(problems).map(
    ([name, { status, title, help }]) => `<section id="${name}">
<h2><a href="#${name}">${escaped(title)}</a></h2>
<p><code>/problems/${name}</code>, status ${String(status)}</p>
<p>${escaped(help)}</p>
</section>`,
  );
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Problems · Tagway</title>
<link rel="stylesheet" href="/docs/assets/docs.css">
</head>
<body>
<nav><a href="/docs">Tagway documentation</a></nav>
<main class="text">
<h1>Problems of the native API</h1>
<p>The <code>type</code> of an error (RFC 9457) leads to its section here.</p>
${sections.join('\n')}
</main>
</body>
</html>
`;
}

export function isProblemName(name: string): boolean {
  return Object.hasOwn(problems, name);
}

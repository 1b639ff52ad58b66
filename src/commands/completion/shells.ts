import type { CommandNode } from './tree';

/** What a script decides by: the commands so far, each behind a space. */
function keyOf(path: readonly string[]): string {
  return path.map((name) => ` ${name}`).join('');
}

/** Names hold nothing that a shell reads otherwise; descriptions may. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function patternOf(nodes: readonly CommandNode[]): string {
  return nodes
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => quoted(keyOf(path)))
    .join(' | ');
}

/** After an option that takes a value, and where nothing is known, files are offered. */
function bash(nodes: readonly CommandNode[]): string {
  const words = nodes.map(({ path, children, options }) => {
    const all = [...children.map(({ name }) => name), ...options.map(({ flag }) => flag)];
    return `    ${quoted(keyOf(path))}) words=${quoted(all.join(' '))} ;;`;
  });
  return `# tagway completion bash: source <(tagway completion bash)
_tagway() {
  local at= words= i word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
      ${patternOf(nodes)}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at $before" in
    ${valuesOf(nodes)}) COMPREPLY=(); return ;;
  esac
  case "$at" in
${words.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _tagway tagway
`;
}

/** Of options that take a value: what stands before the word to be completed. */
function valuesOf(nodes: readonly CommandNode[]): string {
  return nodes
    .flatMap(({ path, options }) =>
      options.filter(({ takesValue }) => takesValue).map(({ flag }) => quoted(`${keyOf(path)} ${flag}`)),
    )
    .join(' | ');
}

function zsh(nodes: readonly CommandNode[]): string {
  const found = nodes.map(({ path, children, options }) => {
    const all = [...children, ...options.map(({ flag, description }) => ({ name: flag, description }))];
    const entries = all.map(({ name, description }) =>
      quoted(`${name}:${description.replaceAll(':', '\\:')}`),
    );
    return `    (${quoted(keyOf(path))}) found=(${entries.join(' ')}) ;;`;
  });
  return `#compdef tagway
# tagway completion zsh: source <(tagway completion zsh), or write it to a file _tagway in a folder of $fpath
_tagway() {
  local at='' word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      (${patternOf(nodes)}) at="$at $word" ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
    (${valuesOf(nodes)}) _files; return ;;
  esac
  case "$at" in
${found.join('\n')}
  esac
  _describe -t commands tagway found || _files
}
if [ "$funcstack[1]" = _tagway ]; then _tagway "$@"; else compdef _tagway tagway; fi
`;
}

function fish(nodes: readonly CommandNode[]): string {
  const known = nodes
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => quoted(keyOf(path)))
    .join(' ');
  const lines = nodes.flatMap(({ path, children, options }) => {
    const here = `complete -c tagway -n ${quoted(`__tagway_at ${quoted(keyOf(path))}`)}`;
    return [
      ...children.map(({ name, description }) => `${here} -f -a ${name} -d ${quoted(description)}`),
      ...options.map(({ flag, description, takesValue }) => {
        const name = flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`;
        return `${here} ${name}${takesValue ? ' -r' : ''} -d ${quoted(description)}`;
      }),
    ];
  });
  return `# tagway completion fish: tagway completion fish | source
function __tagway_at
  set -l at ''
  for word in (commandline -opc)[2..]
    switch "$at $word"
      case ${known}
        set at "$at $word"
    end
  end
  test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}

export const completionScripts: Readonly<Record<string, (nodes: readonly CommandNode[]) => string>> = {
  bash,
  zsh,
  fish,
};

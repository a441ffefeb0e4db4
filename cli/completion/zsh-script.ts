import { allCommands, type CompletedCommand } from './command-tree.js';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
/** `name:description`, colons of the name escaped. */
const described = (name: string, words: string): string => quoted(`${name.replaceAll(':', '\\:')}:${words}`);
const pathOf = ({ path }: CompletedCommand): string => path.join(' ');

/** For zsh: commands and options with their descriptions. */
export function zshScript(tree: CompletedCommand): string {
  const commands = allCommands(tree);
  const steps = commands.filter(({ path }) => path.length > 0).map((command) => quoted(pathOf(command)));
  const items = commands.map((command) => {
    const all = [
      ...command.subcommands.map(({ path, words }) => described(path.at(-1)!, words)),
      ...command.options.map(({ long, words }) => described(long, words)),
    ];
    return `    ${quoted(pathOf(command))})\n      items=(\n        ${all.join('\n        ')}\n      ) ;;`;
  });
  const values = commands.flatMap((command) =>
    command.options.flatMap(({ long, takesValue, choices }) => {
      if (!takesValue) return [];
      const act = choices.length > 0 ? `compadd -- ${choices.join(' ')}` : '_files';
      return [`    ${quoted(`${pathOf(command)} ${long}`)}) ${act}; return ;;`];
    }),
  );
  return `#compdef segments stable-segments
# zsh completion of segments: segments completion zsh > "\${fpath[1]}/_segments"
_segments() {
  local at='' word next
  local -a items
  for word in \${words[2,CURRENT-1]}; do
    next="\${at:+$at }$word"
    case "$next" in
    ${steps.join('|')}) at=$next ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  case "$at" in
${items.join('\n')}
  esac
  _describe -o 'segments' items || _files
}
if [ "$funcstack[1]" = '_segments' ]; then _segments "$@"; else compdef _segments segments stable-segments; fi
`;
}

import { allCommands, type CompletedCommand } from './command-tree.js';

/** Names of commands and options are plain words: nothing in them needs quoting. */
const pathOf = ({ path }: CompletedCommand): string => path.join(' ');

/** For bash: what may follow the words so far; values of options with choices; else files. */
export function bashScript(tree: CompletedCommand): string {
  const commands = allCommands(tree);
  const steps = commands.filter(({ path }) => path.length > 0).map((command) => `'${pathOf(command)}'`);
  const words = commands.map((command) => {
    const all = [
      ...command.subcommands.map(({ path }) => path.at(-1)!),
      ...command.options.map(({ long }) => long),
    ];
    return `    '${pathOf(command)}') words='${all.join(' ')}' ;;`;
  });
  const values = commands.flatMap((command) =>
    command.options.flatMap(({ long, takesValue, choices }) =>
      takesValue
        ? [
            choices.length > 0
              ? `    '${pathOf(command)} ${long}') COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$cur")); return ;;`
              : `    '${pathOf(command)} ${long}') COMPREPLY=(); return ;;`,
          ]
        : [],
    ),
  );
  return `# bash completion of segments: eval "$(segments completion bash)"
_segments() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} at='' word words next
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${at:+$at }$word"
    case "$next" in
    ${steps.join('|')}) at=$next ;;
    esac
  done
  case "$at $prev" in
${values.join('\n')}
  esac
  case "$at" in
${words.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o bashdefault -o default -F _segments segments stable-segments
`;
}

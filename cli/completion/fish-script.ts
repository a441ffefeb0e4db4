import { allCommands, type CompletedCommand } from './command-tree.js';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** When the words so far lead to this command and to none below it. */
function condition({ path, subcommands }: CompletedCommand): string {
  const below = subcommands.map((command) => command.path.at(-1)!).join(' ');
  const parts = [
    ...path.map((name) => `__fish_seen_subcommand_from ${name}`),
    ...(below === '' ? [] : [`not __fish_seen_subcommand_from ${below}`]),
  ];
  return parts.length === 0 ? '' : ` -n ${quoted(parts.join('; and '))}`;
}

/** For fish: commands and options with their descriptions. */
export function fishScript(tree: CompletedCommand): string {
  const lines = allCommands(tree).flatMap((command) => {
    const when = condition(command);
    const subcommands = command.subcommands.map(
      ({ path, words }) => `complete -c segments -f${when} -a ${path.at(-1)!} -d ${quoted(words)}`,
    );
    const options = command.options.map(({ long, short, takesValue, choices, words }) => {
      const names = ` -l ${long.slice(2)}${short === undefined ? '' : ` -s ${short.slice(1)}`}`;
      const value = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : takesValue ? ' -r' : '';
      return `complete -c segments${when}${names}${value} -d ${quoted(words)}`;
    });
    return [...subcommands, ...options];
  });
  return [
    '# fish completion of segments: segments completion fish > ~/.config/fish/completions/segments.fish',
    ...lines,
    'complete -c stable-segments -w segments',
    '',
  ].join('\n');
}

import { type Command } from 'commander';

export interface CompletedOption {
  /** `--as-of`. */
  readonly long: string;
  readonly short: string | undefined;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  readonly words: string;
}

/** A command as a completion sees it. */
export interface CompletedCommand {
  /** Words after `segments`, empty for the command itself. */
  readonly path: readonly string[];
  readonly words: string;
  readonly subcommands: readonly CompletedCommand[];
  readonly options: readonly CompletedOption[];
}

/** All commands with their options, from the program itself: what it offers is what is completed. */
export function commandTree(program: Command, path: readonly string[] = []): CompletedCommand {
  const options = program.options.flatMap((option): CompletedOption[] =>
    option.long === undefined || option.long === null || option.hidden
      ? []
      : [
          {
            long: option.long,
            short: option.short ?? undefined,
            takesValue: option.required || option.optional,
            choices: option.argChoices ?? [],
            words: oneLine(option.description),
          },
        ],
  );
  return {
    path,
    words: oneLine(program.description()),
    subcommands: program.commands.map((command) => commandTree(command, [...path, command.name()])),
    options: [
      ...options,
      { long: '--help', short: '-h', takesValue: false, choices: [], words: 'display help for command' },
    ],
  };
}

/** The command and all below it, parents first. */
export function allCommands(tree: CompletedCommand): CompletedCommand[] {
  return [tree, ...tree.subcommands.flatMap(allCommands)];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

import { type Command, Argument } from 'commander';
import { bashScript } from '../completion/bash-script.js';
import { commandTree } from '../completion/command-tree.js';
import { fishScript } from '../completion/fish-script.js';
import { zshScript } from '../completion/zsh-script.js';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };
export type CompletedShell = keyof typeof scripts;

/** `segments completion SHELL`: the script that lets a shell complete commands and flags. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('prints the completion script of a shell')
    .addArgument(new Argument('<shell>').choices(Object.keys(scripts)))
    .addHelpText(
      'after',
      `
Examples:
  eval "$(segments completion bash)"                                    in ~/.bashrc
  segments completion zsh > "\${fpath[1]}/_segments"
  segments completion fish > ~/.config/fish/completions/segments.fish`,
    )
    .action((shell: CompletedShell) => {
      process.stdout.write(scripts[shell](commandTree(program)));
    });
}

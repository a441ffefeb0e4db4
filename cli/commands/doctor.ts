import { type Command } from 'commander';
import pc from 'picocolors';
import { diagnose } from '../diagnose.js';
import { exitCodes } from '../exit-codes.js';
import { createOutput } from '../output.js';
import { resolveSettings } from '../settings.js';
import { type CommonFlags, outputOptions, settingsOption, storeOption } from '../shared-options.js';

const marks = { ok: pc.green('✓'), note: pc.yellow('–'), wrong: pc.red('✗') } as const;

/** `segments doctor`: what works here, and for what does not, what to do. Exit code 1 where something is wrong. */
export function addDoctorCommand(program: Command): void {
  const command = program
    .command('doctor')
    .description('checks Node, server, store, backends and credentials, each with its remedy');
  outputOptions(settingsOption(storeOption(command))).action(async (flags: CommonFlags) => {
    const output = createOutput(flags);
    const settings = await resolveSettings(flags, process.env);
    const findings = await diagnose(settings, process.env, output.note);
    const healthy = findings.every(({ state }) => state !== 'wrong');
    output.json({ healthy, findings });
    for (const { state, what, found, remedy } of findings) {
      output.print(`${marks[state]} ${what.padEnd(20)} ${found}`);
      if (remedy !== undefined) output.print(`  ${''.padEnd(20)} ${pc.dim(remedy)}`);
    }
    output.print(
      healthy
        ? pc.green('\nReady.')
        : pc.red(`\nTo fix: ${findings.find(({ state }) => state === 'wrong')!.remedy}`),
    );
    if (!healthy) process.exitCode = exitCodes.failed;
  });
}

import { type Command, Option } from 'commander';

/** Options of every command that speaks to people and programs. */
export function outputOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--json', 'print one machine-readable object, and nothing else, on standard output').env(
        'SEGMENTS_JSON',
      ),
    )
    .addOption(new Option('-q, --quiet', 'no progress, no notes').env('SEGMENTS_QUIET'));
}

export function storeOption(command: Command): Command {
  return command.addOption(
    new Option('--artifacts <uri>', 'artifact store: file:///dir or s3://bucket/prefix').env(
      'SEGMENTS_ARTIFACTS',
    ),
  );
}

export function settingsOption(command: Command): Command {
  return command.addOption(
    new Option(
      '-c, --config <file>',
      'settings file; default segments.config.yaml or .json in this folder',
    ).env('SEGMENTS_CONFIG'),
  );
}

export function engineOption(command: Command): Command {
  return command.addOption(
    new Option('--engine <engine>', 'auto takes a Temporal server where one can be had')
      .choices(['auto', 'temporal', 'in-process'])
      .env('SEGMENTS_ENGINE'),
  );
}

/** What Ctrl-C does to the workflow of a command that follows one. */
export function interruptOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--on-interrupt <what>',
      'what Ctrl-C does to the workflow; default: asks on a terminal where it could go on without this command, else cancels',
    )
      .choices(['cancel', 'detach'])
      .env('SEGMENTS_ON_INTERRUPT'),
  );
}

/** Options of the commands that train. */
export function methodOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--source <source>', 'csv:FILE, parquet:FILE, kaggle:OWNER/SLUG, …, or a JSON object').env(
        'SEGMENTS_SOURCE',
      ),
    )
    .addOption(
      new Option('--raw <switch>', 'cluster the raw features too, as a baseline')
        .choices(['on', 'off'])
        .env('SEGMENTS_RAW'),
    )
    .addOption(
      new Option('--clusterer <method>', 'whose clusters become segments')
        .choices(['auto', 'hdbscan', 'mixture'])
        .env('SEGMENTS_CLUSTERER'),
    )
    .option('--set <key=value...>', 'any key of the config, for example --set gate.minShareKept=0.9', []);
}

/** What the option groups above give, as commander hands it over. */
export interface CommonFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly artifacts?: string;
  readonly config?: string;
  readonly engine?: 'auto' | 'temporal' | 'in-process';
  readonly onInterrupt?: 'cancel' | 'detach';
  readonly source?: string;
  readonly raw?: 'on' | 'off';
  readonly clusterer?: 'auto' | 'hdbscan' | 'mixture';
  readonly set?: readonly string[];
}

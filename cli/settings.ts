import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { type Config } from '../shared/contracts/config.js';
import { type Source } from '../shared/contracts/source.js';
import { type RetrainRequest } from '../shared/contracts/workflow-inputs.js';
import { SegmentsError } from '../shared/errors.js';
import { overrideConfig } from './config-override.js';
import { type EngineChoice } from './open-engine.js';
import { parseSource } from './parse-source.js';
import { defaultStore } from './process-dependencies.js';
import { readSettingsFile, type SettingsFile } from './settings-file.js';
import { type CommonFlags } from './shared-options.js';

/** The part of a workflow's input that `retrain`, `backfill` and the schedule share. */
export type RunInput = Pick<RetrainRequest, 'source' | 'artifacts' | 'config' | 'sinks' | 'tracking'>;

export interface Settings {
  readonly file: SettingsFile;
  readonly source: Source | undefined;
  readonly artifacts: string;
  readonly engine: EngineChoice;
  readonly config: Config;
}

/** A store's URI as people type it: a bare folder means `file://`. */
function storeUri(text: string): string {
  return /^[a-z0-9]+:\/\//i.test(text) ? text : pathToFileURL(path.resolve(text)).href;
}

/** Flags over environment (commander reads it) over settings file over defaults. */
export async function resolveSettings(flags: CommonFlags, env: NodeJS.ProcessEnv): Promise<Settings> {
  const file = await readSettingsFile(flags.config);
  const overrides = [
    ...(flags.raw === undefined ? [] : [`raw.enabled=${String(flags.raw === 'on')}`]),
    ...(flags.clusterer === undefined ? [] : [`clusterer=${flags.clusterer}`]),
    ...(flags.set ?? []),
  ];
  return {
    file,
    source: flags.source === undefined ? file.source : parseSource(flags.source),
    artifacts: storeUri(flags.artifacts ?? file.artifacts ?? defaultStore(env)),
    engine: flags.engine ?? file.engine ?? 'auto',
    config: overrideConfig(file.config, overrides),
  };
}

/** What the settings say of every run, however it is started. @throws SegmentsError InvalidInput without a source */
export function runInput(settings: Settings): RunInput {
  const { artifacts, config, file } = settings;
  return {
    source: requireSource(settings),
    artifacts,
    config,
    sinks: file.sinks,
    ...(file.tracking === undefined ? {} : { tracking: file.tracking }),
  };
}

/** The source, or the error that says how to give one. */
export function requireSource(settings: Settings): Source {
  if (settings.source !== undefined) return settings.source;
  throw new SegmentsError('InvalidInput', '--source: found nothing; expected where the monthly sales are', {
    where: '--source',
    remedy: 'Give --source csv:FILE (or set SEGMENTS_SOURCE, or source in segments.config.yaml).',
  });
}

import { type Config, configSchema } from '../shared/contracts/config.js';
import { validate } from '../shared/contracts/validate.js';
import { SegmentsError } from '../shared/errors.js';

/** A value as people type it: a number, true, false or null where it reads as one, else text. */
function typed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The config with `key.path=value` settings applied, checked as a whole. */
export function overrideConfig(config: Config, settings: readonly string[]): Config {
  const copy = structuredClone(config) as Record<string, unknown>;
  for (const setting of settings) {
    const equals = setting.indexOf('=');
    const keys = setting.slice(0, equals).split('.');
    if (equals < 1 || keys.some((key) => key === '' || key === '__proto__')) {
      throw new SegmentsError(
        'InvalidConfig',
        `--set: found ${JSON.stringify(setting)}; expected key.path=value`,
        {
          where: '--set',
          remedy: 'For example --set gate.minShareKept=0.9',
        },
      );
    }
    let target = copy;
    for (const key of keys.slice(0, -1)) {
      const next = target[key];
      target = (typeof next === 'object' && next !== null ? next : (target[key] = {})) as Record<
        string,
        unknown
      >;
    }
    target[keys.at(-1)!] = typed(setting.slice(equals + 1));
  }
  return validate(configSchema, copy, {
    code: 'InvalidConfig',
    where: settings.length > 0 ? 'config after --set' : 'config',
    remedy: 'docs/configuration.md lists the keys with their ranges.',
  });
}

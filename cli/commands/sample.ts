import { type Command, Option } from 'commander';
import path from 'node:path';
import { SegmentsError } from '../../shared/errors.js';
import { type MarketOptionsInput, parseMarketOptions } from '../../shared/market/options.js';
import { writeMarket } from '../../shared/market/write-market.js';
import { type Progress } from '../../shared/progress.js';
import { createOutput, type Output } from '../output.js';
import { type CommonFlags, outputOptions } from '../shared-options.js';

interface SampleFlags extends CommonFlags {
  readonly output: string;
  readonly truth?: string | false;
  readonly retailers?: string;
  readonly from?: string;
  readonly to?: string;
  readonly products?: string;
  readonly behaviours?: string;
  readonly kind?: string;
  readonly noise?: string;
  readonly seed?: string;
  readonly plant?: readonly string[];
  readonly dirt?: readonly string[];
  readonly settings?: string;
}

const number = (flag: string, text: string): number => {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new SegmentsError('InvalidInput', `${flag}: found ${JSON.stringify(text)}; expected a number`, {
    where: flag,
    remedy: 'segments sample --help shows the flags with examples.',
  });
};

/** `switch:2023-06,share=0.1` → `['switch', { month: '2023-06', share: 0.1 }]`. */
function plant(text: string): [string, Record<string, unknown>] {
  const [, name, month, rest] = /^(\w+):(\d{4}-\d{2})((?:,\w+=[\w.]+)*)$/.exec(text) ?? [];
  if (name === undefined || month === undefined) {
    throw new SegmentsError(
      'InvalidInput',
      `--plant: found ${JSON.stringify(text)}; expected change:YYYY-MM, with settings as ,key=value`,
      { where: '--plant', remedy: 'For example --plant switch:2023-06,share=0.1' },
    );
  }
  const settings = (rest ?? '')
    .split(',')
    .filter((part) => part !== '')
    .map((part) => part.split('=') as [string, string]);
  return [
    name,
    {
      month,
      ...Object.fromEntries(
        settings.map(([key, value]) => [key, Number.isNaN(Number(value)) ? value : Number(value)]),
      ),
    },
  ];
}

/** `notANumber=20` → `['notANumber', 20]`. */
function dirt(text: string): [string, number] {
  const [reason = '', count = ''] = text.split('=');
  return [reason, number('--dirt', count)];
}

function settingsObject(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Said below, with what was found.
  }
  throw new SegmentsError('InvalidInput', `--settings: found ${text}; expected one JSON object`, {
    where: '--settings',
    remedy: `For example --settings '{"spread":1.2}'; docs/sample-data.md lists the options.`,
  });
}

function marketOptions(flags: SampleFlags): MarketOptionsInput {
  const numbers = [
    ['seed', flags.seed],
    ['retailers', flags.retailers],
    ['products', flags.products],
    ['behaviours', flags.behaviours],
    ['noiseShare', flags.noise],
  ] as const;
  const options: Record<string, unknown> = { ...settingsObject(flags.settings) };
  for (const [name, text] of numbers) if (text !== undefined) options[name] = number(`--${name}`, text);
  for (const name of ['from', 'to', 'kind'] as const)
    if (flags[name] !== undefined) options[name] = flags[name];
  Object.assign(options, Object.fromEntries((flags.plant ?? []).map(plant)));
  if (flags.dirt !== undefined) options['dirt'] = Object.fromEntries(flags.dirt.map(dirt));
  return parseMarketOptions(options as MarketOptionsInput);
}

/** `sales.csv.gz` → `sales.truth.csv`. */
function truthBeside(salesPath: string): string {
  return salesPath.replace(/\.(csv\.gz|csv|parquet)$/, '') + '.truth.csv';
}

/** A line at most every two seconds, and none where nobody looks. */
function progressNotes(output: Output): (progress: Progress) => void {
  let next = 0;
  return ({ phase, done, total }) => {
    const now = Date.now();
    if (now < next) return;
    next = now + 2000;
    output.note(`${phase} ${done}${total === undefined ? '' : ` of ${total}`}`);
  };
}

/** `segments sample`: a synthetic market with a known truth, of any size. */
export function addSampleCommand(program: Command): void {
  const command = program
    .command('sample')
    .description('writes the monthly sales of a synthetic market of any size, with the truth beside them')
    .addOption(
      new Option('-o, --output <file>', 'sales: .csv, .csv.gz or .parquet')
        .default('sales.csv')
        .env('SEGMENTS_SAMPLE'),
    )
    .option('--truth <file>', 'the truth about every retailer; default <output>.truth.csv')
    .option('--no-truth', 'no truth file')
    .addOption(
      new Option('--retailers <n>', 'retailers that are open in the first month; default 5000').env(
        'SEGMENTS_SAMPLE_RETAILERS',
      ),
    )
    .addOption(new Option('--from <YYYY-MM>', 'first month; default 2021-01').env('SEGMENTS_SAMPLE_FROM'))
    .addOption(new Option('--to <YYYY-MM>', 'last month; default 2023-12').env('SEGMENTS_SAMPLE_TO'))
    .addOption(new Option('--products <n>', 'default 200').env('SEGMENTS_SAMPLE_PRODUCTS'))
    .addOption(
      new Option('--behaviours <n>', 'behaviours planted; 0 is a market without structure; default 6').env(
        'SEGMENTS_SAMPLE_BEHAVIOURS',
      ),
    )
    .addOption(
      new Option('--kind <kind>', 'behaviours far apart, or drawn so that they overlap').choices([
        'separated',
        'random',
      ]),
    )
    .addOption(
      new Option('--noise <share>', 'share of retailers without a behaviour; default 0.1').env(
        'SEGMENTS_SAMPLE_NOISE',
      ),
    )
    .addOption(
      new Option('--seed <n>', 'equal seeds give equal bytes; default 42').env('SEGMENTS_SAMPLE_SEED'),
    )
    .option(
      '--plant <change...>',
      'a change in a month: drift, emerge, split, merge, switch, badMonth, as switch:2023-06,share=0.1',
    )
    .option(
      '--dirt <reason=n...>',
      'rows to be refused: notANumber, wrongMonth, missingShop, missingProduct, negativeQuantity, infiniteQuantity; duplicateKey',
    )
    .addOption(
      new Option(
        '--settings <json>',
        'any option of docs/sample-data.md as one JSON object; flags win over it',
      ).env('SEGMENTS_SAMPLE_SETTINGS'),
    )
    .addHelpText(
      'after',
      `
Examples:
  segments sample -o sales.csv
  segments sample -o big.parquet --retailers 60000
  segments sample -o moved.csv.gz --plant switch:2023-06,share=0.1 --dirt notANumber=20 wrongMonth=5`,
    );
  outputOptions(command).action(async (flags: SampleFlags) => {
    const output = createOutput(flags);
    const salesPath = path.resolve(flags.output);
    const truthPath =
      flags.truth === false ? undefined : path.resolve(flags.truth ?? truthBeside(flags.output));
    const written = await writeMarket({
      options: marketOptions(flags),
      salesPath,
      ...(truthPath === undefined ? {} : { truthPath }),
      onProgress: progressNotes(output),
    });
    output.json({ sales: salesPath, truth: truthPath ?? null, ...written });
    output.print(
      `${written.rows} rows of ${written.retailers} retailers over ${written.months} months, ${written.behaviours} behaviours\n` +
        `  sales  ${salesPath}${truthPath === undefined ? '' : `\n  truth  ${truthPath}`}`,
    );
  });
}

import { type Command } from 'commander';
import { z } from 'zod';
import { configSchema } from '../../shared/contracts/config.js';
import {
  backfillInputSchema,
  rescoreInputSchema,
  retrainInputSchema,
} from '../../shared/contracts/workflow-inputs.js';
import { settingsFileSchema } from '../settings-file.js';

const schemas = {
  settings: settingsFileSchema,
  config: configSchema,
  retrain: retrainInputSchema,
  backfill: backfillInputSchema,
  rescore: rescoreInputSchema,
};

export type SchemaName = keyof typeof schemas;
export const schemaNames = Object.keys(schemas) as SchemaName[];

/** JSON Schema of what people write, with defaults. */
export function jsonSchema(name: SchemaName): object {
  return z.toJSONSchema(schemas[name], { io: 'input', unrepresentable: 'any' });
}

/** `segments schema NAME`: for editors, and for those who fill the Temporal UI's input by hand. */
export function addSchemaCommand(program: Command): void {
  program
    .command('schema <name>')
    .description(`JSON Schema of ${schemaNames.join(', ')}`)
    .action((name: string, _flags: unknown, command: Command) => {
      if (!(name in schemas)) command.error(`found ${name}; expected one of ${schemaNames.join(', ')}`);
      process.stdout.write(`${JSON.stringify(jsonSchema(name as SchemaName), null, 2)}\n`);
    });
}

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const page = fileURLToPath(new URL('../../docs/integrations.md', import.meta.url));

/** What was shown of each system by a contract's checks, as the rows of a table of docs/integrations.md. */
export class ContractTable<Check extends string> {
  private readonly shown = new Map<string, Map<Check, string>>();

  constructor(private readonly checks: readonly Check[]) {}

  note(system: string, check: Check, outcome: string): void {
    const row = this.shown.get(system) ?? new Map<Check, string>();
    this.shown.set(system, row.set(check, outcome));
  }

  private header(): string {
    return `| system | ${this.checks.join(' | ')} |\n|---|${'---|'.repeat(this.checks.length)}`;
  }

  /** Of systems that were here: where the server is missing nothing is shown but what it could not show. */
  private rows(): { readonly system: string; readonly row: string }[] {
    const here = [...this.shown].filter(([, row]) =>
      [...row.values()].some((outcome) => !outcome.startsWith('–')),
    );
    return here.map(([system, row]) => ({
      system,
      row: `| ${system} | ${this.checks.map((check) => row.get(check) ?? 'not shown').join(' | ')} |`,
    }));
  }

  toString(): string {
    return [this.header(), ...this.rows().map(({ row }) => row)].join('\n');
  }

  /** Prints the table, and fails where the page says otherwise of a system that was here. A stand-in that it does not name is not judged. */
  async expectKept(): Promise<void> {
    process.stdout.write(`\n${this.toString()}\n`);
    const kept = (await readFile(page, 'utf8')).split('\n');
    expect(kept).toContain(this.header().split('\n')[0]);
    for (const { system, row } of this.rows()) {
      const named = kept.filter((line) => line.startsWith(`| ${system} |`));
      if (named.length > 0) expect(named).toContain(row);
      else if (!/moto/.test(system)) expect.fail(`docs/integrations.md has no row of ${system}:\n${row}`);
    }
  }
}

import { marketMonths } from './market-months.mjs';
import { writeFileSync } from 'node:fs';
import v8 from 'node:v8';
const [name, json] = process.argv.slice(2);
const months = await marketMonths(JSON.parse(json), ['2023-11']);
writeFileSync(`/tmp/steady/${name}.v8`, v8.serialize(months.map((m) => ({ asOf: m.asOf, shopIds: m.shopIds, truth: m.truth, courses: m.courses, offset: m.offset, changes: m.retailers.map((r) => r.changes), table: m.table }))));

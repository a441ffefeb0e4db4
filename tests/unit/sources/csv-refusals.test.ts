import { describe, expect, it } from 'vitest';
import { errorOf, header, ingestCsv } from './ingesting.js';

const good = 'A,p,2023,1,5\n';

describe('rows that are refused', () => {
  it.each([
    [',p,2023,1,5', 'shop_id is missing'],
    ['  ,p,2023,1,5', 'shop_id is missing'],
    ['A,,2023,1,5', 'product_id is missing'],
    ['A,p,,1,5', 'year is missing'],
    ['A,p,last,1,5', 'year is not a number'],
    ['A,p,2_023,1,5', 'year is not a number'],
    ['A,p,nan,1,5', 'year is not a number'],
    ['A,p,2023.5,1,5', 'year is not a whole number'],
    ['A,p,23,1,5', 'year is not between 1900 and 2199'],
    ['A,p,inf,1,5', 'year is not between 1900 and 2199'],
    ['A,p,2023,,5', 'month is missing'],
    ['A,p,2023,May,5', 'month is not a number'],
    ['A,p,2023,0,5', 'month is not between 1 and 12'],
    ['A,p,2023,13,5', 'month is not between 1 and 12'],
    ['A,p,2023,1.5,5', 'month is not a whole number'],
    ['A,p,2023,1,', 'sales_qty is missing'],
    ['A,p,2023,1,many', 'sales_qty is not a number'],
    ['A,p,2023,1,0x10', 'sales_qty is not a number'],
    ['A,p,2023,1,1_000', 'sales_qty is not a number'],
    ['A,p,2023,1,nan', 'sales_qty is not finite'],
    ['A,p,2023,1,inf', 'sales_qty is not finite'],
    ['A,p,2023,1,1e400', 'sales_qty is not finite'],
    ['A,p,2023,1,-1', 'sales_qty is negative'],
    ['A,p,2023,1,1e13', 'sales_qty is above 1000000000000'],
  ])('%s: %s', async (row, reason) => {
    const { counts, rejected, sales } = await ingestCsv(`${header}${good}${row}\n${good}`);
    expect(counts.rejectedByReason).toEqual({ [reason]: 1 });
    expect(rejected).toEqual([`3,${reason},"${row}"`]);
    expect(counts).toMatchObject({ read: 3, used: 2, rejected: 1, duplicatesSummed: 1 });
    expect(sales).toHaveLength(1);
  });

  it.each([
    ['A,p,2023,1', 'the line has too few fields'],
    ['A,p,2023,1,5,6', 'the line has too many fields'],
    ['A,"p"q,2023,1,5', 'text follows a closing quote'],
    ['A,"p,2023,1,5', 'a quote is never closed'],
    ['A,p\u0007,2023,1,5', 'a used column holds a control character'],
  ])('the line %j: %s', async (row, reason) => {
    const { counts, rejected } = await ingestCsv(`${header}${good}${row}\n${good}`);
    expect(counts.rejectedByReason).toEqual({ [reason]: 1 });
    expect(rejected[0]).toMatch(new RegExp(`^3,${reason},`));
    expect(counts).toMatchObject({ read: 3, used: 2, rejected: 1 });
  });

  it('refuses a line that is not UTF-8, and only that one', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${header}Müller,p,2023,1,5\n`),
      Buffer.from('M\xfcller,p,2023,1,5\n', 'latin1'),
      Buffer.from('日本,p,2023,1,5\n'),
    ]);
    const { counts, rejected, sales } = await ingestCsv(bytes);
    expect(rejected).toEqual(['3,the line is not UTF-8,"M\ufffdller,p,2023,1,5"']);
    expect(counts.used).toBe(2);
    expect(sales.map((row) => row['shop_id'])).toEqual(['Müller', '日本']);
  });

  it('knows the true line after quoted line breaks, empty lines and every kind of line end', async () => {
    const text =
      'note,shop_id,product_id,year,month,sales_qty\r\n' + // 1
      '"two\nlines",A,p,2023,1,5\r\n' + // 2 and 3
      '\r\n' + // 4
      'x,A,p,2023,1,-1\r\n' + // 5
      '"three\r\nlines\rof text",A,p,2023,1,bad\r\n' + // 6 to 8
      'x,A,p,2023,1,5,9\n' + // 9
      'x,A,p,2023,1,-2'; // 10, without a line end
    const { rejected, counts } = await ingestCsv(text);
    expect(rejected.map((line) => line.split(',').slice(0, 2).join(': '))).toEqual([
      '5: sales_qty is negative',
      '6: sales_qty is not a number',
      '9: the line has too many fields',
      '10: sales_qty is negative',
    ]);
    expect(counts).toMatchObject({ read: 5, used: 1, rejected: 4 });
  });

  it('keeps the first 1,000 characters of a refused row', async () => {
    const { rejected } = await ingestCsv(`${header}${good}${'x'.repeat(5000)}\n`);
    expect(rejected).toEqual([`3,the line has too few fields,${'x'.repeat(1000)}`]);
  });

  it('fails with the counts by reason where more than the allowed share is refused', async () => {
    const text = `${header}${good.repeat(8)}A,p,2023,13,5\nA,p,2023,1,-5\nA,p,2023,1,-6\n`;
    const error = await errorOf(ingestCsv(text, { maxRejectedShare: 0.05 }));
    expect(error.code).toBe('TooManyRejectedRows');
    expect(error.message).toContain('3 of 11 rows (27.3%) are refused; at most 5% may be');
    expect(error.problems).toEqual(['sales_qty is negative: 2', 'month is not between 1 and 12: 1']);
  });

  it('lets exactly the allowed share pass', async () => {
    const text = `${header}${good.repeat(3)}A,p,2023,1,-5\n`;
    await expect(ingestCsv(text, { maxRejectedShare: 0.25 })).resolves.toBeDefined();
    expect((await errorOf(ingestCsv(text, { maxRejectedShare: 0.24 }))).code).toBe('TooManyRejectedRows');
  });
});

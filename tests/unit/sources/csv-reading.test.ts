import { describe, expect, it } from 'vitest';
import { errorOf, header, ingestCsv } from './ingesting.js';

describe('reading CSV', () => {
  it('keeps IDs as they are written, zeros, blanks, quotes and scripts included', async () => {
    const ids = ['007', '7', ' 7', '7.0', 'Łódź 5', '🏪', "O'Hara", 'a""b', 'NULL', 'nan', '1e3'];
    const rows = ids.map((id) => `"${id}",00,2023,1,1\n`).join('');
    const { sales } = await ingestCsv(header + rows);
    const expected = ids.map((id) => id.replaceAll('""', '"'));
    expect(new Set(sales.map((row) => row['shop_id']))).toEqual(new Set(expected));
    expect(new Set(sales.map((row) => row['product_id']))).toEqual(new Set(['00']));
  });

  it('finds columns by name in any order and case, and leaves the others alone', async () => {
    const { sales } = await ingestCsv(
      '"Sales_Qty", MONTH ,extra,Year,PRODUCT_ID,Shop_Id\n2.5,3,"x, ""y""\n z",2022,p,S\n',
    );
    expect(sales).toEqual([{ shop_id: 'S', product_id: 'p', year: 2022, month: 3, sales_qty: 2.5 }]);
  });

  it.each([';', '\t', '|'])('reads fields separated by %j', async (delimiter) => {
    const text = `${header}A,"p, or q",2023,1,5\n`.replace(/,(?! )/g, delimiter);
    const { sales } = await ingestCsv(text);
    expect(sales).toEqual([{ shop_id: 'A', product_id: 'p, or q', year: 2023, month: 1, sales_qty: 5 }]);
  });

  it('reads a byte-order mark, CRLF, and a last line without an end', async () => {
    const text = `\ufeff${header}A,p,2023,1,5\nB,p,2023,1,5`.replaceAll('\n', '\r\n');
    expect((await ingestCsv(text)).counts).toMatchObject({ read: 2, used: 2, rejected: 0 });
  });

  it('takes quotes inside an unquoted field as they are', async () => {
    const { sales } = await ingestCsv(`${header}A,12" pipe,2023,1,5\n`);
    expect(sales[0]!['product_id']).toBe('12" pipe');
  });

  it('maps columns of other names', async () => {
    const { sales } = await ingestCsv('outlet,sku,y,m,units\nA,p,2023,1,5\n', {
      columns: { shop_id: 'Outlet', product_id: 'sku', year: 'y', month: 'm', sales_qty: 'units' },
    });
    expect(sales).toHaveLength(1);
  });

  it('carries sales_value where the source has it, missing values too', async () => {
    const { sales, counts } = await ingestCsv(
      'shop_id,product_id,year,month,sales_qty,sales_value\nA,p,2023,1,5,9.5\nA,p,2023,1,5,0.5\nB,p,2023,1,1,\nC,p,2023,1,1,x\n',
    );
    expect(sales.map((row) => row['sales_value'])).toEqual([10, null]);
    expect(counts.rejectedByReason).toEqual({ 'sales_value is not a number': 1 });
  });

  it('names the missing column, what the source has, and what may be meant', async () => {
    const error = await errorOf(ingestCsv('shopid,product,year,month,amount\nA,p,2023,1,5\n'));
    expect(error.code).toBe('MissingColumn');
    expect(error.problems).toEqual([
      'shop_id: found no column shop_id; did you mean shopid?',
      'product_id: found no column product_id; did you mean product?',
      'sales_qty: found no column sales_qty',
    ]);
    expect(error.message).toContain('The source has: shopid, product, year, month, amount');
  });

  it('refuses to choose between two columns of one name', async () => {
    const error = await errorOf(ingestCsv('shop_id,product_id,year,Month,MONTH,sales_qty\nA,p,2023,1,1,5\n'));
    expect(error.problems).toEqual(['month: found 2 columns named month; expected one']);
  });

  it('says that an empty file is empty', async () => {
    for (const text of ['', '\n\n', '\ufeff']) {
      const error = await errorOf(ingestCsv(text));
      expect(error.code).toBe('SourceUnreadable');
      expect(error.message).toContain('the file is empty');
    }
  });

  it('says that a file of a header only holds no sales', async () => {
    for (const text of [header, header.trim()]) {
      const error = await errorOf(ingestCsv(text));
      expect([error.code, error.message]).toEqual([
        'NoSales',
        'the source holds no usable row (0 read); expected sales up to 2023-12',
      ]);
    }
  });

  it('says what a file in another format is', async () => {
    const utf16 = await errorOf(ingestCsv(Buffer.from(`\ufeff${header}`, 'utf16le')));
    expect(utf16.message).toContain('found text in UTF-16');
    const parquet = await errorOf(ingestCsv('PAR1....'));
    expect([parquet.code, parquet.remedy]).toEqual(['SourceUnreadable', 'Use parquet:FILE.']);
  });
});

import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createEncryptionCodec } from '../../../shared/payload-codec/encryption-codec.js';
import { parseEncryptionKeys } from '../../../shared/payload-codec/encryption-keys.js';

const key = (): string => randomBytes(32).toString('base64');
const codecOf = (text: string) => createEncryptionCodec(parseEncryptionKeys(text)!);
const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value)!;
const plain = ({ metadata, data }: Payload) => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes)]),
  ),
  data: Buffer.from(data ?? []),
});

describe('payload encryption', () => {
  test('gives back any JSON value, and shows nothing of it on the way', async () => {
    const codec = codecOf(`a:${key()}`);
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const [sealed] = await codec.encode([payloadOf({ secret: 'retailer R0001', value })]);
        expect(Buffer.from(sealed!.data!).includes('retailer R0001')).toBe(false);
        const [opened] = await codec.decode([sealed!]);
        expect(plain(opened!)).toEqual(plain(payloadOf({ secret: 'retailer R0001', value })));
      }),
    );
  });

  test('never seals the same payload to the same bytes twice', async () => {
    const codec = codecOf(`a:${key()}`);
    const [one, two] = await codec.encode([payloadOf(1), payloadOf(1)]);
    expect(plain(one!).data.equals(plain(two!).data)).toBe(false);
  });

  test('after a rotation the new key seals and the old one still opens; without it, the error names it', async () => {
    const [old, fresh] = [key(), key()];
    const [sealed] = await codecOf(`2025:${old}`).encode([payloadOf('x')]);
    const rotated = codecOf(`2026:${fresh},2025:${old}`);
    expect(plain((await rotated.decode([sealed!]))[0]!)).toEqual(plain(payloadOf('x')));
    const [again] = await rotated.encode([payloadOf('x')]);
    expect(plain(again!).metadata['encryption-key-id']!.toString()).toBe('2026');
    await expect(codecOf(`2026:${fresh}`).decode([sealed!])).rejects.toMatchObject({
      code: 'InvalidConfig',
      message: expect.stringContaining('"2025"') as string,
    });
  });

  test('one changed bit anywhere, or another key of the same ID, is refused', async () => {
    const codec = codecOf(`a:${key()}`);
    const [sealed] = await codec.encode([payloadOf('a payload')]);
    for (let bit = 0; bit < sealed!.data!.length * 8; bit += 13) {
      const data = Uint8Array.from(sealed!.data!);
      data[bit >> 3]! ^= 1 << (bit & 7);
      await expect(codec.decode([{ ...sealed, data }])).rejects.toMatchObject({ code: 'InvalidConfig' });
    }
    await expect(codecOf(`a:${key()}`).decode([sealed!])).rejects.toMatchObject({ code: 'InvalidConfig' });
    await expect(codec.decode([{ ...sealed, data: new Uint8Array(3) }])).rejects.toMatchObject({
      code: 'InvalidConfig',
    });
  });

  test('lets payloads through that were written before it was switched on', async () => {
    const payload = payloadOf({ asOf: '2023-12' });
    expect(await codecOf(`a:${key()}`).decode([payload])).toEqual([payload]);
  });
});

describe('SEGMENTS_PAYLOAD_KEYS', () => {
  test('is off where it is empty', () => {
    expect(parseEncryptionKeys(undefined)).toBeUndefined();
    expect(parseEncryptionKeys(' ')).toBeUndefined();
  });

  test.each([
    ['short key', `a:${randomBytes(16).toString('base64')}`, 'key a has 16 bytes'],
    ['no ID', key(), 'entry 1 is not id:key'],
    ['an ID twice', `a:${key()},a:${key()}`, 'key a is there twice'],
    ['a second entry that is empty', `a:${key()},`, 'entry 2 is not id:key'],
  ])('refuses %s and says which entry, without the key', (_name, text, found) => {
    const refusal = (() => {
      try {
        parseEncryptionKeys(text);
        return undefined;
      } catch (error) {
        return error as Error;
      }
    })();
    expect(refusal).toMatchObject({
      code: 'InvalidConfig',
      message: expect.stringContaining(found) as string,
    });
    expect(refusal!.message).not.toContain(text.split(':').at(-1)!.slice(0, 12) || 'nothing to leak');
  });
});

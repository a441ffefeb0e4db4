import { SegmentsError } from '../errors.js';

/** AES-256 keys by ID. The first one encrypts; all decrypt. */
export interface EncryptionKeys {
  readonly current: string;
  readonly byId: ReadonlyMap<string, Buffer>;
}

const keyBytes = 32;

function refused(found: string): SegmentsError {
  return new SegmentsError(
    'InvalidConfig',
    `SEGMENTS_PAYLOAD_KEYS: ${found}; expected id:key[,id:key…], each key ${keyBytes} bytes in base64`,
    {
      where: 'SEGMENTS_PAYLOAD_KEYS',
      remedy:
        'Make a key with `openssl rand -base64 32`. To rotate, put the new one first and keep the old ones until no open or retained workflow needs them.',
    },
  );
}

/**
 * Reads `id:key,id:key`. Undefined where the text is undefined or empty: payloads then stay as they are.
 * @throws SegmentsError InvalidConfig, without any part of a key in its message.
 */
export function parseEncryptionKeys(text: string | undefined): EncryptionKeys | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const byId = new Map<string, Buffer>();
  for (const [position, entry] of text.split(',').entries()) {
    const [, id, encoded] = /^\s*([\w.-]{1,64}):([A-Za-z0-9+/]+={0,2})\s*$/.exec(entry) ?? [];
    if (id === undefined || encoded === undefined) throw refused(`entry ${position + 1} is not id:key`);
    const key = Buffer.from(encoded, 'base64');
    if (key.length !== keyBytes) throw refused(`key ${id} has ${key.length} bytes`);
    if (byId.has(id)) throw refused(`key ${id} is there twice`);
    byId.set(id, key);
  }
  return { current: byId.keys().next().value!, byId };
}

import { METADATA_ENCODING_KEY, type Payload, type PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SegmentsError } from '../errors.js';
import { type EncryptionKeys } from './encryption-keys.js';

const encoding = 'binary/encrypted';
const keyIdField = 'encryption-key-id';
const cipher = 'aes-256-gcm';
/** 96 bits, random a payload: NIST SP 800-38D, 8.2.2; good for 2^32 payloads a key. */
const nonceBytes = 12;
const tagBytes = 16;

const { Payload: wire } = proto.temporal.api.common.v1;
const text = (bytes: Uint8Array | null | undefined): string => new TextDecoder().decode(bytes ?? undefined);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

/**
 * Encrypts every payload that leaves this process for the Temporal server, and decrypts what comes back: AES-256-GCM over
 * the whole payload, its metadata included; laid out as nonce, tag, ciphertext. The key's ID travels in the clear and
 * is authenticated. Payloads that are not encrypted are let through, so that it can be switched on while workflows run.
 */
export function createEncryptionCodec(keys: EncryptionKeys): PayloadCodec {
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(payload, keys)),
    decode: async (payloads) => payloads.map((payload) => decrypt(payload, keys)),
  };
}

function encrypt(payload: Payload, { current, byId }: EncryptionKeys): Payload {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, byId.get(current)!, nonce);
  sealing.setAAD(bytes(current));
  const plain = wire.encode(payload).finish();
  const sealed = Buffer.concat([sealing.update(plain), sealing.final()]);
  return {
    metadata: { [METADATA_ENCODING_KEY]: bytes(encoding), [keyIdField]: bytes(current) },
    data: new Uint8Array(Buffer.concat([nonce, sealing.getAuthTag(), sealed])),
  };
}

function decrypt(payload: Payload, { byId }: EncryptionKeys): Payload {
  if (text(payload.metadata?.[METADATA_ENCODING_KEY]) !== encoding) return payload;
  const id = text(payload.metadata?.[keyIdField]);
  const key = byId.get(id);
  if (key === undefined) {
    throw undecipherable(
      `it is encrypted with key ${JSON.stringify(id)}; this process has ${[...byId.keys()].join(', ')}`,
    );
  }
  const data = payload.data ?? new Uint8Array();
  const opening = createDecipheriv(cipher, key, data.subarray(0, nonceBytes), { authTagLength: tagBytes });
  opening.setAAD(bytes(id));
  try {
    opening.setAuthTag(data.subarray(nonceBytes, nonceBytes + tagBytes));
    const sealed = data.subarray(nonceBytes + tagBytes);
    const plain = Buffer.concat([opening.update(sealed), opening.final()]);
    return wire.decode(plain);
  } catch (error) {
    throw undecipherable(
      `key ${id} does not open it: it was changed on its way, or another key has this ID`,
      error,
    );
  }
}

function undecipherable(found: string, cause?: unknown): SegmentsError {
  return new SegmentsError('InvalidConfig', `A payload of Temporal cannot be read: ${found}`, {
    where: 'SEGMENTS_PAYLOAD_KEYS',
    remedy: 'Add that key to SEGMENTS_PAYLOAD_KEYS of workers, clients and codec server.',
    cause,
  });
}

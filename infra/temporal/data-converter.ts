import { type DataConverter } from '@temporalio/common';
import { createEncryptionCodec } from '../../shared/payload-codec/encryption-codec.js';
import { parseEncryptionKeys } from '../../shared/payload-codec/encryption-keys.js';

/** How clients and workers turn values into payloads: encrypted where SEGMENTS_PAYLOAD_KEYS gives keys. */
export function dataConverter(env: NodeJS.ProcessEnv): DataConverter {
  const keys = parseEncryptionKeys(env['SEGMENTS_PAYLOAD_KEYS']);
  return keys === undefined ? {} : { payloadCodecs: [createEncryptionCodec(keys)] };
}

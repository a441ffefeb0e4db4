import { type Payload } from '@temporalio/common';

/** A payload in protobuf's JSON form, as the Temporal UI and CLI speak it: bytes in base64. */
export interface JsonPayload {
  readonly metadata?: Record<string, string> | null | undefined;
  readonly data?: string | null | undefined;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

function mapped<A, B>(record: Record<string, A>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

export function payloadToJson({ metadata, data }: Payload): JsonPayload {
  return { metadata: mapped(metadata ?? {}, base64), data: base64(data ?? new Uint8Array()) };
}

export function payloadFromJson({ metadata, data }: JsonPayload): Payload {
  return { metadata: mapped(metadata ?? {}, bytesOf), data: bytesOf(data ?? '') };
}

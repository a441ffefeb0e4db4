import { type Command, Option } from 'commander';
import { createCodecServer } from '../../infra/codec-server/codec-server.js';
import { SegmentsError } from '../../shared/errors.js';
import { createEncryptionCodec } from '../../shared/payload-codec/encryption-codec.js';
import { parseEncryptionKeys } from '../../shared/payload-codec/encryption-keys.js';
import { createOutput } from '../output.js';
import { outputOptions } from '../shared-options.js';
import { untilInterrupted } from '../until-interrupted.js';

interface CodecServerFlags {
  readonly host: string;
  readonly port: string;
  readonly origin: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `segments codec-server`: lets the Temporal UI show encrypted payloads. */
export function addCodecServerCommand(program: Command): void {
  const command = program
    .command('codec-server')
    .description('decrypts payloads for the Temporal UI and CLI, with the keys of SEGMENTS_PAYLOAD_KEYS')
    .addOption(new Option('--host <host>', 'address to listen on').default('127.0.0.1'))
    .addOption(new Option('--port <port>', 'port to listen on; 0 takes any').default('8888'))
    .addOption(
      new Option('--origin <url...>', 'Temporal UIs that may call').default([
        'http://localhost:8233',
        'http://127.0.0.1:8233',
      ]),
    )
    .addHelpText(
      'after',
      '\nSEGMENTS_CODEC_TOKEN is the bearer token that callers must show; needed on any host but 127.0.0.1.\n' +
        'In the UI: data encoder settings, remote codec endpoint http://127.0.0.1:8888.',
    );
  outputOptions(command).action(async (flags: CodecServerFlags) => {
    const output = createOutput(flags);
    const keys = parseEncryptionKeys(process.env['SEGMENTS_PAYLOAD_KEYS']);
    if (keys === undefined) {
      throw new SegmentsError('InvalidConfig', 'SEGMENTS_PAYLOAD_KEYS: found nothing; expected id:key', {
        where: 'SEGMENTS_PAYLOAD_KEYS',
        remedy: 'Give the keys that workers and clients have.',
      });
    }
    const token = process.env['SEGMENTS_CODEC_TOKEN'] || undefined;
    if (token === undefined && !['127.0.0.1', 'localhost', '::1'].includes(flags.host)) {
      throw new SegmentsError(
        'InvalidConfig',
        `SEGMENTS_CODEC_TOKEN: found nothing; expected a token, since ${flags.host} is open to others`,
        { where: 'SEGMENTS_CODEC_TOKEN', remedy: 'Set it, or listen on 127.0.0.1.' },
      );
    }
    const server = createCodecServer({ codec: createEncryptionCodec(keys), token, origins: flags.origin });
    const address = await server.listen({ host: flags.host, port: Number(flags.port) });
    output.note(`codec server on ${address}, for ${flags.origin.join(', ')}; Ctrl-C to stop`);
    output.json({ ready: true, address });
    await untilInterrupted();
    await server.close();
  });
}

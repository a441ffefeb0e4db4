import { type Command, Option } from 'commander';
import { createCodecServer } from '../../infra/codec-server/codec-server.js';
import { SegmentsError } from '../../shared/errors.js';
import { createEncryptionCodec } from '../../shared/payload-codec/encryption-codec.js';
import { parseEncryptionKeys } from '../../shared/payload-codec/encryption-keys.js';
import { checkToken } from '../check-token.js';
import { createOutput } from '../output.js';
import { portOption } from '../port-option.js';
import { outputOptions } from '../shared-options.js';
import { untilInterrupted } from '../until-interrupted.js';

interface CodecServerFlags {
  readonly host: string;
  readonly port: number;
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
    .addOption(portOption(8888))
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
    const token = checkToken('SEGMENTS_CODEC_TOKEN', process.env, flags.host);
    const server = createCodecServer({ codec: createEncryptionCodec(keys), token, origins: flags.origin });
    const interrupted = untilInterrupted();
    const address = await server.listen({ host: flags.host, port: flags.port });
    output.note(`codec server on ${address}, for ${flags.origin.join(', ')}; Ctrl-C to stop`);
    output.json({ ready: true, address });
    await interrupted;
    await server.close();
  });
}

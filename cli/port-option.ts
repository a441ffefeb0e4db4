import { InvalidArgumentError, Option } from 'commander';

/** `--port`: checked when flags are read, before anything starts. */
export function portOption(usual: number): Option {
  return new Option('--port <number>', 'port to listen on; 0 takes a free one')
    .argParser(parsePort)
    .default(usual);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (text.trim() !== '' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('expected a number from 0 to 65535');
}

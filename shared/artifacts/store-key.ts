import { SegmentsError } from '../errors.js';

/** Checks a key: relative, slash-separated, no empty, `.` or `..` part, no backslash or control character. @throws InvalidInput */
export function checkKey(key: string): string {
  const parts = key.split('/');
  // eslint-disable-next-line no-control-regex
  const wrong = parts.some(
    (part) => part === '' || part === '.' || part === '..' || /[\\\u0000-\u001f]/.test(part),
  );
  if (!wrong && key.length <= 900) return key;
  throw new SegmentsError(
    'InvalidInput',
    `store key: found ${JSON.stringify(key)}; expected a relative path of plain names`,
    {
      where: 'artifact key',
      remedy: 'Use letters, digits, dots and dashes, parts separated by slashes.',
    },
  );
}

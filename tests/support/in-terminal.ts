import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { cleanEnvironment, projectRoot } from './segments-command.js';

/** What a person at a terminal waits to read, and then types. */
export interface Keystroke {
  readonly after: string;
  readonly type: string;
}

/** Runs a program on a pseudo-terminal: waits for each text in turn, and types. Prints JSON: exit code, and what was seen. */
const script = `
import json, os, pty, select, sys, time
plan = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
seen, mark, steps, ends = b'', 0, list(plan), time.time() + 100
while time.time() < ends:
    if select.select([terminal], [], [], 0.1)[0]:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            break
        if not chunk:
            break
        seen += chunk
    if steps:
        at = seen.find(steps[0]['after'].encode(), mark)
        if at >= 0:
            mark = at + len(steps[0]['after'])
            os.write(terminal, steps.pop(0)['type'].encode())
status = os.waitpid(pid, 0)[1]
print(json.dumps({'code': os.waitstatus_to_exitcode(status), 'seen': seen.decode(errors='replace'), 'left': len(steps)}))
`;

export interface TerminalResult {
  readonly code: number;
  readonly seen: string;
  /** Keystrokes whose text never came. */
  readonly left: number;
}

/** The compiled `segments` command on a real terminal (Python's pty), keys typed as they are planned. */
export async function segmentsInTerminal(
  args: readonly string[],
  keys: readonly Keystroke[],
  { cwd, env }: { readonly cwd: string; readonly env: Record<string, string> },
): Promise<TerminalResult> {
  const command = [process.execPath, path.join(projectRoot, 'dist/cli/main.js'), ...args];
  const { stdout } = await promisify(execFile)('python3', ['-c', script, JSON.stringify(keys), ...command], {
    cwd,
    env: { ...cleanEnvironment(env), TERM: 'xterm' },
    maxBuffer: 20_000_000,
  });
  return JSON.parse(stdout) as TerminalResult;
}

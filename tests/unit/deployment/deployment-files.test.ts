import { readdir, readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { temporalConfig } from '../../../temporal.config.js';
import { projectRoot } from '../../support/segments-command.js';

const read = (name: string): Promise<string> => readFile(path.join(projectRoot, name), 'utf8');

describe('the container image', () => {
  test('runs as a user without rights, on glibc, from stages of which only the last is kept', async () => {
    const dockerfile = await read('infra/container/Dockerfile');
    const stages = [...dockerfile.matchAll(/^FROM \$\{NODE_IMAGE\} AS (\w+)$/gm)].map(([, name]) => name);
    expect(stages).toEqual(['build', 'packages', 'runtime']);
    expect(/NODE_IMAGE=(\S+)/.exec(dockerfile)![1]).toMatch(/^node:\d+\.\d+-bookworm-slim$/);
    const runtime = dockerfile.slice(dockerfile.indexOf(' AS runtime'));
    expect(/^USER (\w+)$/m.exec(runtime)![1]).toBe('node');
    expect(runtime).not.toMatch(/COPY (?!--from|package\.json)/);
    // Every folder that compiling needs is copied, and passes the ignore file.
    const ignore = await read('.dockerignore');
    for (const folder of ['workflows', 'activities', 'workers', 'shared', 'infra', 'cli']) {
      expect(dockerfile).toContain(`COPY ${folder} ${folder}`);
      expect(ignore).toContain(`!${folder}\n`);
    }
  });

  test('keeps optional packages, for DuckDB and resvg bring their binaries as such', async () => {
    const lock = JSON.parse(await read('package-lock.json')) as {
      packages: Record<string, { optional?: boolean }>;
    };
    for (const name of ['@duckdb/node-bindings-linux-x64', '@resvg/resvg-js-linux-x64-gnu'])
      expect(lock.packages[`node_modules/${name}`]?.optional, name).toBe(true);
    expect(await read('infra/container/Dockerfile')).not.toContain('--omit=optional');
  });

  test('has every package that compiled code imports: none of them is a development package, but behind a dynamic import', async () => {
    const { dependencies } = JSON.parse(await read('package.json')) as {
      dependencies: Record<string, string>;
    };
    const dist = path.join(projectRoot, 'dist');
    const missing = new Set<string>();
    for (const name of await readdir(dist, { recursive: true })) {
      if (!name.endsWith('.js') || name.startsWith('workflow-bundle')) continue;
      const text = await readFile(path.join(dist, name), 'utf8');
      for (const [, specifier] of text.matchAll(/^(?:import|export) (?:[^;]*? from )?'([^'.][^']*)'/gm)) {
        const parts = specifier!.split('/');
        const top = specifier!.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!;
        if (top.startsWith('node:') || builtinModules.includes(top) || top in dependencies) continue;
        missing.add(`${name}: ${top}`);
      }
    }
    expect([...missing]).toEqual([]);
  });
});

interface Service {
  readonly image?: string;
  readonly depends_on?: Record<string, unknown>;
  readonly environment?: Record<string, string>;
  readonly volumes?: string[];
  readonly ports?: string[];
  readonly read_only?: boolean;
  readonly healthcheck?: unknown;
}

describe('the compose file', async () => {
  const compose = parse(await read('infra/compose/compose.yaml'), { merge: true }) as {
    services: Record<string, Service>;
    volumes: Record<string, null>;
  };
  const services = Object.entries(compose.services);

  test('has Temporal on PostgreSQL, an S3 server, MLflow, a worker and the API, and everything that they name is there', () => {
    expect(Object.keys(compose.services)).toEqual(
      expect.arrayContaining(['postgres', 'temporal', 'temporal-ui', 's3', 'mlflow', 'worker', 'api']),
    );
    for (const [name, service] of services) {
      for (const other of Object.keys(service.depends_on ?? {}))
        expect(compose.services, name).toHaveProperty(other);
      for (const volume of service.volumes ?? []) {
        const source = volume.split(':')[0]!;
        if (/^[\w-]+$/.test(source)) expect(compose.volumes, name).toHaveProperty(source);
      }
      for (const condition of Object.entries(service.depends_on ?? {})) {
        const [other, how] = condition as [string, { condition: string }];
        if (how.condition === 'service_healthy')
          expect(compose.services[other]!.healthcheck, other).toBeDefined();
      }
    }
  });

  test('opens ports on 127.0.0.1 only, names the version of every image, and holds no secret', async () => {
    for (const [name, { ports = [], image = '' }] of services) {
      for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/);
      expect(image, name).toMatch(/:.+/);
      expect(image, name).not.toMatch(/:latest$/);
    }
    const text = await read('infra/compose/compose.yaml');
    for (const [, value] of text.matchAll(/(?:PASSWORD|SECRET_KEY|TOKEN|PWD): (.*)$/gm))
      expect(value).toMatch(/^\$\{/);
    const asked = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name!);
    const example = await read('infra/compose/example.env');
    for (const name of asked) expect(example).toContain(`${name}=`);
  });

  test('gives a worker more time to stop than it takes', () => {
    const seconds = (text: string): number => Number(/^(\d+)s$/.exec(text)![1]);
    const worker = compose.services['worker'] as { stop_grace_period: string };
    expect(seconds(worker.stop_grace_period)).toBeGreaterThan(
      seconds(temporalConfig.worker.shutdownForceTime),
    );
  });
});

describe('the chart', () => {
  test('scales workers by the backlog of the queue that temporal.config.ts names', async () => {
    const scaler = await read('infra/helm/stable-segments/templates/autoscaling.yaml');
    expect(scaler).toContain(`taskQueue: ${temporalConfig.taskQueues.compute}\n`);
    expect(scaler).toContain('type: temporal');
  });
});

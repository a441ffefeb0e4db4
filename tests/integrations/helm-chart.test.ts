import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { cacheFolder } from '../../infra/cache-folder.js';
import { findGoTool, helm as helmTool } from '../../infra/services/go-tool.js';
import { temporalConfig } from '../../temporal.config.js';
import { projectRoot } from '../support/segments-command.js';

const exec = promisify(execFile);
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const helm = await findGoTool(helmTool, process.env, cacheFolder(process.env), say).catch(
  (error: unknown) => {
    say(`Helm cannot be had: ${String(error).split('\n')[0]}`);
    return undefined;
  },
);
const chart = path.join(projectRoot, 'infra/helm/stable-segments');
// A Helm built by `go install` does not know which Kubernetes it is of.
const kube = ['--kube-version', '1.31.0'];
const required = [
  ...['--set', 'temporal.address=temporal.example:7233'],
  ...['--set', 'artifacts.uri=s3://segments/store'],
];

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels: Record<string, string> };
    readonly template: {
      readonly metadata: { readonly labels: Record<string, string> };
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly securityContext: { readonly runAsNonRoot: boolean };
        readonly containers: readonly {
          readonly args: readonly string[];
          readonly image: string;
          readonly env: readonly { readonly name: string; readonly value?: string }[];
          readonly securityContext: { readonly readOnlyRootFilesystem: boolean };
        }[];
      };
    };
    readonly scaleTargetRef: { readonly name: string };
    readonly triggers: readonly { readonly type: string; readonly metadata: Record<string, string> }[];
  };
}

async function render(...args: string[]): Promise<Manifest[]> {
  const { stdout } = await exec(helm!, ['template', 'monthly', chart, ...kube, ...required, ...args]);
  return parseAllDocuments(stdout)
    .map((document) => {
      expect(document.errors).toEqual([]);
      return document.toJS() as Manifest | null;
    })
    .filter((manifest) => manifest !== null);
}

describe.skipIf(helm === undefined)('the Helm chart', () => {
  test('passes helm lint', async () => {
    const { stdout } = await exec(helm!, ['lint', '--strict', chart, ...required]);
    expect(stdout).toContain('0 chart(s) failed');
  }, 120_000);

  test('renders workers of both queues, the API and the scaler, each locked down', async () => {
    const manifests = await render();
    const deployments = manifests.filter(({ kind }) => kind === 'Deployment');
    expect(deployments.map(({ metadata }) => metadata.name).sort()).toEqual([
      'monthly-api',
      'monthly-compute',
      'monthly-orchestration',
    ]);
    const force = Number(/\d+/.exec(temporalConfig.worker.shutdownForceTime)![0]);
    for (const { spec } of deployments) {
      const pod = spec.template.spec;
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
      expect(pod.securityContext.runAsNonRoot).toBe(true);
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(force);
      expect(pod.containers[0]!.securityContext.readOnlyRootFilesystem).toBe(true);
      expect(pod.containers[0]!.image).toBe('stable-segments:0.1.0');
    }
    const scaler = manifests.find(({ kind }) => kind === 'ScaledObject')!;
    expect(scaler.spec.scaleTargetRef.name).toBe('monthly-compute');
    expect(scaler.spec.triggers[0]).toMatchObject({
      type: 'temporal',
      metadata: { taskQueue: temporalConfig.taskQueues.compute, endpoint: 'temporal.example:7233' },
    });
    expect(scaler.spec).toMatchObject({
      advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: { selectPolicy: 'Disabled' } } } },
    });
    // The scaler decides how many there are: a number here would be set back at every upgrade.
    expect(
      deployments.find(({ metadata }) => metadata.name === 'monthly-compute')!.spec.replicas,
    ).toBeUndefined();
  }, 120_000);

  test('with pods that always stay, takes the others no later than Kubernetes lets an autoscaler wait', async () => {
    const manifests = await render('--set', 'compute.autoscaling.minReplicas=1');
    const scaler = manifests.find(({ kind }) => kind === 'ScaledObject')!;
    expect(scaler.spec).toMatchObject({
      cooldownPeriod: 14_400,
      advanced: {
        horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSeconds: 3600 } } },
      },
    });
  }, 120_000);

  test('with everything switched on adds codec server, pod monitor, versions and traces', async () => {
    const manifests = await render(
      ...['--set', 'codecServer.enabled=true', '--set', 'codecServer.origin=https://temporal.example'],
      ...['--set', 'metrics.podMonitor=true', '--set', 'deployment.name=segments'],
      ...['--set', 'tracing.endpoint=http://collector:4318', '--set', 'existingSecret=segments-secrets'],
      ...['--set', 'compute.autoscaling.enabled=false', '--set', 'image.tag=1.2.3'],
    );
    expect(manifests.map(({ kind }) => kind)).toContain('PodMonitor');
    expect(manifests.map(({ kind }) => kind)).not.toContain('ScaledObject');
    const compute = manifests.find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'monthly-compute',
    )!;
    expect(compute.spec.replicas).toBe(1);
    const env = new Map(
      compute.spec.template.spec.containers[0]!.env.map(({ name, value }) => [name, value]),
    );
    expect(env.get('SEGMENTS_DEPLOYMENT')).toBe('segments');
    expect(env.get('SEGMENTS_BUILD_ID')).toBe('1.2.3');
    expect(env.get('OTEL_EXPORTER_OTLP_ENDPOINT')).toBe('http://collector:4318');
    expect(
      manifests.some(({ kind, metadata }) => kind === 'Service' && metadata.name === 'monthly-codec-server'),
    ).toBe(true);
  }, 120_000);

  test.each([
    ['no address', ['--set', 'temporal.address=']],
    ['a store that machines cannot share', ['--set', 'artifacts.uri=file:///data']],
    ['no slots', ['--set', 'compute.slots=0']],
  ])('refuses %s', async (_name, args) => {
    await expect(render(...args)).rejects.toThrow(/values don't meet the specifications of the schema/);
  });
});

import { type ArtifactStore } from '../artifacts/store.js';
import { type Sink } from '../contracts/sink.js';
import { createBigQuerySink } from './bigquery-sink.js';
import { createFeastSink } from './feast-sink.js';
import { createFileSink } from './file-sink.js';
import { createPostgresSink } from './postgres-sink.js';
import { type SegmentSink } from './segment-sink.js';
import { createSnowflakeSink } from './snowflake-sink.js';
import { createWebhookSink } from './webhook-sink.js';

export interface SinkDependencies {
  /** Where the secrets are. */
  readonly env: NodeJS.ProcessEnv;
  openStore(uri: string): ArtifactStore;
  readonly duckDb: { readonly memoryLimit: string; readonly threads: number };
}

/** The sink behind its description. Nothing is connected yet. */
export function openSink(sink: Sink, deps: SinkDependencies): SegmentSink {
  switch (sink.kind) {
    case 'file':
      return createFileSink(sink, deps.openStore, deps.duckDb);
    case 'postgres':
      return createPostgresSink(sink, deps.env);
    case 'webhook':
      return createWebhookSink(sink, deps.env);
    case 'feast':
      return createFeastSink(sink, deps.env);
    case 'snowflake':
      return createSnowflakeSink(sink, deps.env);
    case 'bigquery':
      return createBigQuerySink(sink, deps.env);
  }
}

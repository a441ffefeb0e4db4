import { type Sink } from '../contracts/sink.js';

/** Which sink, for people; pure, so that a workflow can name a sink that failed. */
export function sinkName(sink: Sink): string {
  switch (sink.kind) {
    case 'file':
      return `file ${sink.folder.replace(/\/+$/, '')}/${sink.prefix}_history`;
    case 'postgres':
      return `postgres ${sink.schema}.${sink.prefix}_history`;
    case 'webhook':
      // The query may hold a token of the receiver's: it is not said.
      return `webhook ${sink.url.replace(/\?.*$/, '')}`;
    case 'bigquery':
      return `bigquery ${sink.dataset}.${sink.prefix}_history`;
    case 'snowflake':
      return `snowflake ${[sink.database, sink.schema, `${sink.prefix}_history`].filter((part) => part !== undefined).join('.')}`;
    case 'feast':
      return `feast ${sink.pushSource}`;
  }
}

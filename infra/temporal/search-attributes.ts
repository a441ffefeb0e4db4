import { type Connection } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';

/** `temporal.api.enums.v1.IndexedValueType`: a text that is searched for as a whole. */
const keyword = 2;

/**
 * The custom search attributes of this product's workflows. AsOf: the month, `2017-12`. Verdict: the gate's word, so that
 * `Verdict = "held" AND ExecutionStatus = "Running"` finds what waits for a person.
 */
export const searchAttributes = ['AsOf', 'Verdict'] as const;

type Server = Pick<Connection, 'operatorService'>;

/** Those of our attributes that a namespace lacks, or has as another type. */
async function missing(server: Server, namespace: string): Promise<string[]> {
  const { customAttributes } = await server.operatorService.listSearchAttributes({ namespace });
  return searchAttributes.filter((name) => customAttributes?.[name] !== keyword);
}

/**
 * Registers the attributes that the namespace lacks, where the server lets us (dev server, self-hosted). True where all are
 * known afterwards; on Temporal Cloud they are made in its console or with `tcld namespace search-attributes add`, and
 * until then workflows run without them.
 */
export async function registerSearchAttributes(server: Server, namespace: string): Promise<boolean> {
  try {
    const lacking = await missing(server, namespace);
    if (lacking.length === 0) return true;
    await server.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(lacking.map((name) => [name, keyword])),
    });
    for (let look = 0; look < 20; look++) {
      if ((await missing(server, namespace)).length === 0) return true;
      await sleep(250);
    }
  } catch {
    // Not ours to decide: no right to it, or no place left for another attribute.
  }
  return false;
}

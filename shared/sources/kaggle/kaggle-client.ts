import { z } from 'zod';
import { SegmentsError } from '../../errors.js';
import { excerpt, throwIfTransient } from '../http/check-status.js';
import { openUrl } from '../http/open-url.js';
import { untilItPasses } from '../http/transient-failure.js';
import { type KaggleCredentials } from './credentials.js';

/** Files of a dataset that are listed; sales lie in one of the first. */
const mostFiles = 2000;

const datasetSchema = z.object({ currentVersionNumber: z.int().positive() });
const filesSchema = z.object({
  datasetFiles: z.array(z.object({ name: z.string(), totalBytes: z.number().optional() })).default([]),
  nextPageToken: z.string().optional(),
});

export interface DatasetVersion {
  readonly ownerSlug: string;
  readonly datasetSlug: string;
  readonly datasetVersionNumber: number;
}

/** The calls of Kaggle's public API that a source needs, as Kaggle's own clients make them. */
export class KaggleClient {
  constructor(
    private readonly endpoint: string,
    private readonly credentials: KaggleCredentials | undefined,
    private readonly signal: AbortSignal,
  ) {}

  async currentVersion(ownerSlug: string, datasetSlug: string): Promise<number> {
    const answer = await this.json('GetDataset', { ownerSlug, datasetSlug }, datasetSchema);
    return answer.currentVersionNumber;
  }

  async files(dataset: DatasetVersion): Promise<string[]> {
    const names: string[] = [];
    let pageToken: string | undefined;
    do {
      const body = { ...dataset, pageSize: 200, ...(pageToken === undefined ? {} : { pageToken }) };
      const page = await this.json('ListDatasetFiles', body, filesSchema);
      names.push(...page.datasetFiles.map(({ name }) => name));
      pageToken = page.nextPageToken || undefined;
    } while (pageToken !== undefined && names.length < mostFiles);
    return names;
  }

  /** The answer that holds one file, or from `Range` on what is left of it. @throws TransientFailure */
  async file(
    dataset: DatasetVersion,
    fileName: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const response = await this.post('DownloadDataset', { ...dataset, fileName }, headers);
    if (response.status === 416) return response;
    await this.check(response, `${nameOf(dataset)}/${fileName}`);
    if (response.headers.get('content-type')?.startsWith('text/html') === true) {
      await response.body?.cancel();
      throw this.refused(nameOf(dataset), 'found a web page in place of the file');
    }
    return response;
  }

  private async json<S extends z.ZodType>(
    method: string,
    body: { ownerSlug: string; datasetSlug: string },
    schema: S,
  ): Promise<z.output<S>> {
    const where = nameOf(body);
    return await untilItPasses(
      async () => {
        const response = await this.post(method, body);
        await this.check(response, where);
        const text = await response.text();
        const parsed = schema.safeParse(parseJson(text));
        if (parsed.success) return parsed.data;
        throw this.refused(where, `${method} answered with what is none: ${text.slice(0, 100)}`);
      },
      { where, signal: this.signal },
    );
  }

  private async post(
    method: string,
    body: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return await openUrl({
      url: `${this.endpoint}/v1/datasets.DatasetApiService/${method}`,
      method: 'POST',
      body: JSON.stringify(body),
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'stable-segments' },
      authorization: this.credentials?.authorization,
      signal: this.signal,
    });
  }

  private async check(response: Response, where: string): Promise<void> {
    await throwIfTransient(response);
    const { status } = response;
    if (status === 200 || status === 206) return;
    const said = `HTTP ${status}${await excerpt(response)}`;
    const origin = this.credentials?.origin;
    const message = `${where}: ${said}`;
    if (status === 401) {
      throw new SegmentsError('CredentialsRefused', message, {
        where,
        remedy:
          origin === undefined
            ? giveToken
            : `Kaggle does not know the credentials from ${origin}. ${giveToken}`,
      });
    }
    if (status === 403) {
      throw new SegmentsError('CredentialsRefused', message, {
        where,
        remedy:
          origin === undefined
            ? `The dataset is not public. ${giveToken}`
            : `The account whose credentials are in ${origin} may not read it: ask its owner, or accept its terms on its page.`,
      });
    }
    if (status === 404) {
      throw new SegmentsError('SourceNotFound', message, {
        where,
        remedy:
          'Correct owner/slug, version and file; a private dataset is also "not found" without credentials.',
      });
    }
    throw this.refused(where, said);
  }

  private refused(where: string, found: string): SegmentsError {
    return new SegmentsError('SourceRefused', `${where}: ${found}`, {
      where,
      remedy: 'Download the dataset from its page, and name the file: csv:FILE.',
    });
  }
}

const giveToken =
  'Create an API token in the settings of your Kaggle account, and set KAGGLE_API_TOKEN where the worker runs.';

function nameOf({ ownerSlug, datasetSlug }: { ownerSlug: string; datasetSlug: string }): string {
  return `kaggle:${ownerSlug}/${datasetSlug}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

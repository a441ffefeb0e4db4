import { type FastifyPluginCallback, type FastifyReply } from 'fastify';
import { z } from 'zod';
import { runFiles } from '../artifacts/run-files.js';
import {
  decisionOutcomes,
  type DecisionOutcome,
  type DecisionRequest,
  decisionRequestSchema,
} from '../contracts/decision.js';
import { SegmentsError } from '../errors.js';
import { type ExplainedRetailer } from '../explain/explain-stored-retailer.js';
import { isSameSecret } from '../same-secret.js';
import { monthInWords } from '../report/figures.js';
import { type Html } from '../report/html.js';
import { withProvenance } from '../report/with-provenance.js';
import { type Comparison } from '../stability/comparison-schema.js';
import { page, pagePolicy } from './page.js';
import { comparePage } from './pages/compare-page.js';
import { messagePage } from './pages/message-page.js';
import { overviewPage } from './pages/overview-page.js';
import { retailerPage } from './pages/retailer-page.js';
import { runPage } from './pages/run-page.js';
import { segmentNames } from './segment-name.js';
import { type RetailerMonth, runOfEachMonth, type RunReader, waitingRuns } from './run-reader.js';

/** What a person decided on a held run; the same words as the index keeps. */
export interface HeldRunDecision extends DecisionRequest {
  readonly runId: string;
  readonly outcome: DecisionOutcome;
}

export interface DashboardOptions {
  readonly reader: RunReader;
  /** Compares any two runs of the store, the earlier one first. */
  readonly compare: (earlier: string, later: string) => Promise<Comparison>;
  /** Why a retailer is in its segment in a run. Throws SegmentsError RetailerNotFound where the run never saw it. */
  readonly explain: (runId: string, shopId: string) => Promise<ExplainedRetailer>;
  /** Lets people who know the token decide on held runs; without it the dashboard is read-only. */
  readonly decide?: {
    readonly token: string;
    /** Carries the decision out and says in a sentence what it did. Throws SegmentsError where it cannot. */
    readonly carryOut: (decision: HeldRunDecision) => Promise<string>;
  };
  /** Where given, every page asks for this as the password of HTTP's basic authentication, whatever the name. */
  readonly readToken?: string;
  /** Addresses of a run in other systems. */
  readonly linksOf?: (runId: string) => readonly { readonly label: string; readonly href: string }[];
}

/** Months that the overview and a retailer's history reach back. */
const monthsShown = 36;
/** Files larger than this are not sent through the dashboard, which holds each in memory. */
const largestDownload = 256 * 1024 * 1024;
const largestForm = 8 * 1024;

const decisionFormSchema = decisionRequestSchema.extend({
  outcome: z.enum(decisionOutcomes),
  token: z.string().max(1000),
});

/**
 * The dashboard as a Fastify plugin: server-rendered pages over the artifact store. Mount it alone or under a prefix
 * beside an API: what it registers stays within it.
 */
export const dashboardPlugin: FastifyPluginCallback<DashboardOptions> = (app, options, done) => {
  const { reader, compare, explain, decide, linksOf, readToken } = options;
  const base = app.prefix;
  const canDecide = decide !== undefined;

  const send = (reply: FastifyReply, title: string, body: Html, code = 200): FastifyReply =>
    reply
      .code(code)
      .header('content-security-policy', pagePolicy)
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(page({ title: `${title} · retailer segments`, base, body }));

  app.addHook('onRequest', (request, reply, next) => {
    void reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'same-origin');
    if (readToken !== undefined && !isSameSecret(passwordOf(request.headers.authorization), readToken)) {
      void reply.header('www-authenticate', 'Basic realm="segments", charset="UTF-8"');
      const text = 'This dashboard asks for its token as the password; the name may be anything.';
      void send(reply, 'Sign in', messagePage(base, { title: 'Sign in', text }), 401);
      return;
    }
    next();
  });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: largestForm },
    (_request, body, parsed) => parsed(null, Object.fromEntries(new URLSearchParams(body as string))),
  );
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof SegmentsError) {
      const code = statusCodes[error.code] ?? (error.retryable ? 503 : 500);
      const text = `${error.message}. ${error.remedy}`;
      return send(reply, 'Problem', messagePage(base, { title: 'That did not work', text }), code);
    }
    const code = (error as { statusCode?: number }).statusCode ?? 500;
    if (code >= 500) request.log.error(error);
    const text = code < 500 ? (error as Error).message : 'Something broke on the server; its log says what.';
    return send(reply, 'Problem', messagePage(base, { title: 'That did not work', text }), code);
  });

  app.setNotFoundHandler((_request, reply) => {
    const text = 'There is no such page.';
    return send(reply, 'No such page', messagePage(base, { title: 'No such page', text }), 404);
  });

  app.get('/', async (_request, reply) => {
    const [runs, champion] = await Promise.all([reader.runs(), reader.champion()]);
    const months = await Promise.all(
      runOfEachMonth(runs)
        .slice(-monthsShown)
        .map((run) => reader.read(run)),
    );
    const heldFor = new Map<string, readonly string[]>();
    for (const run of waitingRuns(runs)) {
      const { manifest } = await reader.read(run);
      heldFor.set(
        run.runId,
        manifest.summary.reasons.filter(({ passed }) => !passed).map(({ sentence }) => sentence),
      );
    }
    const view = { base, storeUri: reader.storeUri, runs, champion, months, heldFor, canDecide };
    return send(reply, 'Runs', overviewPage(view));
  });

  app.get<{ Params: { runId: string } }>('/runs/:runId', async ({ params }, reply) => {
    const [run, champion] = await Promise.all([reader.read(params.runId), reader.champion()]);
    const links = linksOf?.(run.entry.runId) ?? [];
    const isChampion = champion?.runId === run.entry.runId;
    return send(reply, monthInWords(run.entry.asOf), runPage({ base, run, isChampion, canDecide, links }));
  });

  app.get<{ Params: { runId: string } }>('/runs/:runId/report', async ({ params }, reply) => {
    const { manifest, bytes } = await reader.file(params.runId, 'report.html');
    // The report's own policy is in the page: it has a script, and nothing that it could speak to.
    return reply
      .header('cache-control', 'private, max-age=3600')
      .type('text/html; charset=utf-8')
      .send(withProvenance(new TextDecoder().decode(bytes), manifest));
  });

  app.get<{ Params: { runId: string; '*': string } }>('/runs/:runId/files/*', async ({ params }, reply) => {
    const name = params['*'];
    const { manifest } = await reader.read(params.runId);
    const size = Object.hasOwn(manifest.files, name) ? manifest.files[name]!.bytes : 0;
    if (size > largestDownload) {
      const text = `${name} has ${size} bytes, more than is sent from here. It lies at ${manifest.files[name]!.uri}`;
      return send(reply, 'Too large', messagePage(base, { title: 'Too large to send', text }), 413);
    }
    const { bytes } = await reader.file(params.runId, name);
    const known = Object.hasOwn(runFiles, name)
      ? runFiles[name as keyof typeof runFiles].mediaType
      : undefined;
    const picture = known?.startsWith('image/') ?? false;
    if (!picture) void reply.header('content-disposition', `attachment; filename="${attachmentName(name)}"`);
    return reply
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('cache-control', 'private, max-age=31536000, immutable')
      .type(known ?? 'application/octet-stream')
      .send(Buffer.from(bytes));
  });

  app.get<{ Querystring: { from?: string; to?: string } }>('/compare', async ({ query }, reply) => {
    const runs = await reader.runs();
    if (query.from === undefined || query.to === undefined) {
      return send(reply, 'Compare', comparePage({ base, runs, chosen: undefined }));
    }
    const [from, to] = await Promise.all([reader.read(query.from), reader.read(query.to)]);
    const comparison = await compare(from.entry.runId, to.entry.runId);
    return send(reply, 'Compare', comparePage({ base, runs, chosen: { from, to, comparison } }));
  });

  app.get<{ Querystring: { shop_id?: string; run?: string } }>('/retailers', async ({ query }, reply) => {
    const shopId = (query.shop_id ?? '').slice(0, 200);
    if (shopId === '') {
      const nothing = { months: [], names: new Map<string, string>(), explained: undefined };
      return send(reply, 'Retailers', retailerPage({ base, shopId, ...nothing }));
    }
    const entries = runOfEachMonth(await reader.runs()).slice(-monthsShown);
    const months = entries.length === 0 ? [] : await reader.retailer(shopId, entries);
    const read = await Promise.all(entries.map((entry) => reader.read(entry)));
    const names = segmentNames(read.map(({ segments }) => segments));
    const runId =
      query.run === undefined
        ? runToExplain(months, (await reader.champion())?.runId)
        : (await reader.read(query.run)).entry.runId;
    const explained = runId === undefined ? undefined : await explain(runId, shopId).catch(notThere);
    return send(reply, 'Retailers', retailerPage({ base, shopId, months, names, explained }));
  });

  app.post<{ Params: { runId: string } }>('/runs/:runId/decision', async ({ params, body }, reply) => {
    if (decide === undefined) {
      const text = 'This dashboard was started without a token.';
      return send(reply, 'Read-only', messagePage(base, { title: 'Read-only', text }), 403);
    }
    const form = decisionFormSchema.safeParse(body);
    if (!form.success) {
      const text = form.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
      return send(reply, 'Incomplete', messagePage(base, { title: 'Something is missing', text }), 400);
    }
    const { token, ...decision } = form.data;
    if (!isSameSecret(token, decide.token)) {
      const text = 'The token is not the one that this dashboard was started with. Nothing was decided.';
      return send(reply, 'Wrong token', messagePage(base, { title: 'Wrong token', text }), 403);
    }
    const text = await decide.carryOut({ runId: params.runId, ...decision });
    return send(reply, 'Decided', messagePage(base, { title: 'Decided', text, good: true }));
  });

  done();
};

const statusCodes: Readonly<Partial<Record<string, number>>> = {
  RunNotFound: 404,
  RetailerNotFound: 404,
  ArtifactNotFound: 404,
  NotHeld: 409,
  AlreadyDecided: 409,
  InvalidInput: 400,
};

/** The champion, as `segments explain` has it; where that does not have the retailer, the last run that does. */
function runToExplain(months: readonly RetailerMonth[], champion: string | undefined): string | undefined {
  const having = months.filter(({ segmentId }) => segmentId !== undefined).map(({ entry }) => entry.runId);
  if (champion !== undefined && having.includes(champion)) return champion;
  return having.at(-1) ?? champion ?? months.at(-1)?.entry.runId;
}

function notThere(error: unknown): undefined {
  if (error instanceof SegmentsError && error.code === 'RetailerNotFound') return undefined;
  throw error;
}

/** The password of a basic `Authorization` header, or a bearer's token; empty without either. */
function passwordOf(header: string | undefined): string {
  const [scheme = '', value = ''] = (header ?? '').split(' ');
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return '';
  const text = Buffer.from(value, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}

function attachmentName(name: string): string {
  return name.replaceAll(/[^\w.-]/g, '-');
}

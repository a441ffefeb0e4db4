import { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type ErrorCode, errorCodes, SegmentsError } from '../../shared/errors.js';

/** RFC 9457, with our code, every single problem, and what to do as extensions. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  /** ID of the request, as the server's log has it. */
  instance: z.string(),
  code: z.string().optional(),
  problems: z.array(z.string()).optional(),
  remedy: z.string().optional(),
});

export type Problem = z.infer<typeof problemSchema>;

/** Codes that are not the asker's fault, or not a 422. */
const statuses: Partial<Record<ErrorCode, number>> = {
  InvalidInput: 400,
  InvalidConfig: 400,
  RunNotFound: 404,
  ArtifactNotFound: 404,
  SourceNotFound: 404,
  NotHeld: 409,
  AlreadyDecided: 409,
  AlreadyRunning: 409,
  ChampionConflict: 409,
  ArtifactCorrupt: 500,
  ArtifactVersion: 500,
  Internal: 500,
  StoreRefused: 502,
  StoreUnavailable: 503,
  SourceUnavailable: 503,
  ScratchUnavailable: 503,
  EngineUnavailable: 503,
};

/** An error of HTTP itself: the route or the retailer that is not there, the server that is busy. */
export class HttpProblem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    detail: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(detail);
  }
}

/** The problem that says what an error means to who asked. What is a defect of ours is not explained to them. */
export function problemOf(error: unknown, instance: string): Problem {
  if (error instanceof SegmentsError) {
    const { code, message, problems, remedy } = error;
    return {
      type: `urn:stable-segments:error:${code}`,
      title: errorCodes[code].headline,
      status: statuses[code] ?? 422,
      detail: message,
      instance,
      code,
      problems: [...problems],
      remedy,
    };
  }
  if (error instanceof HttpProblem)
    return { type: 'about:blank', title: error.title, status: error.status, detail: error.message, instance };
  const status = (error as FastifyError | undefined)?.statusCode;
  if (status !== undefined && status >= 400 && status < 500) {
    const { message } = error as FastifyError;
    return {
      type: 'about:blank',
      title: titles[status] ?? 'The request is refused',
      status,
      detail: message,
      instance,
    };
  }
  return {
    type: 'about:blank',
    title: 'A defect in this product',
    status: 500,
    detail: `The server's log tells more under request ${instance}.`,
    instance,
  };
}

const titles: Readonly<Record<number, string>> = {
  400: 'The request cannot be read',
  401: 'The token is missing or wrong',
  404: 'There is no such address',
  405: 'The address does not know that method',
  408: 'The request took too long to arrive',
  413: 'The body is too large',
  415: 'The body is not JSON',
};

export async function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
): Promise<void> {
  const problem = problemOf(error, request.id);
  if (problem.status >= 500) request.log.error({ err: error }, problem.title);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  if (error instanceof HttpProblem && error.retryAfterSeconds !== undefined)
    void reply.header('retry-after', String(error.retryAfterSeconds));
  else if (problem.status === 503) void reply.header('retry-after', '10');
  await reply.code(problem.status).type('application/problem+json').send(problem);
}

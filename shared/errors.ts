/**
 * Every way in which this product refuses or fails, and whether the same call may succeed later. `retryable` is
 * decided here, once: Temporal's retry policies, the in-process engine and the CLI all read it.
 */
export const errorCodes = {
  InvalidInput: { retryable: false, headline: 'The input is not one that can be run' },
  InvalidConfig: { retryable: false, headline: 'The configuration is not valid' },
  MissingColumn: { retryable: false, headline: 'The source lacks a column' },
  SourceNotFound: { retryable: false, headline: 'The source does not exist' },
  SourceUnreadable: { retryable: false, headline: 'The source cannot be read as what it is said to be' },
  SourceUnavailable: { retryable: true, headline: 'The source does not answer' },
  SourceRefused: { retryable: false, headline: 'The source refused the request' },
  SourceNotSupported: { retryable: false, headline: 'This version cannot read that source' },
  CredentialsRefused: { retryable: false, headline: 'The credentials were refused' },
  TooManyRejectedRows: { retryable: false, headline: 'Too many rows of the source were refused' },
  NoSales: { retryable: false, headline: 'The source has no sales up to the as-of month' },
  SalesIncomplete: { retryable: false, headline: 'The sales of the as-of month are missing or incomplete' },
  NobodyEligible: { retryable: false, headline: 'No retailer is eligible' },
  TooFewRetailers: { retryable: false, headline: 'There are too few retailers to cluster' },
  InvalidMatrix: { retryable: false, headline: 'The numbers handed to a model are not usable' },
  BackendUnavailable: { retryable: false, headline: 'The chosen autoencoder backend is not installed' },
  TrainingDiverged: { retryable: false, headline: 'Training diverged' },
  ArtifactNotFound: { retryable: false, headline: 'The artifact does not exist' },
  ArtifactCorrupt: { retryable: false, headline: 'The artifact is not the one that was written' },
  ArtifactVersion: { retryable: false, headline: 'The artifact is of a version that cannot be read' },
  StoreUnavailable: { retryable: true, headline: 'The artifact store does not answer' },
  StoreRefused: { retryable: false, headline: 'The artifact store refused the request' },
  ScratchUnavailable: { retryable: true, headline: 'The scratch folder cannot be written' },
  SinkUnavailable: { retryable: true, headline: 'A system that segments are delivered to does not answer' },
  SinkRefused: { retryable: false, headline: 'A system that segments are delivered to refused them' },
  RetailerNotFound: { retryable: false, headline: 'There is no such retailer' },
  RunNotFound: { retryable: false, headline: 'There is no such run' },
  ChampionConflict: { retryable: true, headline: 'Another run changed the champion at the same time' },
  NotHeld: { retryable: false, headline: 'The run does not wait for a decision' },
  AlreadyDecided: { retryable: false, headline: 'The run was decided on before' },
  AlreadyRunning: { retryable: false, headline: 'The same workflow is running already' },
  WorkflowNotFound: { retryable: false, headline: 'There is no such workflow' },
  MonthFailed: { retryable: false, headline: 'A month of the backfill failed' },
  ScheduleNotFound: { retryable: false, headline: 'There is no such schedule' },
  EngineUnavailable: { retryable: false, headline: 'No Temporal server can be had' },
  Internal: { retryable: false, headline: 'A defect in this product' },
} as const satisfies Record<string, { retryable: boolean; headline: string }>;

export type ErrorCode = keyof typeof errorCodes;

/**
 * The only error that this product throws on purpose. `message` says what was found and what is expected;
 * `where` names the field, file or object; `remedy` says what to do.
 */
export class SegmentsError extends Error {
  override readonly name = 'SegmentsError';
  readonly where: string;
  readonly remedy: string;
  /** All problems where there are several, each a sentence of its own. */
  readonly problems: readonly string[];

  constructor(
    readonly code: ErrorCode,
    message: string,
    details: { where: string; remedy: string; problems?: readonly string[]; cause?: unknown },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.where = details.where;
    this.remedy = details.remedy;
    this.problems = details.problems ?? [message];
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }
}

/** Codes that no retry can help: the list that retry policies need. */
export const nonRetryableCodes: readonly ErrorCode[] = (Object.keys(errorCodes) as ErrorCode[]).filter(
  (code) => !errorCodes[code].retryable,
);

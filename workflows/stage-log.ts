import { type Stage, type StageProgress } from '../shared/contracts/stage.js';
import { type Orchestration } from './orchestration.js';

const marks = { pending: '·', running: '▶', done: '✓', failed: '✗', skipped: '–' } as const;

/** Keeps the state of every stage, and shows each change to the `progress` query and to the Temporal UI. */
export class StageLog {
  readonly stages: StageProgress[];

  constructor(
    private readonly orchestration: Pick<Orchestration, 'now' | 'showDetails'>,
    stages: readonly Stage[],
    private readonly title: () => string,
  ) {
    this.stages = stages.map((stage) => ({ stage, state: 'pending' }));
    this.show();
  }

  /** Runs one stage and records when it began, when it ended, and what it found. */
  async run<R extends { readonly detail: string }>(stage: Stage, work: () => Promise<R>): Promise<R> {
    const line = this.line(stage);
    line.state = 'running';
    line.startedAt = this.orchestration.now();
    this.show();
    try {
      const result = await work();
      line.state = 'done';
      line.detail = result.detail;
      return result;
    } catch (error) {
      line.state = 'failed';
      throw error;
    } finally {
      line.finishedAt = this.orchestration.now();
      this.show();
    }
  }

  has(stage: Stage): boolean {
    return this.stages.some((line) => line.stage === stage);
  }

  /** Says what a running stage waits for. */
  say(stage: Stage, detail: string): void {
    this.line(stage).detail = detail;
    this.show();
  }

  skip(stage: Stage, why: string): void {
    const line = this.line(stage);
    line.state = 'skipped';
    line.detail = why;
    this.show();
  }

  private line(stage: Stage): StageProgress {
    return this.stages.find((line) => line.stage === stage)!;
  }

  private show(): void {
    const rows = this.stages.map(({ stage, state, detail, startedAt, finishedAt }) => {
      const seconds =
        startedAt !== undefined && finishedAt !== undefined
          ? `${((finishedAt - startedAt) / 1000).toFixed(1)} s`
          : '';
      return `| ${marks[state]} | ${stage} | ${seconds} | ${detail ?? ''} |`;
    });
    this.orchestration.showDetails(
      [`### ${this.title()}`, '', '| | stage | time | |', '|---|---|---|---|', ...rows].join('\n'),
    );
  }
}

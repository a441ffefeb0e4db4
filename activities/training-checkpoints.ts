import { digestBytes } from '../shared/artifacts/file-digest.js';
import { type ArtifactStore } from '../shared/artifacts/store.js';
import { type RunContext } from '../shared/contracts/stage-activities.js';
import { type Reference, referenceSchema } from '../shared/contracts/reference.js';
import { SegmentsError } from '../shared/errors.js';
import { type StageTools } from './stage-tools.js';

/** Base64 adds a third, and Temporal warns of payloads above 256 KB. As configured a checkpoint has 40 KB. */
const largestInHeartbeat = 128 * 1024;
/** Heartbeats arrive up to a second late: what the server knows of may be two checkpoints behind. */
const filesKept = 3;

/**
 * Where a training's checkpoints are between two attempts: a small one in the heartbeat itself, a larger one in the run's folder
 * (`stages/checkpoints/<sha256>.bin`), and in the heartbeat the reference to it.
 */
export class TrainingCheckpoints {
  private readonly store: ArtifactStore;
  private readonly folder: string;
  private readonly keys: string[] = [];
  private next: Uint8Array | undefined;
  private writing: Promise<void> | undefined;

  constructor(
    private readonly tools: Pick<StageTools, 'openStore' | 'signal' | 'checkpoint' | 'lastCheckpoint'>,
    run: Pick<RunContext, 'store' | 'folder'>,
  ) {
    this.store = tools.openStore(run.store);
    this.folder = `${run.folder}/stages/checkpoints/`;
  }

  /** What the attempt before this one kept; undefined where that is nothing, or is not there any more as it was. */
  async last(): Promise<Uint8Array | undefined> {
    const { lastCheckpoint, signal } = this.tools;
    if (typeof lastCheckpoint === 'string') return Buffer.from(lastCheckpoint, 'base64');
    const reference = referenceSchema.safeParse(lastCheckpoint);
    if (!reference.success) return undefined;
    try {
      return await this.store.fetchBytes(reference.data, signal);
    } catch (error) {
      // A checkpoint only saves time: without it training begins again.
      if (error instanceof SegmentsError && /^Artifact/.test(error.code)) return undefined;
      throw error;
    }
  }

  /** Keeps a checkpoint. Where the store is slower than training, only the newest waits to be written. */
  keep(bytes: Uint8Array): void {
    if (bytes.byteLength <= largestInHeartbeat) {
      this.tools.checkpoint(Buffer.from(bytes).toString('base64'));
      return;
    }
    this.next = bytes;
    this.writing ??= this.write().finally(() => (this.writing = undefined));
  }

  /** Resolves once nothing is written any more. */
  async settle(): Promise<void> {
    this.next = undefined;
    await this.writing;
  }

  /** Removes the files of this and of earlier attempts: after training they are of no use. */
  async clear(): Promise<void> {
    await this.settle();
    for (const key of await this.store.list(this.folder)) await this.store.remove(key);
  }

  private async write(): Promise<void> {
    while (this.next !== undefined) {
      const bytes = this.next;
      this.next = undefined;
      const key = `${this.folder}${digestBytes(bytes).sha256}.bin`;
      let reference: Reference;
      try {
        reference = await this.store.putBytes(key, bytes, { rows: 0, signal: this.tools.signal });
        this.keys.push(key);
        if (this.keys.length > filesKept) await this.store.remove(this.keys.shift()!);
      } catch {
        // The next one is a second away; a store that stays away fails the stage when it writes its results.
        continue;
      }
      this.tools.checkpoint(reference);
    }
  }
}

import { hashText } from '../numeric/seeded-random.js';

/**
 * Random numbers by address: `at(i, t)` begins the stream of cell (i, t), which is the same whatever was drawn
 * before. So a retailer's month does not depend on how many months or retailers are asked for.
 * Generator sfc32 (Doty-Humphrey, PractRand); normals by the polar method of Marsaglia.
 */
export class KeyedRandom {
  readonly #key: number;
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;
  #spare = Number.NaN;

  /** @param seed 32-bit @param purpose streams of different purposes share nothing */
  constructor(seed: number, purpose: string) {
    this.#key = seed ^ hashText(purpose);
    this.at(0, 0);
  }

  at(i: number, t = 0): this {
    this.#a = this.#key | 0;
    this.#b = i | 0;
    this.#c = t | 0;
    this.#counter = 1;
    this.#spare = Number.NaN;
    for (let round = 0; round < 15; round++) this.#next();
    return this;
  }

  #next(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + t) | 0;
    return t >>> 0;
  }

  /** Uniform in (0, 1), both ends excluded, 32 bits. */
  uniform(): number {
    return (this.#next() + 0.5) / 4294967296;
  }

  /** Uniform integer in [0, bound). */
  integer(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** Exponential of mean 1. */
  exponential(): number {
    return -Math.log(this.uniform());
  }

  /** Standard normal. */
  normal(): number {
    if (!Number.isNaN(this.#spare)) {
      const value = this.#spare;
      this.#spare = Number.NaN;
      return value;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const factor = Math.sqrt((-2 * Math.log(s)) / s);
        this.#spare = v * factor;
        return u * factor;
      }
    }
  }
}

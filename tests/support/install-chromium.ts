import { installChromium } from '../../infra/services/chromium.js';

/** Before any test: browser tests decide while they are loaded whether there is a browser. */
export default async function setup(): Promise<void> {
  await installChromium(process.env, (text) => void process.stderr.write(`${text}\n`));
}

import { testWrongInputs } from './wrong-inputs.js';

// A taste of it for every `npm test`; the whole is wrong-inputs.fault.ts.
testWrongInputs(25, async () => undefined);

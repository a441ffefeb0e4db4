import { testWrongRequests } from './wrong-requests.js';

// A taste of it for every `npm test`; the whole is wrong-requests.fault.ts.
testWrongRequests(40, async () => undefined);

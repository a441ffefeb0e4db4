import { recordFault } from './fault-table.js';
import { testWrongRequests } from './wrong-requests.js';

const cases = 200;

testWrongRequests(cases, (fault, seen) => recordFault({ fault, rounds: cases, held: cases, seen }));

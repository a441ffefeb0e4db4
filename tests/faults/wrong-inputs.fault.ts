import { recordFault } from './fault-table.js';
import { testWrongInputs } from './wrong-inputs.js';

const cases = 200;

testWrongInputs(cases, (fault, seen) => recordFault({ fault, rounds: cases, held: cases, seen }));

import { readTable } from './parquet-io.js';
import { answerColumns, retailerSegments } from './retailer-segments.js';
import { openRunFolder } from './run-folder.js';
import { type Stage } from './stage-of.js';

/** The assignments of a re-scoring of few retailers, as an answer. */
export const readSegments: Stage<'readSegments'> = async (tools, { run, files }) => {
  const folder = openRunFolder(tools, run, files);
  const segments = retailerSegments(await readTable(tools, folder, 'assignments.parquet', answerColumns));
  return { files: {}, segments, detail: `${segments.length} retailers` };
};

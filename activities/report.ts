import { openRunFolder } from './run-folder.js';
import { type Stage } from './stage-of.js';

export const report: Stage<'report'> = async (tools, { run, files }) => {
  const folder = openRunFolder(tools, run, files);
  return { files: { 'report.html': await folder.write('report.html', '<html></html>') }, detail: 'stub' };
};

import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { featuresMarkdown } from '../../../shared/features/features-markdown.js';

it('docs/features.md is the definition table', async () => {
  await expect(featuresMarkdown()).toMatchFileSnapshot(
    fileURLToPath(new URL('../../../docs/features.md', import.meta.url)),
  );
});

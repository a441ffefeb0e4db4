/**
 * The compiled form of a module: threads and bundles need JavaScript, also where TypeScript sources are run
 * directly (tests). Compiled code lies under dist/, in the same tree.
 */
export function compiled(url: URL): URL {
  if (url.pathname.includes('/dist/')) return url;
  const root = new URL('../', import.meta.url);
  return new URL(`dist/${url.pathname.slice(root.pathname.length)}`, root);
}

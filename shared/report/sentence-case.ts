/** Names of segments are phrases; where they are shown they begin with a capital. */
export function sentenceCase(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

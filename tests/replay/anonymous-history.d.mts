export function anonymousHistory(value: unknown): unknown;

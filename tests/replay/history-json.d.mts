import { type temporal } from '@temporalio/proto';

export function historyToObject(history: temporal.api.history.v1.IHistory): object;
export function historyFromObject(object: object): temporal.api.history.v1.History;

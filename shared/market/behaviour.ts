/** How a kind of retailer buys. Logs are natural. */
export interface Behaviour {
  /** Log factor a calendar month, January first; mean 0. Length 12. */
  readonly season: Float64Array;
  /** Change of log quantity a year. */
  readonly trend: number;
  /** Log of the typical number of distinct products in an active month. */
  readonly logBreadth: number;
  /** Log odds that a month is active. */
  readonly activity: number;
  /** Log of the standard deviation of log quantity around its course. */
  readonly logVolatility: number;
  /** Shift of log quantity against the whole market's. */
  readonly logVolume: number;
}

/** `behaviour` moved by `weight` times `direction`, field by field. */
export function moved(behaviour: Behaviour, direction: Behaviour, weight: number): Behaviour {
  return {
    season: behaviour.season.map((value, month) => value + weight * direction.season[month]!),
    trend: behaviour.trend + weight * direction.trend,
    logBreadth: behaviour.logBreadth + weight * direction.logBreadth,
    activity: behaviour.activity + weight * direction.activity,
    logVolatility: behaviour.logVolatility + weight * direction.logVolatility,
    logVolume: behaviour.logVolume + weight * direction.logVolume,
  };
}

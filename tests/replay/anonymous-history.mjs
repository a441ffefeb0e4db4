/** Fields that name the machine on which a history was recorded, its user or its folders, and what stands there instead. */
const machineFields = { identity: 'recorded', stackTrace: '' };

/** A sticky queue is named after process and host: `31837@host`, or `31837@host-<hash>`. */
const stickyQueue = /^\d+@\S+$/;

/** The same history without names of the machine: a repository has no use for them, and replay asks for none. */
export function anonymousHistory(value, key = '') {
  if (Array.isArray(value)) return value.map((each) => anonymousHistory(each));
  if (typeof value === 'string') {
    if (key in machineFields) return machineFields[key];
    return stickyQueue.test(value) ? 'recorded' : value;
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, anonymousHistory(each, name)]),
  );
}

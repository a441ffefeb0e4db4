/** The results as a Markdown table: ratios to ours first, then seconds of CPU and wall, memory and agreement. */
export function table(results, names) {
  const find = (name, { n, d, threads }) =>
    results.find((r) => r.name === name && r.n === n && r.d === d && r.threads === threads);
  const cases = results
    .filter((r) => r.name === 'ours')
    .sort((a, b) => a.d - b.d || a.n - b.n || a.threads - b.threads);
  const peers = names.filter((name) => name !== 'ours');
  const head = [
    'n × d',
    'threads',
    ...peers.map((name) => `${name} / ours, CPU (wall)`),
    ...names.map((name) => `${name}: CPU s, wall s, MB, ARI`),
  ];
  const number = (value) =>
    value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(value >= 0.1 ? 2 : 3);
  const rows = cases.map((ours) => {
    const cell = (result) => {
      if (!result) return '–';
      if (result.stopped) return `– (${result.stopped})`;
      const agreement = result.ari === undefined ? '–' : result.ari.toFixed(3);
      return `${number(result.cpu)}, ${number(result.wall)}, ${result.memory.toFixed(0)}, ${agreement}`;
    };
    const ratio = (result) =>
      !result || result.stopped || ours.stopped
        ? '–'
        : `**${number(result.cpu / ours.cpu)}** (${number(result.wall / ours.wall)})`;
    return [
      `${ours.n.toLocaleString('en')} × ${ours.d}`,
      ours.threads,
      ...peers.map((name) => ratio(find(name, ours))),
      ...names.map((name) => cell(find(name, ours))),
    ];
  });
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

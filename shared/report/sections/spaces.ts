import { type StructureMetrics } from '../../contracts/structure-metrics.js';
import { figure, formatDecimal, formatShare } from '../figures.js';
import { html, type Html } from '../html.js';
import { type ReportInput } from '../report-input.js';

interface Space {
  readonly key: string;
  readonly label: string;
  readonly about: string;
  readonly metrics: StructureMetrics | null;
  readonly kept: number | null;
}

function spacesOf({ structure, keptBySpace: kept }: ReportInput): Space[] {
  return [
    {
      key: 'latent',
      label: 'Latent space',
      about: 'trained autoencoder, HDBSCAN',
      metrics: structure.latent,
      kept: kept?.latent ?? null,
    },
    {
      key: 'mixture',
      label: 'Mixture',
      about: 'Gaussian mixture on the scaled features',
      metrics: structure.mixture,
      kept: kept?.mixture ?? null,
    },
    {
      key: 'raw',
      label: 'Raw features',
      about: 'the baseline: HDBSCAN without a representation',
      metrics: structure.raw,
      kept: kept?.raw ?? null,
    },
    {
      key: 'pca',
      label: 'Control: PCA',
      about: 'as wide as the latent space, HDBSCAN',
      metrics: structure.controls.pca,
      kept: kept?.pca ?? null,
    },
    {
      key: 'untrained',
      label: 'Control: untrained',
      about: 'the same network before training, HDBSCAN',
      metrics: structure.controls.untrained,
      kept: kept?.untrained ?? null,
    },
  ];
}

/** Where the latent space does better than another one, of the measures that both have. */
function contest(latent: Space, other: Space): { won: string[]; of: number } | undefined {
  if (latent.metrics === null || other.metrics === null) return undefined;
  const measures: [string, boolean][] = [
    ['less noise', latent.metrics.noise < other.metrics.noise],
    ['a smaller largest cluster', latent.metrics.largestShare < other.metrics.largestShare],
    ['more effective clusters', latent.metrics.effectiveClusters > other.metrics.effectiveClusters],
  ];
  if (latent.kept !== null && other.kept !== null) {
    measures.push(['more retailers that stay', latent.kept > other.kept]);
  }
  return { won: measures.filter(([, won]) => won).map(([measure]) => measure), of: measures.length };
}

/** Every space side by side, so that "representation first" is shown or refuted each month. */
export function spaces(input: ReportInput): Html {
  const rows = spacesOf(input);
  const latent = rows[0]!;
  const share = (value: number): string => formatShare(value);
  const ofRecord = input.method.name === 'mixture' ? 'mixture' : 'latent';
  const contests = rows.slice(2).flatMap((other) => {
    const result = contest(latent, other);
    if (result === undefined) return [];
    const won = result.won.length === 0 ? '' : `: ${result.won.join(', ')}`;
    return html`<li>
      Against
      ${other.label.replace('Control: ', '').toLowerCase().replace('pca', 'PCA').replace('untrained', 'the untrained network')},
      the latent space does better on ${result.won.length} of ${result.of} measures${won}.
    </li>`;
  });
  return html`<section id="spaces" aria-labelledby="spaces-title">
    <h2 id="spaces-title">Does the representation earn its keep?</h2>
    <ul class="events">
      ${contests}
    </ul>
    <div class="scroll" tabindex="0" role="region" aria-label="Structure of every space">
      <table>
        <caption>
          The same retailers, clustered in every space. Noise alone says little: one giant cluster has none.
        </caption>
        <thead>
          <tr>
            <th scope="col">space</th>
            <th scope="col" class="num">clusters</th>
            <th scope="col" class="num">effective</th>
            <th scope="col" class="num">largest</th>
            <th scope="col" class="num">noise</th>
            <th scope="col" class="num">stayed</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ key, label, about, metrics, kept }) =>
              html`<tr>
                <th scope="row">
                  ${label}${key === ofRecord && html`<span class="badge">of record</span>`}<small
                    >${metrics === null ? 'not run' : about}</small
                  >
                </th>
                <td class="num">${figure(`${key}.clusters`, metrics?.clusters, String)}</td>
                <td class="num">
                  ${figure(`${key}.effectiveClusters`, metrics?.effectiveClusters, (value) => formatDecimal(value, 1))}
                </td>
                <td class="num">${figure(`${key}.largestShare`, metrics?.largestShare, share)}</td>
                <td class="num">${figure(`${key}.noise`, metrics?.noise, share)}</td>
                <td class="num">${figure(`${key}.kept`, kept, share)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${
      input.method.reasons.length > 0 &&
      html`<h3>
          Why ${input.method.name === 'mixture' ? 'the mixture' : 'HDBSCAN in the latent space'} decides the
          segments
        </h3>
        <ul class="events">
          ${input.method.reasons.map((reason) => html`<li>${reason}</li>`)}
        </ul>`
    }
  </section>`;
}

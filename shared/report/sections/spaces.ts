import { type StructureMetrics } from '../../contracts/structure-metrics.js';
import { figure, formatCount, formatDecimal, formatShare } from '../figures.js';
import { html, type Html } from '../html.js';
import { treeChart } from '../charts/tree-chart.js';
import { type ReportInput } from '../report-input.js';
import { type ReportNames } from '../report-names.js';
import { chartFigure } from './chart-figure.js';

interface Space {
  readonly key: string;
  readonly label: string;
  readonly about: string;
  readonly metrics: StructureMetrics | null;
  readonly kept: number | null;
}

function spacesOf({ structure, latentSettings, keptBySpace: kept }: ReportInput): Space[] {
  return [
    {
      key: 'latent',
      label: 'Latent space',
      about: `trained autoencoder, HDBSCAN${latentSettings === undefined ? '' : `: ${latentSettings}`}`,
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

/** The hierarchy that the clusters of the latent space are cut from; nothing where nothing splits. */
function treeFigure({ tree = [], eligibility }: ReportInput, names: ReportNames): Html | false {
  if (tree.length < 3) return false;
  const chosen = tree.filter((cluster) => cluster.chosen).length;
  const draw = (width: number, height: number): string => treeChart(tree, names.colour, { width, height });
  const text = `Condensed tree: ${tree.length} groups on the way from all ${formatCount(eligibility.eligible)} retailers to the densest places, ${chosen} of them chosen`;
  const narrow = draw(342, 260).replaceAll('tree-', 'tree-narrow-');
  return html`<h3>Where the latent space parts</h3>
    <p class="note">
      The condensed tree: from all retailers (top) to the densest places. A group is as wide as it has
      retailers and as deep as it holds together; deep bars are groups that stand apart, shallow ones hardly
      do. ${chosen === 0 ? 'None was chosen.' : `In colour: the ${chosen} that were chosen.`}
    </p>
    ${chartFigure(draw(1000, 280), text, 'wide')}${chartFigure(narrow, text, 'narrow')}`;
}

/** How the latent space does against another one, in a sentence. */
function contestSentence(latent: Space, other: Space): string | undefined {
  const result = contest(latent, other);
  if (result === undefined) return undefined;
  const name =
    other.key === 'pca' ? 'PCA' : other.key === 'untrained' ? 'the untrained network' : 'the raw features';
  if (latent.metrics!.clusters === 0 && other.metrics!.clusters === 0) {
    return `Neither the latent space nor ${name} shows separate groups of retailers.`;
  }
  const won = result.won.length === 0 ? '' : `: ${result.won.join(', ')}`;
  return `Against ${name}, the latent space does better on ${result.won.length} of ${result.of} measures${won}.`;
}

/** Every space side by side, so that "representation first" is shown or refuted each month. */
export function spaces(input: ReportInput, names: ReportNames): Html {
  const rows = spacesOf(input);
  const latent = rows[0]!;
  const share = (value: number): string => formatShare(value);
  const ofRecord = input.method.name === 'mixture' ? 'mixture' : 'latent';
  const contests = rows.slice(2).flatMap((other) => {
    const sentence = contestSentence(latent, other);
    return sentence === undefined ? [] : html`<li>${sentence}</li>`;
  });
  return html`<section id="spaces" aria-labelledby="spaces-title">
    <h2 id="spaces-title">Does the representation earn its keep?</h2>
    ${input.comparison?.structureTest && html`<p>${input.comparison.structureTest.sentence}</p>`}
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
    ${treeFigure(input, names)}
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

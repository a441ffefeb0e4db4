import { html, type Html, trusted } from '../html.js';
import { withThemeVariables } from '../palette.js';

/** A chart of our own in the page: coloured by the theme, with a text for those who do not see it. */
export function chartFigure(svg: string, text: string, className = ''): Html {
  const inline = withThemeVariables(svg).replace(/ width="\d+" height="\d+"/, '');
  return html`<div class="chart ${className}" role="img" aria-label="${text}">${trusted(inline)}</div>`;
}

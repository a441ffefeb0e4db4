import { html, type Html } from '../../report/html.js';

/** A page that says one thing: what was done, or what went wrong and what to do. */
export function messagePage(
  base: string,
  { title, text, good = false }: { title: string; text: string; good?: boolean },
): Html {
  return html`<header>
    <h1>${title}</h1>
    <div class="notice ${good ? 'done' : ''}" role="status"><p>${text}</p></div>
    <p><a href="${base}/">All runs</a></p>
  </header>`;
}

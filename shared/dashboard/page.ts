import { html, type Html, trusted } from '../report/html.js';
import { styleSheet } from '../report/style-sheet.js';

/** No script at all: pages are forms, links and pictures. */
export const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const rules = `
.top{display:flex;justify-content:space-between;gap:24px;align-items:center}
.top .home{font-weight:600;color:var(--ink)}
header{padding:44px 0 0}
.status{display:inline-block;font-weight:600;font-size:13px;white-space:nowrap}
.status::before{content:"";display:inline-block;width:8px;height:8px;border-radius:50%;margin-right:8px;background:currentColor}
.status.published,.status.approved{color:var(--good)}.status.held,.status.rejected{color:var(--bad)}.status.first{color:var(--accent)}.status.unpublished{color:var(--muted)}
.metrics{display:grid;grid-template-columns:1fr 1fr;gap:28px 48px}
.metrics h3{margin:0 0 2px}.metrics p{margin:0}
.notice{border:1px solid var(--line);border-left:4px solid var(--bad);border-radius:4px 10px 10px 4px;padding:20px 24px;margin:0 0 20px}
.notice.done{border-left-color:var(--good)}
.notice h3{margin:0 0 8px}.notice p:last-child{margin:0}
.form{display:flex;flex-wrap:wrap;gap:14px 18px;align-items:end;margin:16px 0}
.form label{display:flex;flex-direction:column;gap:4px;font-size:13px;color:var(--muted)}
.form .grow{flex:1 1 240px;max-width:34em}.form .grow input,.form .grow select{width:100%}
input[type=text],input[type=password],select{font:inherit;font-size:15px;min-width:0;max-width:100%;padding:8px 10px;border:1px solid var(--noise);border-radius:6px;background:var(--page);color:var(--ink)}
.form button{border:1px solid var(--line);border-radius:6px;background:var(--panel);padding:9px 16px}
.form button:hover{border-color:var(--muted)}
.form .primary{background:var(--accent);border-color:var(--accent);color:var(--page)}
a{color:var(--accent)}nav a{color:var(--muted)}
.sizes-legend{display:flex;flex-wrap:wrap;gap:6px 22px;font-size:14px;margin:12px 0 0;padding:0;list-style:none}
.strip{list-style:none;margin:24px 0;padding:0;display:grid;gap:6px}
.strip li{display:grid;grid-template-columns:9em minmax(0,1fr) minmax(5em,auto);gap:14px;align-items:center;font-size:15px}
.strip .where{padding:7px 12px;border-radius:6px;background:color-mix(in srgb,var(--own) 18%,transparent);border-left:4px solid var(--own)}
main ul:not([class]) li+li{margin-top:6px}
.strip .away{color:var(--muted);padding:7px 12px}
.picture{max-width:100%;height:auto;border:1px solid var(--line);border-radius:10px;background:#fff}
.row-actions{white-space:nowrap}.row-actions a+a{margin-left:12px}
@media(max-width:760px){.metrics{grid-template-columns:1fr}.strip li{grid-template-columns:4.6em minmax(0,1fr) auto;gap:8px;font-size:14px}
.top{flex-wrap:wrap;gap:0 20px}header{padding-top:28px}.form .grow,.form label,.form button{flex:1 1 100%}.form input,.form select{width:100%}}
`;

export interface PageFrame {
  readonly title: string;
  /** Path that the dashboard is mounted at, without a trailing slash: `` or `/dashboard`. */
  readonly base: string;
  readonly body: Html;
}

/** A page of the dashboard. */
export function page({ title, base, body }: PageFrame): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        <style>
          ${trusted(styleSheet() + rules)}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <nav aria-label="Dashboard">
          <div>
            <a class="home" href="${base}/">Retailer segments</a>
            <a href="${base}/#runs-title">Runs</a>
            <a href="${base}/compare">Compare</a>
            <a href="${base}/retailers">Retailers</a>
          </div>
        </nav>
        <main id="main">${body}</main>
      </body>
    </html> `.text;
}

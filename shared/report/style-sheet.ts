import { colourVariables } from './palette.js';

const rules = `
*{box-sizing:border-box}
html{scroll-padding-top:4rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
main,nav>div{max-width:1080px;margin:0 auto;padding:0 24px}
nav{position:sticky;top:0;z-index:2;background:var(--page);border-bottom:1px solid var(--line)}
nav>div{display:flex;gap:22px;overflow-x:auto;scrollbar-width:none}
nav a{padding:13px 0;color:var(--muted);font-size:14px;text-decoration:none;white-space:nowrap}
nav a:hover{color:var(--ink)}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;z-index:3;background:var(--page);padding:8px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
header{padding:56px 0 8px}
section{padding:72px 0 0}
main{padding-bottom:96px}
h1{font-size:clamp(23px,2.6vw,32px);line-height:1.28;font-weight:600;letter-spacing:-.018em;margin:0 0 20px;max-width:29em;text-wrap:balance}
h2{font-size:24px;line-height:1.3;font-weight:600;letter-spacing:-.012em;margin:0 0 12px}
h3{font-size:16px;font-weight:600;margin:32px 0 12px}
h4{font-size:13px;font-weight:600;margin:22px 0 8px}
h3 span,h4 span{font-weight:400;color:var(--muted);font-size:12px;margin-left:6px}
p{margin:0 0 14px;max-width:44em}
.lead{color:var(--muted);font-size:17px}
.eyebrow{color:var(--muted);font-size:14px;margin-bottom:14px}
.verdict{font-weight:600;color:var(--good);border:1px solid;border-radius:99px;padding:2px 11px;margin-left:4px}.verdict.held{color:var(--bad)}.verdict.first{color:var(--accent)}
.note{color:var(--muted);font-size:13px}
.big{font-size:30px;line-height:1.15;font-weight:600;letter-spacing:-.02em}
.num{text-align:right;white-space:nowrap}
.dot{display:inline-block;width:10px;height:10px;border-radius:50%;background:var(--own);margin-right:8px;flex:none}
.id{color:var(--muted);font-weight:400;font-size:12px;margin-left:8px}
code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:anywhere}
pre{background:var(--panel);border-radius:8px;padding:14px 16px;overflow-x:auto;margin:0 0 20px}pre code{overflow-wrap:normal}
.visually-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:16px 32px;margin:40px 0 0;padding:26px 0;border:solid var(--line);border-width:1px 0}
.tile dt{font-size:14px;color:var(--muted)}.tile dd{margin:4px 0 0;display:flex;flex-direction:column;align-items:flex-start}
.tile .big{font-size:34px}
.spark{width:120px;margin:8px 0 4px -4px}
.gate{padding-top:40px}
.reasons,.events{list-style:none;margin:0 0 16px;padding:0;max-width:48em}
.reasons li{display:grid;grid-template-columns:22px 1fr;padding:5px 0}
.mark{font-weight:700;color:var(--good)}.fail .mark{color:var(--bad)}
.events li{padding:3px 0 3px 16px;position:relative}.events li::before{content:"";position:absolute;left:0;top:.8em;width:6px;height:1px;background:var(--muted)}
summary{cursor:pointer;color:var(--muted);font-size:14px;padding:6px 0}
details[open]>summary{margin-bottom:4px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:24px;margin-top:28px}
.card{border:1px solid var(--line);border-top:3px solid var(--own);border-radius:4px 4px 10px 10px;padding:22px 22px 18px;min-width:0;display:flex;flex-direction:column}
.card h3{margin:0 0 10px;font-size:17px;line-height:1.35}
.card .dot{display:none}
.size{margin:0;color:var(--muted)}.size .big{color:var(--ink);margin-right:4px}
.change{margin-left:10px;padding:1px 7px;border-radius:9px;background:var(--panel);color:var(--ink);font-size:13px}
.profile,.funnel,.typical{list-style:none;margin:0;padding:0;font-size:14px}
.profile li{display:grid;grid-template-columns:minmax(0,1fr) 84px 38px;gap:10px;align-items:center;padding:3px 0}
.bar{position:relative;display:block;height:8px}.bar i{position:absolute;top:0;bottom:0;left:0;background:var(--own,var(--accent));border-radius:2px}
.profile .bar{background:linear-gradient(var(--line),var(--line)) center/1px 100% no-repeat}.profile .bar i{left:auto}
.season{margin:0 -4px;max-width:360px}
.typical li{display:grid;grid-template-columns:minmax(0,1fr) 110px 38px;gap:10px;align-items:center;padding:2px 0}
.link{border:0;background:none;padding:0;font:inherit;color:var(--accent);text-align:left;cursor:pointer;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.link:hover{text-decoration:underline}
.facts{margin:auto 0 0;padding-top:18px;font-size:14px}.facts.row{display:flex;flex-wrap:wrap;gap:8px 48px}
.fact{display:flex;justify-content:space-between;gap:12px;padding:4px 0;border-top:1px solid var(--line)}.row .fact{border:0}
.fact dt{color:var(--muted)}.fact dd{margin:0;text-align:right;display:flex;gap:10px;align-items:flex-end}
.histogram{display:inline-flex;align-items:flex-end;gap:1px;height:18px}.histogram i{width:5px;background:var(--own);opacity:.75;min-height:1px}
.chart svg{display:block;width:100%;height:auto}
.narrow{display:none}
.sides{display:flex;justify-content:space-between;color:var(--muted);font-size:13px;margin:24px 0 4px;padding:0 18%}
.scroll{position:relative;overflow-x:auto;margin:16px 0}
table{border-collapse:collapse;width:100%;font-size:14px}
caption{text-align:left;color:var(--muted);font-size:13px;padding-bottom:8px}
th{text-align:left;font-weight:500}th.num{text-align:right}
thead th{color:var(--muted);font-size:13px;border-bottom:1px solid var(--line);white-space:nowrap}
td,th{padding:8px 12px;vertical-align:top}tbody tr+tr>*{border-top:1px solid var(--line)}
th:first-child,td:first-child{padding-left:0}td:last-child,th:last-child{padding-right:0}
tbody th small{display:block;color:var(--muted);font-weight:400;font-size:13px}
.badge{margin-left:8px;padding:1px 7px;border-radius:9px;background:var(--panel);color:var(--accent);font-size:12px}
.matrix td{background:color-mix(in srgb,var(--accent) var(--depth,0%),transparent)}.matrix td,.matrix th{padding:8px 12px}
.matrix .same{font-weight:600}.faint{color:var(--noise)}abbr{text-decoration:none}
.columns{display:grid;grid-template-columns:1fr 1fr;gap:0 56px}
.funnel li{display:grid;grid-template-columns:minmax(0,1fr) 110px 92px;gap:12px;align-items:center;padding:4px 0}
.funnel .minor{color:var(--muted)}.funnel .inner .what{padding-left:14px}.funnel .minor .bar i{background:var(--noise)}
.funnel+.note{margin-top:12px}
.key{color:var(--muted);font-size:13px}.swatch{display:inline-block;width:14px;height:9px;margin:0 7px 0 0;vertical-align:baseline}.swatch+.swatch,.key .now{margin-left:18px}
.swatch.before{background:var(--noise);opacity:.55}.swatch.now{height:2px;background:var(--accent);vertical-align:middle}
.drifts{list-style:none;margin:18px 0 28px;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,260px),1fr));gap:26px 36px}
.drifts p{margin:0}.drifts .what,.drifts .ends{display:flex;justify-content:space-between;gap:12px;font-size:14px}.drifts .num{color:var(--muted);font-size:13px;white-space:nowrap}
.drifts .chart{margin:6px 0 2px}.drifts .ends{color:var(--muted);font-size:12px}.drifts .ends span+span{text-align:right}
.pairs{display:grid;grid-template-columns:auto minmax(0,1fr);gap:5px 20px;margin:0;font-size:14px}.pairs dt{color:var(--muted)}.pairs dd{margin:0}
.map-tools{display:flex;flex-wrap:wrap;gap:12px 28px;align-items:center;margin:20px 0 12px}
.map-tools form{display:flex;gap:8px;align-items:center}.map-tools label{font-size:14px;color:var(--muted)}
input[type=search]{font:inherit;font-size:15px;width:12em;min-width:0;padding:7px 10px;border:1px solid var(--noise);border-radius:6px;background:var(--page);color:var(--ink)}
button{font:inherit;font-size:14px;color:var(--ink);cursor:pointer}
.map-tools button,.legend button,.map-zoom button{border:1px solid var(--line);border-radius:6px;background:var(--page);padding:7px 12px}
.map-tools button:hover,.legend button:hover,.map-zoom button:hover{border-color:var(--muted)}
.check{display:flex;gap:8px;align-items:center}
.map-frame{position:relative;border:1px solid var(--line);border-radius:10px;overflow:hidden;background:var(--panel)}
#map-canvas{display:block;width:100%;height:min(72vh,560px);touch-action:pan-y;cursor:grab}#map-canvas.dragging{cursor:grabbing}
.map-zoom{position:absolute;right:12px;top:12px;display:flex;flex-direction:column;gap:6px}.map-zoom button{width:36px;height:36px;padding:0;font-size:17px;line-height:1}
.tip{position:absolute;pointer-events:none;background:var(--ink);color:var(--page);border-radius:6px;padding:6px 10px;font-size:13px;line-height:1.4;max-width:240px;overflow-wrap:anywhere}
.tip strong,.tip span{display:block}
.found{min-height:1.55em;margin:10px 0;font-size:15px}
.legend{display:flex;flex-wrap:wrap;gap:8px}.legend button{display:flex;align-items:center;text-align:left}
.legend [aria-pressed=true]{border-color:var(--ink);background:var(--panel)}
@media(max-width:760px){
main,nav>div{padding-left:24px;padding-right:24px}header{padding-top:36px}section{padding-top:56px}
.tiles{grid-template-columns:1fr 1fr;gap:24px 20px}.columns{grid-template-columns:1fr}.columns>div+div h3{margin-top:28px}
.wide{display:none}.narrow{display:block}.sides{padding:0}
.cards{grid-template-columns:minmax(0,1fr)}.funnel li{grid-template-columns:minmax(0,1fr) 64px 84px}
.map-tools form{flex-wrap:wrap}#map-canvas{height:420px}
.moves{min-width:640px}
.pairs{grid-template-columns:1fr;gap:0}.pairs dd{margin-bottom:10px}
}
@media print{
nav,.skip,.map-tools,.map-zoom,.found{display:none}
/* Paper cannot be opened nor scrolled: what is folded is shown, and what is wide takes more lines. */
details::details-content{content-visibility:visible;block-size:auto;height:auto;overflow:visible}summary{list-style:none}
.scroll{overflow:visible}.scroll table{font-size:9pt}.scroll td,.scroll th{padding:4px 6px;white-space:normal;overflow-wrap:anywhere}.moves{min-width:0}pre{white-space:pre-wrap;overflow-wrap:anywhere}
body{font-size:11pt}main{max-width:none;padding:0}
section{padding-top:28px}.card,.tile,tr,.chart,.map-frame,.drifts li{break-inside:avoid}h2,h3{break-after:avoid}
.cards{grid-template-columns:1fr 1fr}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
@media(prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
`;

/** The page's style: light, and dark where the reader's system asks for it; paper is always light. */
export function styleSheet(): string {
  return `:root{${colourVariables('light')}}@media screen and (prefers-color-scheme:dark){:root{${colourVariables('dark')}}}${rules}`;
}

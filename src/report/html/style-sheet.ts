/** For light and dark mode, narrow screens and paper. Text has a contrast of 4.5 to 1 or more, marks of 3. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #fff; --text: #1f2328; --quiet: #59636e; --line: #d1d9e0; --panel: #f6f8fa; --link: #0550ae;
  --good: #116329; --good-panel: #dafbe1; --bad: #a40e26; --bad-panel: #ffebe9; --note-panel: #fff8c5;
  --swept: #1a7f37; --planned: #0969da; --opted-out: #8250df; --grey: #59636e;
  --red: #cf222e; --orange: #bc4c00; --purple: #a11a6b; --before: #8c959f; --kept: #8c959f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --text: #e6edf3; --quiet: #9da7b1; --line: #3d444d; --panel: #161b22; --link: #79c0ff;
    --good: #56d364; --good-panel: #12261e; --bad: #ff9b93; --bad-panel: #31181c; --note-panel: #2a2211;
    --swept: #3fb950; --planned: #58a6ff; --opted-out: #bc8cff; --grey: #9da7b1;
    --red: #ff7b72; --orange: #f0883e; --purple: #f778ba; --before: #7d8590; --kept: #7d8590;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 0 1rem 3rem; max-width: 76rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif;
  overflow-wrap: anywhere; }
h1 { margin: 1.5rem 0 .5rem; font-size: 1.7rem; line-height: 1.2; }
h1 small { color: var(--quiet); font-size: 1rem; font-weight: normal; white-space: nowrap; }
h2 { margin: 2.5rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line);
  font-size: 1.35rem; line-height: 1.25; }
h3 { margin: 1.5rem 0 .25rem; font-size: 1.05rem; }
.unit .name { margin: 0 0 .35rem; font-size: .85rem; font-weight: 600; }
p, ul { margin: .5rem 0; }
ul { padding-left: 1.3rem; }
a { color: var(--link); }
small { font-size: .85em; color: var(--quiet); }
code { font: .9em ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { position: static; }
dl { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: .5rem 0; font-size: .875rem; }
dl div { display: flex; gap: .4rem; }
dt { flex: none; color: var(--quiet); }
dd { margin: 0; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: .25rem 0; }
.verdict { margin: .75rem 0; padding: .75rem 1rem; border-left: .4rem solid; border-radius: 4px;
  font-size: 1.2rem; font-weight: 600; }
.verdict.good { color: var(--good); background: var(--good-panel); }
.verdict.bad { color: var(--bad); background: var(--bad-panel); }
.note { padding: .5rem .75rem; border-radius: 4px; background: var(--note-panel); }
.note.bad { color: var(--bad); background: var(--bad-panel); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .5rem; padding: 0;
  margin: 1rem 0; list-style: none; }
.tiles li { padding: .5rem .75rem; border: 1px solid var(--line); border-radius: 6px;
  background: var(--panel); color: var(--quiet); font-size: .85rem; }
.tiles b { display: block; color: var(--text); font-size: 1.5rem; line-height: 1.2; }
.tiles .bad, .tiles .bad b { color: var(--bad); }
figure { margin: 1rem 0; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.25rem; padding: 0; list-style: none;
  font-size: .875rem; }
.swatch { vertical-align: -2px; }
.units { display: flex; flex-wrap: wrap; gap: 1rem 1.5rem; align-items: flex-start; margin-top: .75rem; }
.unit { max-width: 15.5rem; }
.unit .units { gap: .5rem 1.5rem; margin: 0; }
.unit.wide { max-width: none; width: 100%; }
.unit svg { display: block; max-width: 100%; height: auto; }
.many { padding: 0 .45em; border-radius: 1em; background: var(--panel); border: 1px solid var(--line);
  color: var(--quiet); font-size: .8rem; font-weight: normal; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
  gap: 0 2.5rem; }
.chart { display: block; width: 100%; max-width: 30rem; height: auto; font-size: 11px; }
.chart text { fill: var(--text); }
.chart .label { text-anchor: end; fill: var(--quiet); }
.chart .middle { text-anchor: middle; fill: var(--quiet); }
.grid { stroke: var(--line); }
.box, .after, .k-left { stroke-width: 1; }
.solid .mark { stroke: var(--page); }
.mark { fill: none; stroke-width: 1.6; stroke-linecap: round; }
.hollow .box { fill: none; }
.o-swept .box { fill: var(--swept); }
.o-nothing-due .box { stroke: var(--swept); fill: var(--good-panel); }
.o-planned .box { fill: var(--planned); }
.o-opted-out .box, .o-opted-out .mark { stroke: var(--opted-out); }
.o-out-of-scope .box, .o-out-of-scope .mark, .o-not-active .box, .o-not-active .mark { stroke: var(--grey); }
.o-cannot-assume .box, .o-denied .box { fill: var(--red); }
.o-throttled .box, .o-withheld .box { fill: var(--orange); }
.o-failed .box { fill: var(--purple); }
.o-not-reached .box, .o-not-reached .mark { stroke: var(--orange); }
.o-unfinished .box, .o-unfinished .mark { stroke: var(--red); }
.before, .k-kept { fill: var(--before); }
.after { fill: var(--good-panel); stroke: var(--swept); }
.k-left { fill: var(--bad-panel); stroke: var(--orange); }
.k-deactivated { fill: var(--planned); }
.k-deleted, .k-older, .k-missed { fill: var(--red); }
.k-month, .k-covered { fill: var(--swept); }
.k-quarter, .k-planned { fill: var(--planned); }
.k-year { fill: var(--orange); }
.k-excluded { fill: var(--before); }
.hatch { stroke: var(--page); stroke-width: 1.5; fill: none; }
details { margin: .5rem 0; }
summary { padding: .2rem 0; cursor: pointer; font-weight: 600; }
.figures summary { color: var(--quiet); font-size: .85rem; font-weight: normal; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; font-size: .875rem; }
.scroll table { width: 100%; overflow-wrap: normal; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
  unicode-bidi: isolate; }
tbody tr:last-child td { border-bottom: 0; }
thead th { background: var(--panel); color: var(--quiet); font-weight: 600; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.id { font: .9em ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
  white-space: nowrap; }
.long { min-width: 14rem; overflow-wrap: anywhere; }
th button { all: unset; cursor: pointer; }
th button:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
th button::after { content: ' \\2195'; opacity: .7; }
th[aria-sort=ascending] button::after { content: ' \\2191'; opacity: 1; }
th[aria-sort=descending] button::after { content: ' \\2193'; opacity: 1; }
nav label { margin-left: auto; }
input { padding: .15rem .5rem; border: 1px solid var(--quiet); border-radius: 4px; background: var(--page);
  color: var(--text); font: inherit; max-width: 100%; }
.rest { color: var(--quiet); font-size: .875rem; }
footer { margin-top: 3rem; color: var(--quiet); font-size: .875rem; }
@media (max-width: 40rem) {
  body { padding: 0 .75rem 2rem; }
  h1 small { display: block; }
  .tiles { grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr)); }
}
@media print {
  body { max-width: none; padding: 0; font-size: 9pt; }
  nav, .skip, th button::after { display: none; }
  details::details-content { display: block; content-visibility: visible; block-size: auto; }
  .scroll { overflow: visible; border: 0; }
  .scroll table, .figures table { font-size: 7.5pt; }
  th, td { padding: .2rem .35rem; }
  td { overflow-wrap: anywhere; }
  td.id, td.number { overflow-wrap: normal; }
  thead th { white-space: normal; }
  .long { min-width: 0; }
  thead { display: table-header-group; }
  tr, .unit, .tiles li, .charts figure { break-inside: avoid; }
  .charts { grid-template-columns: 1fr 1fr; }
  h2, h3, summary { break-after: avoid; }
  * { print-color-adjust: exact; }
}
`;

"""How the report looks: on a screen, in a narrow window, in the dark and on paper."""

STYLE = """
:root {
  color-scheme: light dark; --text: #1b2733; --soft: #4a5762; --ground: #fff; --head: #f1f5f8; --edge: #e1e7ec; --box: #c9d3db;
  --link: #184e81; --title: #184e81; --bar: #2f6fab; --missed: #b3261e; --missed-text: #8e1b14; --wait: #6b7a87;
  --risk-ground: #fff6e2; --risk-edge: #a87400; --risk-text: #5a3a00; --late-ground: #fdf1f0; --few: #5b6873;
  --h1: #e8f1f9; --h2: #c5dcef; --h3: #97bfe2; --h4: #6ba3d3; --h5: #2f6fab; --h-text: #10202e; --h5-text: #fff; --frame: #10202e
}
@media (prefers-color-scheme: dark) { :root {
  --text: #e6ebef; --soft: #a9b6c1; --ground: #12181d; --head: #1c252c; --edge: #2a353e; --box: #3d4a55;
  --link: #8fc1ee; --title: #a9d0f5; --bar: #5b9bd8; --missed: #f0837a; --missed-text: #f5a39c; --wait: #9aa8b4;
  --risk-ground: #33280f; --risk-edge: #d9a441; --risk-text: #ffd27a; --late-ground: #3a1a18; --few: #98a5b0;
  --h1: #1b2b3a; --h2: #24425e; --h3: #2c577f; --h4: #3a6fa3; --h5: #9cc8f0; --h-text: #fff; --h5-text: #10202e; --frame: #fff
} }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 60rem; padding: 1rem .7rem 2rem; background: var(--ground); color: var(--text);
  font: 14px/1.45 Arial, "Liberation Sans", system-ui, sans-serif; overflow-wrap: break-word }
a { color: var(--link) } a:not(:hover) { text-decoration: none } p { margin: .4rem 0 }
td a, p a, dd a, summary { text-decoration: none } p a { text-decoration: underline }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
header { display: flex; flex-wrap: wrap; gap: .2rem 1rem; align-items: baseline; justify-content: space-between }
h1 { color: var(--title); font-size: 20px; margin: 0 } h2 { font-size: 16px; margin: 2rem 0 .5rem }
h2 small { color: var(--soft); font-size: 12.5px; font-weight: normal; margin-left: .5rem }
.soft, caption { color: var(--soft); font-size: 12.5px } .period { font-size: 15px; font-weight: bold; margin: .3rem 0 .7rem }
.note { border: 1px solid var(--risk-edge); background: var(--risk-ground); color: var(--risk-text); padding: .5rem .8rem; border-radius: 3px }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .6rem; margin: .7rem 0; padding: 0; list-style: none }
.tile { border: 1px solid var(--box); border-radius: 3px; display: block; color: var(--text); padding: .6rem .8rem; height: 100% }
.tile b { display: block; font-size: 28px; line-height: 1.25 } .tile span { display: block } .tile .soft { min-height: 2.3em }
.tile svg { display: inline; height: 22px; margin-right: .35rem; vertical-align: -3px; width: 22px }
.tile.risk { background: var(--risk-ground); border-color: var(--risk-edge) } .tile.risk b { color: var(--risk-text) }
.tile.late { background: var(--late-ground); border-color: var(--missed) } .tile.late b { color: var(--missed-text) }
.legend { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between }
.legend p { flex: 1 1 30rem } .keys { white-space: nowrap; font-size: 12.5px } .keys svg { display: inline; vertical-align: -2px; margin: 0 .3rem 0 .8rem }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
th, td { border-bottom: 1px solid var(--edge); padding: .38rem .5rem; text-align: left; vertical-align: middle }
thead th { background: var(--head); color: var(--soft); font-size: 12px; font-weight: normal; vertical-align: bottom }
.number { text-align: right } td.number, .number small { white-space: nowrap } .number small { display: block } table.compliance tbody th { min-width: 8.5rem }
table.missed summary, table.missed tbody th { white-space: nowrap } tr:has(details[open]) > * { vertical-align: top }
td small, th small { color: var(--soft); font-weight: normal } td:not(.number), tbody th { min-width: 4.5rem; overflow-wrap: anywhere } td.cut { min-width: 6.2rem }
td.share { width: 8.5rem; padding-right: 0 } tr.total > * { font-weight: bold; border-bottom: 0 }
tr.few .percent { color: var(--few); font-weight: normal } .percent { font-weight: bold }
.late { color: var(--missed-text) }
svg { display: block } .chart { overflow-x: auto } .chart svg { width: 100% } .charts { display: grid; grid-template-columns: 3fr 2fr; gap: 0 2rem } .charts.even { grid-template-columns: 1fr 1fr }
.charts section, .charts div, .tiles li { min-width: 0 } .line svg { min-width: 34rem } .bars svg { min-width: 20rem } .heat svg { min-width: 54rem }
svg text { fill: var(--text); font-size: 12px } svg .axis { fill: var(--soft); font-size: 11px } svg .strong { font-weight: bold }
.line svg text { paint-order: stroke; stroke: var(--ground); stroke-width: 3px }
.bar { fill: var(--bar) } .grid { stroke: var(--edge) } .curve { fill: none; stroke: var(--bar); stroke-width: 2 }
.point { fill: var(--ground); stroke: var(--bar); stroke-width: 2 } .point.last { fill: var(--bar) }
.cell { stroke: var(--edge) } .cell.empty { fill: none }
.cell.h1 { fill: var(--h1) } .cell.h2 { fill: var(--h2) } .cell.h3 { fill: var(--h3) } .cell.h4 { fill: var(--h4) } .cell.h5 { fill: var(--h5) }
svg text.n { fill: var(--h-text); text-anchor: middle; font-size: 11px } svg text.n5 { fill: var(--h5-text) }
.framed { fill: #fff; stroke: #b3261e; stroke-width: 1.5 } svg text.framed-number { fill: #8e1b14; stroke: none; font-size: 10.5px; font-weight: bold; text-anchor: middle }
.outline { fill: none; stroke: var(--frame); stroke-width: 2 }
details { margin: .3rem 0 } summary { color: var(--link); cursor: pointer; font-size: 12.5px; line-height: 24px; min-height: 24px; width: fit-content }
details .scroll { overflow-x: auto } .receipt dl { display: grid; grid-template-columns: minmax(5.5rem, 1fr) 1.4fr; gap: .1rem .8rem; margin: .2rem 0; font-size: 12px }
.receipt dt { color: var(--soft) } .receipt dd { margin: 0; overflow-wrap: anywhere } code { font-family: ui-monospace, Consolas, monospace; font-size: 12px }
table.missed details[open] { min-width: 15rem } footer { margin-top: 2rem }
@media (max-width: 640px) {
  .charts, .charts.even { grid-template-columns: 1fr } table.cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  table.cards, table.cards tbody { display: block } table.cards tr { display: grid; grid-template-columns: 1fr 1fr; gap: 0 .6rem;
    border: 1px solid var(--edge); border-radius: 3px; margin: .5rem 0; padding: .35rem .5rem }
  table.cards th, table.cards td { border: 0; text-align: left; padding: .15rem 0; white-space: normal; width: auto; overflow-wrap: anywhere }
  table.cards td { min-width: 0 !important } table.cards tbody th { grid-column: 1 / -1; font-size: 14px; min-width: 0 !important } table.cards td.wide { grid-column: 1 / -1 }
  table.cards td::before { content: attr(data-title); color: var(--soft); display: block; font-size: 11.5px; font-weight: normal }
  table.cards td.share { align-self: center } table.cards td.share::before, table.cards td.share + td::before, table.cards td.wide::before { content: none } .cell-scroll { overflow-x: auto }
  table.cards td.empty { display: none } table.missed details[open] { min-width: 0 }
}
@media print {
  @page { margin: 12mm }
  :root { color-scheme: light; --text: #000; --soft: #333; --ground: #fff; --head: #fff; --edge: #bbb; --box: #000; --link: #000; --title: #000;
    --bar: #2f6fab; --missed: #b3261e; --missed-text: #000; --wait: #6b7a87; --risk-ground: #fff; --risk-edge: #000; --risk-text: #000; --late-ground: #fff;
    --h1: #e8f1f9; --h2: #c5dcef; --h3: #97bfe2; --h4: #6ba3d3; --h5: #2f6fab; --h-text: #10202e; --h5-text: #fff; --few: #333; --frame: #000 }
  body { max-width: none; padding: 0; font-size: 11px } details:not([open], .rest) { display: none } summary { color: var(--soft); list-style: none }
  table.missed:not(:has(details[open])) .wide { display: none }
  table { font-size: 10.5px } tr, .tile, svg, .charts section { break-inside: avoid } h2 { break-after: avoid } thead { display: table-header-group }
  .tile.risk, .tile.late { border-width: 2.5px } .tile b { font-size: 22px } .tile .soft { min-height: 0 }
  .chart { overflow: visible } .chart svg { min-width: 0 } th, td { padding: .2rem .35rem } td.share { width: 6rem }
  .tiles { grid-template-columns: repeat(5, 1fr) }
}
"""

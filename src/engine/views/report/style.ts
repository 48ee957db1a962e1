/** How the report looks: by the reader's own light or dark, on narrow screens, and on paper. */
export const style = `
:root{color-scheme:light dark;--ink:#1c1c1c;--soft:#5c5c5c;--page:#fff;--card:#f5f5f4;--line:#d8d8d6;--bar:#8a93a0;--odd:#b3401a;--good:#1a7336}
@media (prefers-color-scheme:dark){:root{--ink:#e6e6e4;--soft:#a3a3a0;--page:#1b1b1c;--card:#262627;--line:#3d3d3f;--bar:#7b8694;--odd:#f0855c;--good:#6cc28a}}
*{box-sizing:border-box}
body{margin:0 auto;padding:24px clamp(12px,4vw,40px) 48px;max-width:1240px;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
h1{margin:0 0 4px;font-size:1.6rem;line-height:1.25;overflow-wrap:anywhere}
h2{margin:36px 0 10px;font-size:1.15rem}
p{margin:6px 0;max-width:80ch}
.soft,figcaption,dt,th{color:var(--soft)}
.name{overflow-wrap:anywhere}
.plot{position:relative;margin:14px 0 0}
.plot svg{display:block;width:100%;height:150px;border-bottom:1px solid var(--line)}
.plot .axis{display:flex;justify-content:space-between;color:var(--soft);font-size:.85rem}
.plot .at{position:absolute;transform:translateX(-50%);white-space:nowrap;color:var(--odd)}
.usual{fill:var(--bar)}.odd{fill:var(--odd)}.line{stroke:var(--odd);stroke-width:2;vector-effect:non-scaling-stroke;stroke-dasharray:5 3}
.images{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,350px),1fr));gap:14px;margin:0;padding:0;list-style:none}
.images>li{padding:10px 12px 12px;border:1px solid var(--line);border-radius:8px;background:var(--card);break-inside:avoid}
.head{display:flex;gap:8px;align-items:baseline}
.head .name{flex:1;font-weight:600}
.rank,.score{font-variant-numeric:tabular-nums;white-space:nowrap}
.rank{color:var(--soft)}
.mark{padding:0 7px;border:1px solid currentcolor;border-radius:9px;font-size:.8rem;white-space:nowrap}
.mark.bad{color:var(--odd)}.mark.good{color:var(--good)}
.pictures{display:flex;gap:8px;margin-top:8px}
figure{flex:1 1 0;min-width:0;margin:0}
figure img{display:block;width:100%;aspect-ratio:1;object-fit:contain;background:var(--page);border-radius:4px}
figcaption{margin-top:2px;font-size:.78rem;overflow-wrap:anywhere}
.why{margin:6px 0 0;font-size:.85rem;color:var(--soft)}
dl{display:grid;grid-template-columns:minmax(90px,max-content) 1fr;gap:3px 16px;margin:0}
dd{margin:0;overflow-wrap:anywhere}
.table{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:3px 16px 3px 0;text-align:left;font-weight:400;border-bottom:1px solid var(--line)}
td.number{text-align:right}
pre{margin:8px 0;padding:10px 12px;border:1px solid var(--line);border-radius:6px;background:var(--card);font:13px/1.5 ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
ul.plain{margin:4px 0;padding-left:20px}
@media (max-width:460px){dl{grid-template-columns:1fr}dt{margin-top:4px}figcaption{font-size:.66rem;overflow-wrap:normal;hyphens:auto}}
@media print{:root{font-size:11px;--ink:#000;--soft:#444;--page:#fff;--card:#fff;--line:#bbb;--bar:#888;--odd:#b3401a;--good:#1a7336;color-scheme:light}body{padding:0;max-width:none;font-size:11px;print-color-adjust:exact;-webkit-print-color-adjust:exact}.images{grid-template-columns:repeat(2,1fr)}h2{break-after:avoid}}
`.trim();

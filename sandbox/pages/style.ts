/** The one style sheet of the sandbox's pages: account-book paper by day, ink blue by night. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#faf6ec;--sheet:#fffdf8;--ink:#1d1b17;--soft:#5a554b;--line:#ded5c2;--edge:#857c6b;
--act:#0b5d43;--act-ink:#fff;--act-over:#084833;--tint:#e6f0e9;--warn:#a3261b;--warn-tint:#fbeae6;--tape:#f3b53f;--tape-ink:#221a05}
@media (prefers-color-scheme:dark){:root{--paper:#0e1828;--sheet:#152238;--ink:#f3eee2;--soft:#b6bccb;--line:#2b3b56;--edge:#8391ab;
--act:#6fd6ab;--act-ink:#06251a;--act-over:#93e4c3;--tint:#173548;--warn:#ffab9e;--warn-tint:#3a2027;--tape:#e0a53a;--tape-ink:#1c1503}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-text-size-adjust:100%}
a{color:var(--act);text-underline-offset:3px}
a:hover{color:var(--act-over)}
:focus-visible{outline:3px solid var(--act);outline-offset:2px;border-radius:4px}
.tape{background:repeating-linear-gradient(-45deg,var(--tape-ink) 0 12px,var(--tape) 12px 24px) top/100% 6px no-repeat,var(--tape);
color:var(--tape-ink);padding:14px 20px 8px;font-size:14px;text-align:center;margin:0}
.tape strong{letter-spacing:.02em}
.frame{max-width:960px;margin:0 auto;padding:24px 20px 56px}
.narrow{max-width:520px}
.back{display:inline-block;padding:8px 0;margin-bottom:8px;font-size:14px}
h1,h2,.figure{font-family:"Source Serif 4",Georgia,"Times New Roman",serif;font-weight:600;line-height:1.2;margin:0}
h1{font-size:20px}
h2{font-size:20px;margin-bottom:12px}
.figure{font-size:39px;font-variant-numeric:tabular-nums;margin:4px 0 20px;letter-spacing:-.01em}
.rhythm{font-family:system-ui,sans-serif;font-size:18px;font-weight:400;color:var(--soft);letter-spacing:0}
.spaced{margin-bottom:16px}
.part{border-top:1px solid var(--line);padding:16px 0;margin-top:16px}
.part h2{font-size:18px;margin-bottom:4px}
.part p{margin:0}
.part+h2{border-top:3px double var(--edge);padding-top:16px;margin-top:8px}
.done{background:var(--tint);border-left:4px solid var(--act);border-radius:4px;padding:12px 16px;margin:16px 0 0}
.soft{color:var(--soft)}
.small{font-size:14px}
.lines{list-style:none;margin:0;padding:0;font-variant-numeric:tabular-nums}
.lines li{display:flex;justify-content:space-between;gap:16px;padding:8px 0}
.lines span:first-child{overflow-wrap:anywhere;min-width:0}
.lines span:last-child{white-space:nowrap}
.lines .total{border-top:3px double var(--edge);margin-top:8px;padding-top:12px;font-weight:600}
.sheet{background:var(--sheet);border:1px solid var(--line);border-radius:12px;padding:24px 20px}
.sheet>:last-child{margin-bottom:0}
.field{margin:0 0 20px}
label.name,legend{display:block;font-weight:600;font-size:14px;padding:0;margin:0 0 4px}
input[type=text],input[type=email]{width:100%;min-height:48px;padding:10px 12px;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--edge);border-radius:8px}
input[aria-invalid=true]{border:2px solid var(--warn)}
fieldset{border:0;margin:0 0 20px;padding:0;min-width:0}
.card{display:flex;align-items:center;gap:12px;min-height:52px;padding:8px 12px;border:1px solid var(--edge);margin-top:-1px;cursor:pointer}
.card:first-of-type{border-radius:8px 8px 0 0}
.card:last-of-type{border-radius:0 0 8px 8px}
.card:has(:checked){background:var(--tint)}
.card input{width:20px;height:20px;margin:0;accent-color:var(--act);flex:none}
.card b{display:block;font-weight:500;font-variant-numeric:tabular-nums}
.card small{display:block;font-size:14px;color:var(--soft)}
.typed{margin-top:12px}
fieldset:not(:has([value=typed]:checked)) .typed{display:none}
button,.button{display:block;width:100%;min-height:52px;padding:12px 20px;font:inherit;font-weight:600;text-align:center;text-decoration:none;
color:var(--act-ink);background:var(--act);border:2px solid var(--act);border-radius:8px;cursor:pointer}
button:hover,.button:hover{background:var(--act-over);border-color:var(--act-over);color:var(--act-ink)}
button.second{background:transparent;color:var(--ink);border-color:var(--edge);margin-top:12px}
button.second:hover{border-color:var(--ink);color:var(--ink)}
.problem{background:var(--warn-tint);border-left:4px solid var(--warn);border-radius:4px;padding:12px 16px;margin:0 0 20px}
.problem p{margin:0}
.wrong{color:var(--warn);font-size:14px;margin:4px 0 0}
table{width:100%;border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto;margin-bottom:32px}
th{text-align:left;font-weight:600;color:var(--soft)}
th,td{padding:8px 12px 8px 0;border-bottom:1px solid var(--line);white-space:nowrap}
td.amount,th.amount{text-align:right}
code{font:13px ui-monospace,SFMono-Regular,Menlo,monospace}
@media (min-width:800px){.split{display:grid;grid-template-columns:1fr 440px;gap:56px;align-items:start;padding-top:24px}
.split .sheet{padding:32px}.split .summary{position:sticky;top:32px}}
@media (max-width:799px){.summary{margin-bottom:24px}}
`

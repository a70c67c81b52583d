extension SiteReport {
    /// The looks: light and dark, on a screen, on a phone and on paper.
    static let style: StaticString = """
        <style>
        :root { --page: #fbfaf8; --card: #fff; --ink: #20242b; --soft: #656c78; --line: #e3e0da; --bad: #c0392b;
          --warn: #b7791f; --good: #2f855a; --blue: #3b6ea5; --mono: ui-monospace, SFMono-Regular, Menlo, monospace; }
        @media (prefers-color-scheme: dark) { :root { --page: #16181c; --card: #1e2126; --ink: #e8e6e1;
          --soft: #9aa1ac; --line: #30343b; --bad: #ef7b6c; --warn: #e2b04a; --good: #68c694; --blue: #7fb0e6; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--ink); line-height: 1.5;
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
        header, main, footer { max-width: 60rem; margin: 0 auto; padding: 0 1.25rem; }
        header { padding-top: 2.5rem; }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: 0; letter-spacing: -0.02em; }
        h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; }
        h3 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
        .period, .quiet, footer, .legend { color: var(--soft); }
        .period { margin: .3rem 0 0; }
        .totals { list-style: none; display: flex; flex-wrap: wrap; gap: .6rem; padding: 0; margin: 1.5rem 0 0; }
        .totals li { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
          padding: .6rem .95rem; min-width: 6.5rem; }
        .totals b { display: block; font-size: 1.55rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
        .totals span { color: var(--soft); font-size: .85rem; }
        .totals .bad b { color: var(--bad); }
        details { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; margin: .45rem 0; }
        details.finding { border-left: 4px solid var(--soft); }
        details.critical, details.high { border-left-color: var(--bad); }
        details.medium { border-left-color: var(--warn); }
        details.low { border-left-color: var(--blue); }
        summary { cursor: pointer; padding: .55rem .9rem; display: flex; flex-wrap: wrap; gap: .2rem .8rem;
          align-items: baseline; }
        summary .severity { color: var(--soft); font-size: .8rem; width: 4rem; }
        summary .title { font-weight: 600; flex: 1 1 16rem; }
        code, dd, .port { font-family: var(--mono); font-size: .85rem; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; margin: 0;
          padding: .3rem .9rem .8rem; border-top: 1px solid var(--line); }
        dt { color: var(--soft); font-size: .85rem; }
        dd { margin: 0; overflow-wrap: anywhere; }
        .ports { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; overflow: hidden; }
        .ports details { background: none; border: 0; border-radius: 0; border-top: 1px solid var(--line); margin: 0; }
        .ports .heads, .ports summary { display: grid; gap: 0 1rem; padding: .4rem .9rem; align-items: baseline;
          grid-template-columns: 8rem 4.5rem minmax(4rem, 14rem) 5.5rem 1fr; font-variant-numeric: tabular-nums; }
        .heads { color: var(--soft); font-size: .8rem; }
        .heads .port { font: inherit; padding-left: 1.1rem; }
        .ports summary:hover { background: var(--page); }
        .ports summary .port::before { content: "\\25B8"; display: inline-block; width: 1.1rem; color: var(--soft); }
        .ports details[open] summary .port::before { content: "\\25BE"; }
        .ports .bar svg { width: 100%; height: .6rem; display: block; }
        .ports details.off-port .standing { color: var(--bad); }
        .ports details.allowed .standing { color: var(--good); }
        .ports .wide { padding: 0 .9rem .5rem 2rem; }
        .servers { font-size: .85rem; }
        .servers tr:last-child td { border-bottom: 0; }
        .servers td { overflow-wrap: anywhere; }
        .servers td:first-child { font-family: var(--mono); overflow-wrap: normal; }
        .servers th:nth-child(4), .servers td:nth-child(4) { text-align: right; }
        .servers td:nth-child(2) { min-width: 9rem; }
        .servers td:nth-child(n+5) { white-space: nowrap; }
        .servers tr.off-port td:last-child, .servers tr.allowed td:last-child { color: inherit; }
        .servers tr.off-port td:nth-child(2) { color: var(--bad); }
        .servers tr.allowed td:nth-child(2) { color: var(--good); }
        .more { margin: 0; padding: 0 .9rem .8rem 2rem; color: var(--soft); font-size: .85rem; }
        details ul { margin: 0; padding: .2rem 1rem .8rem 2rem; font-family: var(--mono); font-size: .85rem; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th { text-align: left; font-weight: 500; color: var(--soft); font-size: .8rem; }
        th, td { padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
        .number { text-align: right; }
        tr.off-port td:last-child { color: var(--bad); }
        tr.allowed td:last-child { color: var(--good); }
        svg .expected { fill: var(--blue); } svg .allowed { fill: var(--good); } svg .off-port { fill: var(--bad); }
        svg .established { fill: var(--blue); } svg .attempts { fill: var(--warn); }
        svg.activity { width: 100%; height: auto; background: var(--card); border: 1px solid var(--line);
          border-radius: .6rem; padding: .8rem; }
        .axis { font-size: 11px; fill: var(--soft); }
        .legend { font-size: .85rem; margin: .4rem 0 0; }
        .legend span { margin-right: 1.2rem; }
        .legend span::before { content: ""; display: inline-block; width: .75rem; height: .75rem; border-radius: .2rem;
          margin-right: .4rem; background: var(--blue); }
        .legend .attempts::before { background: var(--warn); }
        footer { padding: 2rem 1.25rem 3rem; font-size: .85rem; overflow-wrap: anywhere; }
        @media (max-width: 34rem) { h1 { font-size: 1.5rem; } .totals li { flex: 1 1 40%; }
          summary .severity { width: 100%; } .bar { display: none; } .axis { font-size: 20px; }
          .axis text:nth-child(even) { display: none; }
          .ports .heads, .ports summary { grid-template-columns: 1fr 4.5rem 5.5rem; }
          .ports .standing { grid-column: 1 / -1; padding-left: 1.1rem; } .heads .standing { display: none; }
          .servers td:nth-child(4) { text-align: left; }
          .stack th { display: none; } .stack tr { display: block;
          padding: .5rem 0; border-bottom: 1px solid var(--line); } .stack td { display: flex; gap: .8rem;
          padding: .1rem 0; border: 0; overflow-wrap: anywhere; } .stack td:empty { display: none; }
          .stack td::before { content: attr(data-label); flex: 0 0 5.5rem; color: var(--soft); font-size: .85rem; } }
        @media print { :root { --page: #fff; --card: #fff; --ink: #000; --soft: #555; --line: #ccc; --bad: #a93226;
          --warn: #9a6412; --good: #276749; --blue: #2f5d90; } h2, h3 { break-after: avoid; } tr { break-inside: avoid; }
          html { font-size: 12px; } body { background: #fff; font-size: 11px; } details, .totals li { break-inside: avoid; }
          details > *:not(summary) { display: grid; } .ports details { break-inside: auto; }
          .ports details:not([open]) > *:not(summary) { display: none; }
          details::details-content { content-visibility: visible; } }
        </style>

        """
}

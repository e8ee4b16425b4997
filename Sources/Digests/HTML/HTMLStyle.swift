/// The page's style: one text colour scale, one accent, four colours of gravity; each has its twin for a dark screen.
enum HTMLStyle {
    static let text = """
        :root{color-scheme:light dark;--paper:#fff;--ground:#f5f6f4;--ink:#1d2327;--soft:#5a656c;--rule:#dfe3e1;
        --accent:#0f6b74;--mark:#b3372a;--warn:#b86a11;--good:#2f7d4f;--mute:#9aa5a9;--on:#fff;
        --critical:#a32018;--hot:#cf5b23;--important:#d49a2a;--ordinary:#6b8f94}
        @media (prefers-color-scheme:dark){:root{--paper:#171b1d;--ground:#101314;--ink:#e7ebea;--soft:#a2adb0;--rule:#31393c;
        --accent:#5fbcc4;--mark:#f08a7c;--warn:#e6a653;--good:#7cc498;--mute:#77848a;--on:#101314;
        --critical:#f2776a;--hot:#f09a62;--important:#e9c46a;--ordinary:#86aeb3}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--ground);color:var(--ink);
        font:16px/1.65 system-ui,-apple-system,"Segoe UI","PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif}
        header,main,nav,footer{max-width:62rem;margin:0 auto;padding:0 1.25rem}
        header{padding-top:2.5rem}
        .brand{margin:0;color:var(--accent);font-weight:600;letter-spacing:.04em}
        h1{font-size:clamp(1.6rem,4vw,2.3rem);line-height:1.25;margin:.3rem 0 .6rem}
        h2{font-size:1.35rem;line-height:1.3;margin:0 0 1rem;padding-bottom:.5rem;border-bottom:2px solid var(--accent)}
        h3{font-size:1.06rem;margin:1.8rem 0 .6rem}
        h4{font-size:1rem;margin:1.2rem 0 .4rem}
        p{margin:.6rem 0}
        .facts,.note,footer{color:var(--soft);font-size:.86rem}
        .facts{overflow-wrap:anywhere}
        .state{display:inline-block;margin:0 0 .3rem;padding:.15rem .7rem;border-radius:1rem;font-size:.9rem;font-weight:600;border:1.5px solid}
        .state.whole{color:var(--good)}
        .state.part{color:var(--warn)}
        .tiles{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:.8rem;margin:1.4rem 0}
        .tile{background:var(--paper);border:1px solid var(--rule);border-radius:.6rem;padding:.8rem 1rem}
        .tile dt{color:var(--soft);font-size:.84rem}
        .tile dd{margin:.1rem 0 0;font-size:1.6rem;font-weight:650;line-height:1.3;font-variant-numeric:tabular-nums}
        .tile small{display:block;font-size:.76rem;font-weight:400;color:var(--soft)}
        nav ol{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;margin:1rem 0 1.6rem;padding:0;list-style:none;font-size:.92rem}
        a{color:var(--accent)}
        a:focus-visible,[tabindex]:focus-visible,summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
        section{background:var(--paper);border:1px solid var(--rule);border-radius:.8rem;padding:1.6rem 1.6rem 1.2rem;margin:0 0 1.4rem}
        ul{padding-left:1.2rem;margin:.5rem 0}
        li{margin:.25rem 0;overflow-wrap:anywhere}
        code{font-size:.86em;color:var(--soft);overflow-wrap:anywhere}
        .scroll{overflow-x:auto;max-width:100%}
        table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.4rem 0 .8rem}
        th,td{padding:.42rem .7rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
        thead th{color:var(--soft);font-weight:600;border-bottom:1.5px solid var(--soft);white-space:nowrap;vertical-align:bottom}
        tbody th{font-weight:500}
        .n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
        #meeting thead th:nth-last-child(3){min-width:11rem}
        #meeting thead th:nth-last-child(-n+2){min-width:6.5rem}
        .pictures{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:1rem 1.6rem;margin:.4rem 0 1.2rem}
        figure{margin:0}
        .picture.wide{grid-column:1/-1}
        figcaption{font-weight:600;font-size:.95rem;margin-bottom:.3rem}
        .picture svg{display:block;width:100%;height:auto}
        .picture.wide svg{width:auto;max-width:none}
        .note{margin:.2rem 0 .4rem}
        details{font-size:.86rem;color:var(--soft)}
        summary{cursor:pointer}
        svg text{font:12px system-ui,-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;fill:var(--ink)}
        svg .label{fill:var(--soft)}
        svg .cell{font-weight:600;font-variant-numeric:tabular-nums}
        svg .big{font-size:17px;font-weight:650}
        svg .tiny{font-size:9.5px}
        svg .strong,svg .on-met,svg .on-missed{fill:var(--on)}
        .grid{stroke:var(--rule)}
        .limit{stroke:var(--mark);stroke-dasharray:5 4}
        .centre{stroke:var(--mute)}
        .band{fill:var(--accent);fill-opacity:.06}
        .curve{fill:none;stroke:var(--accent);stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
        .curve.second{stroke-width:1.6;stroke-dasharray:5 4}
        .point{fill:var(--accent)}
        .hollow{fill:var(--paper);stroke:var(--accent);stroke-width:2}
        .mark{fill:var(--mark)}
        .heat{fill:var(--accent)}
        .outline{fill:none;stroke:var(--mute);stroke-width:1.2}
        .interval{stroke:var(--accent);stroke-width:3;stroke-linecap:round;opacity:.45}
        .grade-critical{fill:var(--critical)}
        .grade-hot{fill:var(--hot)}
        .grade-important{fill:var(--important)}
        .grade-ordinary{fill:var(--ordinary)}
        .outline.grade-critical{fill:none;stroke:var(--critical)}
        .outline.grade-hot{fill:none;stroke:var(--hot)}
        .outline.grade-important{fill:none;stroke:var(--important)}
        .outline.grade-ordinary{fill:none;stroke:var(--ordinary)}
        .flow-up{fill:var(--good);fill-opacity:.5}
        .flow-down{fill:var(--mark);fill-opacity:.5}
        .flow-same{fill:var(--mute);fill-opacity:.3}
        .flow-new{fill:var(--accent);fill-opacity:.35}
        .stage-latent{fill:var(--ordinary)}
        .stage-outbreak{fill:var(--critical)}
        .stage-handling{fill:var(--important)}
        .stage-aftermath{fill:var(--good)}
        .limit-met{fill:var(--good)}
        .limit-missed{fill:var(--mark)}
        .limit-due{fill:var(--mute);fill-opacity:.45}
        .limit-unknown{fill:none;stroke:var(--mute);stroke-dasharray:3 2}
        .courses{margin:0 0 1.2rem}
        .courses ol{list-style:none;margin:0;padding:0}
        .courses li{display:grid;grid-template-columns:minmax(0,1fr) 7.5rem 3rem;gap:.8rem;align-items:center;margin:0;padding:.25rem 0;border-bottom:1px solid var(--rule)}
        .courses b{text-align:right;font-variant-numeric:tabular-nums}
        .spark{display:block;width:7.5rem;height:1.63rem}
        .tile .spark{margin-top:.2rem}
        .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        a.unseen:focus{position:static;width:auto;height:auto;clip-path:none}
        @media (max-width:46rem){main .scroll>table{min-width:34rem}header,main,nav,footer{padding-left:.8rem;padding-right:.8rem}header{padding-top:1.4rem}
        section{padding:1.1rem .9rem .8rem;border-radius:.6rem}.pictures{grid-template-columns:minmax(0,1fr)}
        .tiles{grid-template-columns:repeat(2,minmax(0,1fr));gap:.6rem}.tile{padding:.6rem .7rem}.tile dd{font-size:1.3rem}
        .courses li{grid-template-columns:minmax(0,1fr) 5.5rem 2.2rem;gap:.5rem}.courses .spark{width:5.5rem}}
        @media print{@page{size:A4;margin:16mm 14mm}
        :root{--paper:#fff;--ground:#fff;--ink:#000;--soft:#444;--rule:#ccc;--accent:#0f6b74;--mark:#b3372a;--warn:#8a4f0c;--good:#2f7d4f;--mute:#8b9599;--on:#fff;
        --critical:#a32018;--hot:#cf5b23;--important:#d49a2a;--ordinary:#6b8f94}
        *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
        body{font-size:10.5pt}nav,a.unseen,details{display:none}header,main,footer{max-width:none;padding:0}header{padding-top:0}
        section{border:0;padding:0;margin:0 0 1.2rem}h2,h3,figcaption{break-after:avoid}figure,tr,.tile{break-inside:avoid}
        thead{display:table-header-group;break-after:avoid}.scroll{overflow:visible}table{font-size:8.5pt}.n{white-space:normal}
        .picture.wide svg{width:100%;min-width:0!important}}
        """
}
